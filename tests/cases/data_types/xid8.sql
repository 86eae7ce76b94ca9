-- 64-bit transaction ids and their snapshots
-- server: >= 13

CREATE TABLE value (id int, xid8 xid8, snapshot pg_snapshot, coll regcollation);
INSERT INTO value VALUES (1, '18446744073709551615', '10:20:10,14', '"C"'), (2, '0', '1:1:', '"POSIX"'), (3, NULL, NULL, NULL);
