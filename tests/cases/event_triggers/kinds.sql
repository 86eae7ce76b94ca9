-- event triggers: every event, tags, every enabled state, comment; they must not fire for what the copy itself does
-- pg_dump differs: >= 12
-- roles: case_reader

CREATE SCHEMA app;
CREATE TABLE item (id int PRIMARY KEY);
INSERT INTO item SELECT generate_series(1, 10);
CREATE MATERIALIZED VIEW item_count AS SELECT count(*) FROM item;
GRANT SELECT ON item TO case_reader;
CREATE FUNCTION app.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no %', tg_tag; END $$;
CREATE FUNCTION app.note() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER "Replica only" ON sql_drop EXECUTE FUNCTION app.note();
ALTER EVENT TRIGGER "Replica only" ENABLE REPLICA;
CREATE EVENT TRIGGER always ON table_rewrite WHEN TAG IN ('ALTER TABLE', 'ALTER TYPE') EXECUTE FUNCTION app.note();
ALTER EVENT TRIGGER always ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER always IS 'it''s here';
CREATE EVENT TRIGGER off ON ddl_command_start EXECUTE FUNCTION app.note();
ALTER EVENT TRIGGER off DISABLE;
CREATE EVENT TRIGGER refuse_ends ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION app.refuse();
CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION app.refuse();
