-- inheritance: columns of its own, overridden default and not null, NO INHERIT check, grandchildren, rows at every level
-- pg_dump differs: < 18

CREATE TABLE base (id int NOT NULL, name text DEFAULT 'base', CHECK (id > 0), CONSTRAINT only_here CHECK (id < 1000) NO INHERIT);
CREATE TABLE child (extra text) INHERITS (base);
CREATE TABLE grandchild (more int) INHERITS (child);
ALTER TABLE child ALTER name SET DEFAULT 'child';
ALTER TABLE grandchild ALTER name DROP DEFAULT;
ALTER TABLE child ALTER name SET NOT NULL;
CREATE TABLE merged (id int NOT NULL, name text, own int) INHERITS (base);
INSERT INTO base VALUES (1, 'a');
INSERT INTO child VALUES (2, 'b', 'x'), (2000, 'c', 'y');
INSERT INTO grandchild VALUES (3, 'd', 'z', 9);
INSERT INTO merged VALUES (4, 'm', 1);
