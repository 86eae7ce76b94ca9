-- columns: not null, defaults, collations, storage, statistics targets, options

CREATE FUNCTION next_code() RETURNS text LANGUAGE sql AS $$SELECT 'code'$$;
CREATE TABLE item (
  id int NOT NULL,
  "default" text DEFAULT 'it''s a "default" \ with E''\\''',
  at timestamptz DEFAULT now() NOT NULL,
  number numeric(12, 3) DEFAULT -1.5,
  code text DEFAULT next_code(),
  array_default int[] DEFAULT '{1,2}',
  null_default text DEFAULT NULL,
  c_name text COLLATE "C",
  posix_name varchar(10) COLLATE "POSIX" NOT NULL DEFAULT '',
  external text,
  main text,
  plain text,
  statistics int,
  no_statistics int,
  options float8
);
ALTER TABLE item ALTER external SET STORAGE EXTERNAL, ALTER main SET STORAGE MAIN, ALTER plain SET STORAGE PLAIN;
ALTER TABLE item ALTER statistics SET STATISTICS 500, ALTER no_statistics SET STATISTICS 0;
ALTER TABLE item ALTER options SET (n_distinct = -0.5, n_distinct_inherited = 20);
INSERT INTO item (id, external, main, plain)
  SELECT n, repeat('external', 1000), repeat('main', 1000), 'plain' FROM generate_series(1, 3) n;
