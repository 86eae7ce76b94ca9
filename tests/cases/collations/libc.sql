-- collations of libc: one locale, two, copied from another; owned, commented, used everywhere
-- roles: case_owner

CREATE SCHEMA app;
CREATE COLLATION app.plain (LOCALE = 'C');
CREATE COLLATION app."Odd ""name""" (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE COLLATION app.copied FROM "POSIX";
ALTER COLLATION app.plain OWNER TO case_owner;
COMMENT ON COLLATION app.plain IS 'bytes';
CREATE DOMAIN app.word AS text COLLATE app.plain;
CREATE TYPE app.pair AS (x text COLLATE app.copied, y int);
CREATE TYPE app.letters AS RANGE (SUBTYPE = text, COLLATION = app.plain);
CREATE TABLE app.note (id int, word app.word, text text COLLATE app."Odd ""name""", pair app.pair);
CREATE INDEX ON app.note (text COLLATE app.copied);
CREATE VIEW app.sorted AS SELECT id FROM app.note ORDER BY text COLLATE app.plain;
CREATE TABLE app.part (name text) PARTITION BY RANGE (name COLLATE app.plain);
CREATE TABLE app.part_a PARTITION OF app.part FOR VALUES FROM ('a') TO ('m');
INSERT INTO app.note VALUES (1, 'b', 'B', ('a', 1)), (2, 'B', 'a', NULL);
INSERT INTO app.part VALUES ('b');
