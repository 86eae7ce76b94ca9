-- an extension with a comment of the user's own
-- extensions: hstore

CREATE EXTENSION hstore;
COMMENT ON EXTENSION hstore IS 'ours';
