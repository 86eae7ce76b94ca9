-- a database whose schema public was dropped

CREATE SCHEMA app;
DROP SCHEMA public;
CREATE TABLE app.item (id int PRIMARY KEY);
INSERT INTO app.item VALUES (1), (2);
