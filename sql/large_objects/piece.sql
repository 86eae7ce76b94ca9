-- A piece of a large object; shorter than asked for where it ends.
-- params: $1 oid; $2 int8: from which byte on; $3 int4: how many bytes
-- columns: piece bytea
-- server: any
-- order: none: one row
SELECT pg_catalog.lo_get($1::oid, $2::int8, $3::int4) AS piece
 ORDER BY $1::oid;
