-- 10,000 tables in 20 schemas at scale 1: 20 rows, an index, a check and a sequence each.
-- params: psql's variable `scale`.

SELECT format('CREATE SCHEMA s%s', n) FROM generate_series(0, 19) n
\gexec
\o /dev/null
SELECT format('CREATE TABLE s%1$s.t%2$s (id serial, name text NOT NULL, amount numeric CHECK (amount >= 0));
               INSERT INTO s%1$s.t%2$s (name, amount) SELECT ''row '' || n, n * 1.5 FROM generate_series(1, 20) n;
               CREATE INDEX ON s%1$s.t%2$s (name)', n % 20, n)
  FROM generate_series(1, greatest(:scale * 10000, 20)::int) n
\gexec
