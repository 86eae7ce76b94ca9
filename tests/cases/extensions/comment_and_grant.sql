-- an extension with a comment, and a member of one with privileges changed from those of the extension
-- extensions: hstore
-- roles: case_reader
-- exit: 1
-- says: changed privileges of function public.akeys(public.hstore): not regenerated yet

CREATE EXTENSION hstore;
COMMENT ON EXTENSION hstore IS 'ours';
REVOKE EXECUTE ON FUNCTION akeys(hstore) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION akeys(hstore) TO case_reader;
