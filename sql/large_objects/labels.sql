-- Security labels of large objects.
-- params: $1 oid[]: the large objects
-- columns: oid oid, provider text, label text
-- server: any
-- order: oid, provider
SELECT s.objoid AS oid,
       s.provider AS provider,
       s.label AS label
  FROM pg_catalog.pg_seclabel AS s
 WHERE s.classoid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass
   AND s.objoid = ANY ($1::oid[])
 ORDER BY s.objoid, s.provider;
