-- serial columns of every width, a renamed one, one whose default was dropped, ownership given and taken

CREATE TABLE item (small smallserial, id serial PRIMARY KEY, big bigserial, note text);
INSERT INTO item (note) VALUES ('a'), ('b'), ('c');
CREATE TABLE renamed (id serial);
INSERT INTO renamed DEFAULT VALUES;
ALTER SEQUENCE renamed_id_seq RENAME TO other_name;
ALTER TABLE renamed RENAME COLUMN id TO key;
CREATE TABLE no_default (id serial);
ALTER TABLE no_default ALTER COLUMN id DROP DEFAULT;
CREATE SEQUENCE shared;
CREATE TABLE one (id int DEFAULT nextval('shared'));
CREATE TABLE two (id int DEFAULT nextval('shared'), id2 bigint DEFAULT nextval('other_name'::regclass) + 1);
INSERT INTO one DEFAULT VALUES;
INSERT INTO two DEFAULT VALUES;
CREATE SEQUENCE owned OWNED BY one.id;
CREATE TABLE taken (id serial);
ALTER SEQUENCE taken_id_seq OWNED BY NONE;
