-- Two tables of two rows of 500 MB each at scale 1.
-- params: psql's variable `scale`.

CREATE TABLE first (id int PRIMARY KEY, data bytea);
CREATE TABLE second (id int PRIMARY KEY, data bytea);
-- Kept as it is, not compressed: what counts is what travels.
ALTER TABLE first ALTER data SET STORAGE EXTERNAL;
ALTER TABLE second ALTER data SET STORAGE EXTERNAL;
INSERT INTO first SELECT n, convert_to(repeat(md5(n::text), greatest(:scale * 16384000, 1)::int), 'UTF8') FROM generate_series(1, 2) n;
INSERT INTO second SELECT n, convert_to(repeat(md5(n::text), greatest(:scale * 16384000, 1)::int), 'UTF8') FROM generate_series(3, 4) n;
