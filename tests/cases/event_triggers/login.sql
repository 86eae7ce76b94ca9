-- an event trigger that fires at login
-- server: >= 17

CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER at_login ON login EXECUTE FUNCTION note();
