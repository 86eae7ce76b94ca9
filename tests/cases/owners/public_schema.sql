-- schema public with another owner
-- roles: case_owner

ALTER SCHEMA public OWNER TO case_owner;
CREATE TABLE item (id int);
