-- a database whose schema public was dropped
-- pg_dump differs: >= 12

CREATE SCHEMA app;
DROP SCHEMA public;
CREATE TABLE app.item (id int PRIMARY KEY);
INSERT INTO app.item VALUES (1), (2);
