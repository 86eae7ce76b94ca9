-- generated columns that children inherit, repeat and add
-- server: >= 12

CREATE TABLE base (a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE inherits_all () INHERITS (base);
CREATE TABLE repeats_columns (a int NOT NULL, b int) INHERITS (base);
CREATE TABLE adds_one (c int GENERATED ALWAYS AS (a + 1) STORED) INHERITS (base);
CREATE TABLE joined (a int NOT NULL, b int GENERATED ALWAYS AS (a * 2) STORED);
ALTER TABLE joined INHERIT base;
INSERT INTO base VALUES (1);
INSERT INTO inherits_all VALUES (2);
INSERT INTO repeats_columns VALUES (3);
INSERT INTO adds_one (a) VALUES (4);
INSERT INTO joined VALUES (5);
