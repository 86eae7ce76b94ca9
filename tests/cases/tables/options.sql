-- storage parameters of the table and its TOAST table, unlogged tables, fillfactor

CREATE TABLE item (id int, body text)
  WITH (fillfactor = 70, autovacuum_enabled = false, autovacuum_vacuum_scale_factor = 0.05, parallel_workers = 2,
        toast.autovacuum_enabled = false, toast.autovacuum_vacuum_threshold = 1000, toast_tuple_target = 1024);
INSERT INTO item SELECT n, string_agg(md5((n * m)::text), '') FROM generate_series(1, 5) n, generate_series(1, 300) m GROUP BY n;
CREATE UNLOGGED TABLE fast (id int PRIMARY KEY, note text);
INSERT INTO fast SELECT n, 'note ' || n FROM generate_series(1, 100) n;
