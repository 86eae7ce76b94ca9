-- indexes of every access method, with their parameters
-- server: >= 13

CREATE TABLE item (id int, a int, tags text[], body tsvector, area box, at timestamptz, document jsonb, name text);
INSERT INTO item
  SELECT n, n % 7, ARRAY['t' || n % 5, 'x'], to_tsvector('simple', 'word' || n), box(point(n, n), point(n + 1, n + 1)),
         '2024-01-01 00:00+00'::timestamptz + n * interval '1 hour', jsonb_build_object('n', n), 'name ' || n
    FROM generate_series(1, 500) n;
CREATE INDEX item_btree ON item (id) WITH (fillfactor = 50, deduplicate_items = off);
CREATE INDEX item_hash ON item USING hash (name);
CREATE INDEX item_gin ON item USING gin (tags) WITH (fastupdate = off, gin_pending_list_limit = 128);
CREATE INDEX item_gin_path ON item USING gin (document jsonb_path_ops);
CREATE INDEX item_gist ON item USING gist (area) WITH (buffering = on);
CREATE INDEX item_gist_text ON item USING gist (body);
CREATE INDEX item_spgist ON item USING spgist (name text_ops);
CREATE INDEX item_brin ON item USING brin (at, id) WITH (pages_per_range = 16, autosummarize = on);
