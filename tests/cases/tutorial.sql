-- the tutorial's table: a serial key, its sequence, three rows

CREATE TABLE test (id serial PRIMARY KEY, name text);
INSERT INTO test (name) VALUES ('alice'), ('bob'), ('charlie');
