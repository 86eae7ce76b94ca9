-- tables large enough to be split, with rows deleted, and with values of several megabytes

CREATE TABLE many (id int PRIMARY KEY, a bigint, note text);
INSERT INTO many SELECT n, n * 7919::bigint, md5(n::text) FROM generate_series(1, 100000) n;
DELETE FROM many WHERE id % 10 = 3 OR id BETWEEN 40000 AND 60000;
CREATE TABLE large (id int PRIMARY KEY, body text, bytes bytea);
INSERT INTO large SELECT n, repeat(md5(n::text), 100000), decode(repeat(md5(n::text), 50000), 'hex') FROM generate_series(1, 3) n;
CREATE TABLE empty (id int PRIMARY KEY);
CREATE TABLE emptied (id int PRIMARY KEY);
INSERT INTO emptied SELECT generate_series(1, 1000);
DELETE FROM emptied;
