-- indexes and keys of partitioned tables: inherited, attached by hand, a partition's own, on the parent only

CREATE TABLE item (id int, kind int, note text, PRIMARY KEY (id, kind), CONSTRAINT item_note UNIQUE (note, kind, id)) PARTITION BY LIST (kind);
CREATE TABLE item_1 PARTITION OF item FOR VALUES IN (1);
CREATE TABLE item_2 PARTITION OF item FOR VALUES IN (2) PARTITION BY RANGE (id);
CREATE TABLE item_2_low PARTITION OF item_2 FOR VALUES FROM (0) TO (100);
CREATE INDEX item_lower ON item (lower(note));
CREATE INDEX ON ONLY item (kind);
CREATE INDEX own ON item_1 (kind) WHERE kind = 1;
CREATE INDEX by_hand ON item_1 (id DESC);
CREATE INDEX item_id_desc ON ONLY item (id DESC);
ALTER INDEX item_id_desc ATTACH PARTITION by_hand;
CREATE INDEX sub_only ON item_2 (note text_pattern_ops);
INSERT INTO item VALUES (1, 1, 'a'), (2, 2, 'b');
