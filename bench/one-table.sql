-- One table of narrow rows with its primary key; 1.5 GB at scale 1.
-- params: psql's variable `scale`.

CREATE TABLE account (aid int NOT NULL, bid int, abalance int, filler char(84));
INSERT INTO account SELECT n, n / 100000 + 1, 0, '' FROM generate_series(1, greatest(:scale * 10000000, 1)::int) n;
ALTER TABLE account ADD PRIMARY KEY (aid);
