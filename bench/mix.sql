-- Narrow rows, rows of many columns, documents; 2.2 GB at scale 1.
-- params: psql's variable `scale`.

CREATE TABLE account (aid int NOT NULL, bid int, abalance int, filler char(84));
INSERT INTO account SELECT n, n / 100000 + 1, 0, '' FROM generate_series(1, greatest(:scale * 10000000, 1)::int) n;

CREATE TABLE reading (
  id bigint NOT NULL, device int NOT NULL, at timestamptz NOT NULL, received timestamp, day date, is_valid boolean,
  temperature numeric(6, 2), pressure numeric(10, 4), price numeric, ratio float8, level float4, quality smallint, total bigint,
  code text, note varchar(40), tag uuid
);
INSERT INTO reading
  SELECT n, n % 5000, '2024-01-01 00:00+00'::timestamptz + n * interval '1 second', '2024-01-01'::timestamp + n * interval '1 second',
         '2024-01-01'::date + n % 365, n % 7 <> 0, n % 8000 / 100.0, 900 + n % 2000000 / 10000.0, n * 1.0001, n / 3.0::float8,
         (n % 1000)::float4 / 7, (n % 100)::smallint, n * 1000::bigint, 'code ' || n % 1000,
         CASE WHEN n % 10 = 0 THEN 'note on reading ' || n END, md5(n::text)::uuid
    FROM generate_series(1, greatest(:scale * 4000000, 1)::int) n;

CREATE TABLE document (id int NOT NULL, body jsonb NOT NULL);
INSERT INTO document
  SELECT n, jsonb_build_object('id', n, 'title', 'document number ' || n, 'tags', jsonb_build_array('a' || n % 7, 'b' || n % 11, 'c'),
         'author', jsonb_build_object('name', 'author ' || n % 999, 'mail', 'author' || n % 999 || '@example.com'),
         'text', repeat(md5(n::text) || ' ', 12), 'scores', to_jsonb(ARRAY[n % 10, n % 20, n % 30, n % 40]))
    FROM generate_series(1, greatest(:scale * 300000, 1)::int) n;

ALTER TABLE account ADD PRIMARY KEY (aid);
ALTER TABLE reading ADD PRIMARY KEY (id);
ALTER TABLE document ADD PRIMARY KEY (id);
