-- an index left invalid by a failed concurrent build, which is not copied

CREATE TABLE item (id int);
INSERT INTO item VALUES (1), (1);
\set ON_ERROR_STOP 0
CREATE UNIQUE INDEX CONCURRENTLY failed ON item (id);
\set ON_ERROR_STOP 1
CREATE INDEX good ON item (id);
