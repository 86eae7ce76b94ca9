-- publications: for all tables, for some, for none; what they publish, their owner and comment
-- roles: case_owner

CREATE TABLE item (id int PRIMARY KEY);
CREATE SCHEMA app;
CREATE TABLE app."It em" (id int PRIMARY KEY);
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION "No thing" WITH (publish = '');
CREATE PUBLICATION inserts FOR TABLE item WITH (publish = 'insert, truncate');
CREATE PUBLICATION two FOR TABLE ONLY item, app."It em" WITH (publish = 'update, delete');
COMMENT ON PUBLICATION two IS 'two of them';
ALTER PUBLICATION two OWNER TO case_owner;
