-- unlogged sequences, free and behind an identity column
-- server: >= 15

CREATE UNLOGGED SEQUENCE fast;
SELECT nextval('fast');
CREATE UNLOGGED TABLE item (id int GENERATED ALWAYS AS IDENTITY, serial serial);
INSERT INTO item DEFAULT VALUES;
CREATE TABLE logged (id int GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE logged_id_seq SET UNLOGGED;
