-- foreign keys of partitioned tables that are not validated
-- server: >= 18

CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int, parent_id int) PARTITION BY LIST (id);
CREATE TABLE child_1 PARTITION OF child FOR VALUES IN (1);
CREATE TABLE child_2 PARTITION OF child FOR VALUES IN (2);
INSERT INTO child VALUES (1, 99), (2, 98);
ALTER TABLE child ADD CONSTRAINT of_parent FOREIGN KEY (parent_id) REFERENCES parent NOT VALID;
