-- privileges on a member of an extension, changed from those the extension gave: not copied yet, and said
-- extensions: hstore
-- roles: case_reader
-- exit: 1
-- says: changed privileges of function public.akeys(public.hstore): not regenerated yet

CREATE EXTENSION hstore;
REVOKE EXECUTE ON FUNCTION akeys(hstore) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION akeys(hstore) TO case_reader;
