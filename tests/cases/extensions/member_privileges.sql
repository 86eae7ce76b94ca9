-- privileges on members of extensions, changed from those the extension gave: taken away, added, on columns, back to the usual
-- extensions: hstore pg_stat_statements
-- roles: case_reader

CREATE EXTENSION hstore;
REVOKE EXECUTE ON FUNCTION akeys(hstore) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION akeys(hstore) TO case_reader WITH GRANT OPTION;
REVOKE ALL ON TYPE hstore FROM PUBLIC;
CREATE EXTENSION pg_stat_statements;
REVOKE SELECT ON pg_stat_statements FROM PUBLIC;
GRANT SELECT (query, calls) ON pg_stat_statements TO case_reader;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO case_reader;
