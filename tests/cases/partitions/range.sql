-- range partitions: several keys, MINVALUE and MAXVALUE, an expression as key, sub-partitions in another schema

CREATE SCHEMA archive;
CREATE TABLE event (at timestamptz NOT NULL, kind int NOT NULL, body text) PARTITION BY RANGE (at, kind);
CREATE TABLE archive.event_old PARTITION OF event FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2023-01-01 00:00+00', 0);
CREATE TABLE event_2023 PARTITION OF event FOR VALUES FROM ('2023-01-01 00:00+00', 0) TO ('2024-01-01 00:00+00', 0)
  PARTITION BY LIST (kind);
CREATE TABLE event_2023_one PARTITION OF event_2023 FOR VALUES IN (1);
CREATE TABLE event_2023_rest PARTITION OF event_2023 DEFAULT;
CREATE TABLE event_new PARTITION OF event FOR VALUES FROM ('2024-01-01 00:00+00', 0) TO (MAXVALUE, MAXVALUE) WITH (fillfactor = 60);
INSERT INTO event SELECT '2022-06-01 00:00+00'::timestamptz + n * interval '10 days', n % 3, 'event ' || n FROM generate_series(0, 100) n;
CREATE TABLE word (word text) PARTITION BY RANGE (lower(word) COLLATE "C");
CREATE TABLE word_a PARTITION OF word FOR VALUES FROM (MINVALUE) TO ('m');
CREATE TABLE word_m PARTITION OF word FOR VALUES FROM ('m') TO (MAXVALUE);
INSERT INTO word VALUES ('Apple'), ('melon'), ('Zucchini');
CREATE TABLE no_partition (id int) PARTITION BY RANGE (id);
