-- keys without overlaps and foreign keys of periods
-- server: >= 18
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
