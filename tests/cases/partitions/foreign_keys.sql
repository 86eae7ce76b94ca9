-- foreign keys from, to and between partitioned tables

CREATE TABLE plain (id int PRIMARY KEY);
CREATE TABLE parent (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE parent_2023 PARTITION OF parent FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE parent_2024 PARTITION OF parent FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE detail (id int, parent_id int, parent_day date, plain_id int REFERENCES plain ON DELETE CASCADE,
  FOREIGN KEY (parent_id, parent_day) REFERENCES parent ON UPDATE CASCADE) PARTITION BY HASH (id);
CREATE TABLE detail_0 PARTITION OF detail FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE detail_1 PARTITION OF detail FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE outside (parent_id int, parent_day date, FOREIGN KEY (parent_id, parent_day) REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE to_leaf (parent_id int, parent_day date, FOREIGN KEY (parent_id, parent_day) REFERENCES parent_2023);
ALTER TABLE detail_0 ADD CONSTRAINT own FOREIGN KEY (id) REFERENCES plain;
INSERT INTO plain SELECT generate_series(1, 50);
INSERT INTO parent SELECT n, '2023-06-01'::date + n * 10 FROM generate_series(1, 50) n;
INSERT INTO detail SELECT n, n, '2023-06-01'::date + n * 10, n FROM generate_series(1, 50) n;
INSERT INTO outside VALUES (1, '2023-06-11');
INSERT INTO to_leaf VALUES (2, '2023-06-21');
