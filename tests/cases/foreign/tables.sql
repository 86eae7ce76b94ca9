-- foreign tables: options of tables and columns, defaults, checks, generated columns, settings, comments, triggers, inheritance
-- roles: case_reader case_owner
-- says: rows of foreign table public.plain: they are on server s

CREATE FOREIGN DATA WRAPPER dummy;
CREATE SERVER s FOREIGN DATA WRAPPER dummy;
CREATE FOREIGN TABLE plain (id int) SERVER s;
CREATE FOREIGN TABLE "Odd one" (
  id int OPTIONS (column_name 'ID', "Odd" 'it''s') NOT NULL,
  note text COLLATE "C" DEFAULT 'a',
  price numeric CHECK (price > 0),
  twice numeric GENERATED ALWAYS AS (price * 2) STORED,
  CONSTRAINT long_enough CHECK (length(note) > 1) NO INHERIT
) SERVER s OPTIONS (schema_name 'x', table_name 'Y''s');
COMMENT ON FOREIGN TABLE "Odd one" IS 'odd';
COMMENT ON COLUMN "Odd one".id IS 'key';
COMMENT ON CONSTRAINT long_enough ON "Odd one" IS 'long';
ALTER FOREIGN TABLE "Odd one" ALTER COLUMN note SET STATISTICS 7;
ALTER FOREIGN TABLE "Odd one" ALTER COLUMN id SET (n_distinct = 5);
ALTER FOREIGN TABLE "Odd one" ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
GRANT SELECT ON "Odd one" TO case_reader;
GRANT UPDATE (note) ON "Odd one" TO case_reader;
ALTER FOREIGN TABLE "Odd one" OWNER TO case_owner;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION f();
CREATE TABLE parent (id int, note text);
INSERT INTO parent VALUES (1, 'here');
CREATE FOREIGN TABLE child (extra int) INHERITS (parent) SERVER s;
CREATE VIEW over_there AS SELECT * FROM plain;
