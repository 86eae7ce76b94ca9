-- Drops the next large objects of the target, whichever they are.
-- params: $1 int8, how many at most
-- columns: dropped int8
-- server: any
-- order: one row
SELECT pg_catalog.count(pg_catalog.lo_unlink(next.oid)) AS dropped
FROM (
    SELECT m.oid
    FROM pg_catalog.pg_largeobject_metadata AS m
    ORDER BY m.oid
    LIMIT $1::pg_catalog.int8
) AS next
ORDER BY 1;
