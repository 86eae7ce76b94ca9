-- Publications. Their tables are in publication_tables.sql, their schemas in publication_schemas.sql.
-- params: none
-- columns: oid oid, name text, owner text, all_tables bool, operations text[], via_root bool,
--          generated_columns text (pubgencols: n none, s stored)
-- server: 18 and newer; publications_before_18.sql and publications_before_13.sql for older ones
-- order: name
SELECT p.oid AS oid,
       p.pubname::text AS name,
       pg_catalog.pg_get_userbyid(p.pubowner)::text AS owner,
       p.puballtables AS all_tables,
       pg_catalog.array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END,
                                     CASE WHEN p.pubupdate THEN 'update' END,
                                     CASE WHEN p.pubdelete THEN 'delete' END,
                                     CASE WHEN p.pubtruncate THEN 'truncate' END], NULL) AS operations,
       p.pubviaroot AS via_root,
       p.pubgencols::text AS generated_columns
  FROM pg_catalog.pg_publication AS p
 ORDER BY p.pubname;
