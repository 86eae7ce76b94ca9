-- primary and unique keys: INCLUDE, fillfactor, deferrable, several columns, renamed, made from an index

CREATE TABLE item (
  id int,
  a int CONSTRAINT "A once" UNIQUE,
  b int,
  c text,
  CONSTRAINT item_key PRIMARY KEY (id, b) INCLUDE (c) WITH (fillfactor = 80),
  CONSTRAINT b_once UNIQUE (b) DEFERRABLE,
  CONSTRAINT c_once UNIQUE (c, a) INCLUDE (b) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX ready ON item (a, b, id);
ALTER TABLE item ADD CONSTRAINT from_index UNIQUE USING INDEX ready;
ALTER TABLE item ADD CONSTRAINT first_name UNIQUE (id);
ALTER TABLE item RENAME CONSTRAINT first_name TO second_name;
INSERT INTO item SELECT n, n, n, 'c' || n FROM generate_series(1, 20) n;
INSERT INTO item VALUES (100, NULL, 100, NULL), (101, NULL, 101, NULL);
