-- comments on what has columns or constraints of other kinds: partitions, foreign tables, statistics, event triggers, subtypes
-- roles: case_reader

CREATE TABLE parts (id int CONSTRAINT parts_key PRIMARY KEY, n int CONSTRAINT low CHECK (n < 10)) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE INDEX parts_n ON parts (n);
COMMENT ON TABLE parts_1 IS 'a partition';
COMMENT ON COLUMN parts_1.n IS 'a partition''s column';
COMMENT ON CONSTRAINT low ON parts_1 IS 'an inherited check';
COMMENT ON CONSTRAINT parts_1_pkey ON parts_1 IS 'a partition''s key';
COMMENT ON CONSTRAINT parts_key ON parts IS 'a partitioned key';
COMMENT ON INDEX parts_n IS 'a partitioned index';
COMMENT ON INDEX parts_1_n_idx IS 'a partition''s index';
CREATE TABLE base (id int, n int CONSTRAINT base_n CHECK (n > 0));
CREATE TABLE child () INHERITS (base);
COMMENT ON COLUMN child.n IS 'an inherited column';
COMMENT ON CONSTRAINT base_n ON base IS 'a check to inherit';
CREATE TABLE excluded (span int4range, CONSTRAINT apart EXCLUDE USING gist (span WITH &&));
COMMENT ON CONSTRAINT apart ON excluded IS 'an exclusion';
CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON base FOR EACH ROW EXECUTE FUNCTION pass();
COMMENT ON TRIGGER late ON base IS 'a constraint trigger';
CREATE TRIGGER on_parts AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION pass();
COMMENT ON TRIGGER on_parts ON parts IS 'a trigger for partitions';
CREATE POLICY readers ON base TO case_reader USING (true);
COMMENT ON POLICY readers ON base IS 'a policy';
CREATE TABLE identity (id int GENERATED ALWAYS AS IDENTITY, serial serial);
COMMENT ON SEQUENCE identity_id_seq IS 'an identity''s sequence';
COMMENT ON SEQUENCE identity_serial_seq IS 'a serial''s sequence';
