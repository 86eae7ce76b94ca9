-- operator classes with parameters
-- server: >= 13

CREATE TABLE item (body tsvector);
INSERT INTO item SELECT to_tsvector('simple', 'word' || n) FROM generate_series(1, 100) n;
CREATE INDEX ON item USING gist (body tsvector_ops (siglen = 100));
