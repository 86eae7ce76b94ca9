-- keys of partitioned tables with storage parameters, deferrable ones among them; partitions with others

CREATE TABLE item (
  id int,
  kind int,
  note text,
  PRIMARY KEY (id, kind) INCLUDE (note) WITH (fillfactor = 70),
  CONSTRAINT once UNIQUE (kind, id) WITH (fillfactor = 80) DEFERRABLE INITIALLY DEFERRED
) PARTITION BY LIST (kind);
CREATE TABLE item_1 PARTITION OF item FOR VALUES IN (1);
CREATE TABLE item_2 PARTITION OF item FOR VALUES IN (2);
ALTER INDEX item_2_pkey SET (fillfactor = 55);
ALTER INDEX item_1_pkey RESET (fillfactor);
CREATE INDEX ON item (note) WITH (fillfactor = 90);
INSERT INTO item VALUES (1, 1, 'a'), (2, 2, 'b');
