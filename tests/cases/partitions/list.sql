-- list partitions: several values, NULL, a default partition

CREATE TABLE sale (id int, region text NOT NULL, amount numeric DEFAULT 0) PARTITION BY LIST (region);
CREATE TABLE sale_north PARTITION OF sale FOR VALUES IN ('north', 'it''s "north"');
CREATE TABLE sale_south PARTITION OF sale (amount DEFAULT 5) FOR VALUES IN ('south');
CREATE TABLE sale_rest PARTITION OF sale DEFAULT;
CREATE TABLE flag (id int, value boolean) PARTITION BY LIST (value);
CREATE TABLE flag_true PARTITION OF flag FOR VALUES IN (true);
CREATE TABLE flag_null PARTITION OF flag FOR VALUES IN (NULL, false);
INSERT INTO sale VALUES (1, 'north', 1), (2, 'south', 2), (3, 'east', 3), (4, 'it''s "north"', 4);
INSERT INTO flag VALUES (1, true), (2, false), (3, NULL);
