-- Size and digest of the next large objects, read in pieces of 1 MB.
-- params: $1 oid: the last one before them; $2 int8: how many
-- columns: oid oid, bytes int8, digest text
-- server: any
-- order: oid
WITH RECURSIVE piece (oid, number, bytes, hash) AS (
    SELECT l.oid, 0, pg_catalog.octet_length(first.bytes), pg_catalog.hash_array_extended(ARRAY[first.bytes], 0)
      FROM (SELECT m.oid
              FROM pg_catalog.pg_largeobject_metadata AS m
             WHERE m.oid > $1::oid
             ORDER BY m.oid
             LIMIT $2::int8) AS l
     CROSS JOIN LATERAL (SELECT pg_catalog.lo_get(l.oid, 0::int8, 1048576) AS bytes OFFSET 0) AS first
     UNION ALL
    SELECT p.oid, p.number + 1, pg_catalog.octet_length(next.bytes),
           pg_catalog.hash_array_extended(ARRAY[next.bytes], p.number + 1)
      FROM piece AS p
     CROSS JOIN LATERAL (SELECT pg_catalog.lo_get(p.oid, (p.number + 1) * 1048576::int8, 1048576) AS bytes OFFSET 0) AS next
     WHERE p.bytes = 1048576
)
SELECT piece.oid AS oid,
       pg_catalog.sum(piece.bytes)::int8 AS bytes,
       pg_catalog.sum(piece.hash)::text AS digest
  FROM piece
 GROUP BY piece.oid
 ORDER BY piece.oid;
