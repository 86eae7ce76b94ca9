-- inherited checks: merged with one of the child's own, NOT VALID, and keys that each table has for itself

CREATE TABLE base (id int PRIMARY KEY, a int, CONSTRAINT a_positive CHECK (a > 0));
CREATE TABLE child (CONSTRAINT a_positive CHECK (a > 0), PRIMARY KEY (id)) INHERITS (base);
CREATE TABLE other () INHERITS (base);
INSERT INTO base VALUES (1, 1);
INSERT INTO child VALUES (1, 2);
INSERT INTO other VALUES (1, -0 + 3);
ALTER TABLE base ADD CONSTRAINT a_small CHECK (a < 100) NOT VALID;
ALTER TABLE child ADD CONSTRAINT own CHECK (id + a > 0);
