-- hash partitions of an integer and of a text key, with different moduli

CREATE TABLE item (id bigint, note text) PARTITION BY HASH (id);
CREATE TABLE item_0 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE item_1 PARTITION OF item FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE item_3 PARTITION OF item FOR VALUES WITH (MODULUS 4, REMAINDER 3);
INSERT INTO item SELECT n, 'item ' || n FROM generate_series(1, 1000) n;
CREATE TABLE word (word text, n int) PARTITION BY HASH (word, n);
CREATE TABLE word_0 PARTITION OF word FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE word_1 PARTITION OF word FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO word SELECT md5(n::text), n FROM generate_series(1, 100) n;
