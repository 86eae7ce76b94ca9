-- foreign data wrappers, servers and user mappings, with options, owners, privileges and comments
-- extensions: postgres_fdw
-- roles: case_reader case_owner Case-Odd

CREATE EXTENSION postgres_fdw;
CREATE SCHEMA app;
CREATE FOREIGN DATA WRAPPER "Dummy" OPTIONS (debug 'it''s', "Odd key" 'a=b');
COMMENT ON FOREIGN DATA WRAPPER "Dummy" IS 'does nothing';
GRANT USAGE ON FOREIGN DATA WRAPPER "Dummy" TO case_owner WITH GRANT OPTION;
CREATE FOREIGN DATA WRAPPER ours HANDLER postgres_fdw_handler VALIDATOR postgres_fdw_validator;
CREATE SERVER plain FOREIGN DATA WRAPPER "Dummy";
ALTER SERVER plain OWNER TO case_owner;
CREATE SERVER "Typed" TYPE 'oracle' VERSION '11''' FOREIGN DATA WRAPPER "Dummy" OPTIONS (host 'x', path E'C:\\x');
COMMENT ON SERVER "Typed" IS 'far';
GRANT USAGE ON FOREIGN SERVER "Typed" TO case_reader;
CREATE SERVER remote FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere', dbname 'x');
CREATE SERVER ours FOREIGN DATA WRAPPER ours OPTIONS (host 'nowhere');
CREATE USER MAPPING FOR PUBLIC SERVER plain OPTIONS (secret 'a''b');
CREATE USER MAPPING FOR "Case-Odd" SERVER plain;
CREATE USER MAPPING FOR CURRENT_USER SERVER remote OPTIONS (user 'u', password E'p\\w');
