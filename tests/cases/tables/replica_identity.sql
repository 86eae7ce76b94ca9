-- replica identity: full, nothing, an index, the primary key

CREATE TABLE whole (id int PRIMARY KEY, a int);
ALTER TABLE whole REPLICA IDENTITY FULL;
CREATE TABLE none (id int PRIMARY KEY, a int);
ALTER TABLE none REPLICA IDENTITY NOTHING;
CREATE TABLE by_index (id int NOT NULL, a int NOT NULL);
CREATE UNIQUE INDEX by_index_a ON by_index (a);
ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_a;
CREATE TABLE by_constraint (id int PRIMARY KEY, a int NOT NULL CONSTRAINT by_a UNIQUE);
ALTER TABLE by_constraint REPLICA IDENTITY USING INDEX by_a;
CREATE TABLE by_default (id int PRIMARY KEY);
