-- keys of children whose columns refuse NULL only because a parent's do, or also by themselves

CREATE TABLE base (id int PRIMARY KEY, a int NOT NULL, b int);
CREATE TABLE added () INHERITS (base);
ALTER TABLE added ADD CONSTRAINT added_key PRIMARY KEY (id, a) INCLUDE (b) WITH (fillfactor = 70);
CREATE TABLE grandchild () INHERITS (added);
ALTER TABLE grandchild ADD PRIMARY KEY (id) DEFERRABLE;
ALTER TABLE grandchild CLUSTER ON grandchild_pkey;
CREATE TABLE by_itself (b int NOT NULL) INHERITS (base);
ALTER TABLE by_itself ADD PRIMARY KEY (b);
CREATE TABLE once (UNIQUE (id), UNIQUE (b)) INHERITS (base);
INSERT INTO added VALUES (1, 1, 1);
INSERT INTO grandchild VALUES (2, 2, 2);
INSERT INTO by_itself VALUES (3, 3, 3);
INSERT INTO once VALUES (4, 4, NULL);
