-- Makes large objects with their beginnings.
-- params: $1 oid[]: the large objects; $2 bytea[]: the beginning of each
-- columns: count int8
-- server: any
-- order: none: one row
SELECT pg_catalog.count(CASE WHEN pg_catalog.length(made.beginning) > 0 THEN pg_catalog.lo_put(made.oid, 0::int8, made.beginning) END)
         AS count
  FROM (SELECT pg_catalog.lo_create(given.oid) AS oid, given.beginning AS beginning
          FROM ROWS FROM (pg_catalog.unnest($1::oid[]), pg_catalog.unnest($2::bytea[])) AS given (oid, beginning)
        -- So that each is made once and before it is written.
         ORDER BY given.oid
        OFFSET 0) AS made
 ORDER BY 1;
