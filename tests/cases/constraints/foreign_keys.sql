-- foreign keys: every action, match full, deferrable, several columns, NOT VALID, to a unique key, of a table to itself

CREATE TABLE parent (id int PRIMARY KEY, a int, b int, UNIQUE (b, a));
CREATE TABLE child (
  id int PRIMARY KEY,
  cascade_id int REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE,
  null_id int REFERENCES parent ON DELETE SET NULL ON UPDATE SET NULL,
  default_id int DEFAULT 1 REFERENCES parent ON DELETE SET DEFAULT ON UPDATE SET DEFAULT,
  restrict_id int CONSTRAINT "Restrict, please" REFERENCES parent ON DELETE RESTRICT ON UPDATE RESTRICT,
  deferred_id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED,
  deferrable_id int REFERENCES parent DEFERRABLE,
  a int,
  b int,
  parent_id int REFERENCES child,
  late_id int,
  FOREIGN KEY (a, b) REFERENCES parent (a, b) MATCH FULL
);
INSERT INTO parent VALUES (1, 1, 1), (2, 2, 2), (3, NULL, NULL);
INSERT INTO child VALUES (1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 99), (2, 2, NULL, 2, 2, 2, 2, NULL, NULL, 1, NULL);
ALTER TABLE child ADD CONSTRAINT late FOREIGN KEY (late_id) REFERENCES parent NOT VALID;
