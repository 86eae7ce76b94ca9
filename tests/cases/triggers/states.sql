-- triggers that are disabled, fire always or only on a replica; a rewriting one that must not fire during the copy

CREATE TABLE item (id int, name text);
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := upper(NEW.name) || ''!''; RETURN NEW; END';
CREATE TRIGGER usual BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION shout();
CREATE TRIGGER disabled BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION shout();
CREATE TRIGGER always BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION shout();
CREATE TRIGGER replica BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION shout();
ALTER TABLE item DISABLE TRIGGER disabled, ENABLE ALWAYS TRIGGER always, ENABLE REPLICA TRIGGER replica;
INSERT INTO item VALUES (1, 'a'), (2, 'b');
