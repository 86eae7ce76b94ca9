-- 1,000 tables of 1,000 rows with primary keys at scale 1, for servers that are far away.
-- params: psql's variable `scale`.

SELECT format('CREATE TABLE t%1$s (id int PRIMARY KEY, name text NOT NULL, amount numeric);
               INSERT INTO t%1$s SELECT n, ''row '' || n, n * 1.5 FROM generate_series(1, 1000) n', n)
  FROM generate_series(1, greatest(:scale * 1000, 10)::int) n
\gexec
