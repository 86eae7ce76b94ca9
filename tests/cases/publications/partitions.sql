-- publications that publish changes of partitions as those of the root
-- server: >= 13

CREATE TABLE item (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE item_1 PARTITION OF item FOR VALUES FROM (0) TO (10);
CREATE PUBLICATION by_root FOR TABLE item WITH (publish_via_partition_root = true);
CREATE PUBLICATION by_leaf FOR TABLE item_1;
