-- identity columns, exclusion constraints and access methods of partitioned tables
-- server: >= 17
-- pg_dump differs: >= 17

CREATE ACCESS METHOD heap_two TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY (START 5), kind int, span int4range,
  CONSTRAINT once EXCLUDE USING btree (kind WITH =, id WITH =)) PARTITION BY LIST (kind);
CREATE TABLE item_1 PARTITION OF item FOR VALUES IN (1);
CREATE TABLE item_2 (kind int, span int4range, id int NOT NULL);
ALTER TABLE item ATTACH PARTITION item_2 FOR VALUES IN (2);
INSERT INTO item (kind, span) VALUES (1, '[1,2)'), (2, '[3,4)'), (1, NULL);
CREATE TABLE stored (id int) PARTITION BY LIST (id) USING heap_two;
CREATE TABLE stored_1 PARTITION OF stored FOR VALUES IN (1);
CREATE TABLE stored_2 PARTITION OF stored FOR VALUES IN (2) USING heap;
INSERT INTO stored VALUES (1), (2);
