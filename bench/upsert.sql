-- One table of a million rows with its primary key, to be merged into another one; 100 MB at scale 1.
-- params: psql's variable `scale`.

CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL, city text, amount numeric(12, 2), changed timestamptz NOT NULL);
INSERT INTO customer
SELECT n, 'customer ' || n, 'city ' || n % 1000, n * 1.25, timestamptz '2024-01-01' + n * interval '1 minute'
  FROM generate_series(1, greatest(:scale * 1000000, 100)::int) n;
