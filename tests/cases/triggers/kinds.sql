-- triggers: before, after, instead of; row and statement; of columns; WHEN; arguments; names that order them

CREATE TABLE item (id int PRIMARY KEY, name text, changed int DEFAULT 0);
CREATE TABLE log (at int, what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO log VALUES (1, TG_NAME || ' ' || TG_WHEN || ' ' || coalesce(TG_ARGV[0], ''));
  IF TG_LEVEL = 'ROW' AND TG_OP <> 'DELETE' THEN RETURN NEW; END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER before_row BEFORE INSERT OR UPDATE ON item FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER "After ""it""" AFTER DELETE ON item FOR EACH STATEMENT EXECUTE FUNCTION note('it''s', '\ "two"', '');
CREATE TRIGGER of_columns AFTER UPDATE OF name, changed ON item FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION note('x');
CREATE TRIGGER on_truncate BEFORE TRUNCATE ON item EXECUTE FUNCTION note();
CREATE TRIGGER whole_row BEFORE UPDATE ON item FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note();
CREATE VIEW item_view AS SELECT id, name FROM item;
CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE OR DELETE ON item_view FOR EACH ROW EXECUTE FUNCTION note();
INSERT INTO item VALUES (1, 'a'), (2, 'b');
UPDATE item SET name = 'c' WHERE id = 1;
DELETE FROM item WHERE id = 2;
