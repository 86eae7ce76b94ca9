-- keys without overlaps and foreign keys of periods
-- server: >= 18
-- pg_dump differs: >= 17
-- extensions: btree_gist

CREATE EXTENSION btree_gist;
CREATE TABLE room (id int, valid daterange, CONSTRAINT room_key PRIMARY KEY (id, valid WITHOUT OVERLAPS) WITH (fillfactor = 60));
CREATE TABLE price (
  room_id int,
  valid daterange NOT NULL,
  amount numeric,
  CONSTRAINT price_once UNIQUE (room_id, valid WITHOUT OVERLAPS) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT price_of FOREIGN KEY (room_id, PERIOD valid) REFERENCES room (id, PERIOD valid)
);
CREATE TABLE several (id int, valid datemultirange, PRIMARY KEY (id, valid WITHOUT OVERLAPS));
INSERT INTO room VALUES (1, '[2024-01-01,2025-01-01)'), (1, '[2025-01-01,2026-01-01)'), (2, '[2024-01-01,)');
INSERT INTO price VALUES (1, '[2024-06-01,2025-06-01)', 10), (2, '[2024-03-01,2024-04-01)', 20);
INSERT INTO several VALUES (1, '{[2024-01-01,2024-02-01),[2024-03-01,2024-04-01)}');
COMMENT ON CONSTRAINT room_key ON room IS 'one at a time';
CREATE TABLE parts (id int, valid daterange, CONSTRAINT parts_key PRIMARY KEY (id, valid WITHOUT OVERLAPS) WITH (fillfactor = 80)) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1) PARTITION BY LIST (id);
CREATE TABLE parts_1_1 PARTITION OF parts_1 FOR VALUES IN (1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2);
ALTER TABLE parts_1_1 RENAME CONSTRAINT parts_1_1_pkey TO "it's ""another"" % name";
COMMENT ON CONSTRAINT "it's ""another"" % name" ON parts_1_1 IS 'renamed';
INSERT INTO parts VALUES (1, '[2024-01-01,2025-01-01)');
CREATE TABLE part_of (id int, valid daterange, FOREIGN KEY (id, PERIOD valid) REFERENCES parts (id, PERIOD valid));
INSERT INTO part_of VALUES (1, '[2024-06-01,2024-07-01)');
