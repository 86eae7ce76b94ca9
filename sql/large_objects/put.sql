-- Writes a piece of a large object.
-- params: $1 oid; $2 int8: from which byte on; $3 bytea: the piece
-- columns: put void
-- server: any
-- order: none: one row
SELECT pg_catalog.lo_put($1::oid, $2::int8, $3::bytea) AS put
 ORDER BY $1::oid;
