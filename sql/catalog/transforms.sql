-- Transforms between SQL types and languages.
-- params: none
-- columns: oid oid, type_name text, language text, from_sql text, to_sql text (as regprocedure writes them, NULL where there is none)
-- server: any
-- order: type_name, language
SELECT t.oid AS oid,
       pg_catalog.format_type(t.trftype, NULL) AS type_name,
       l.lanname::text AS language,
       CASE WHEN t.trffromsql::pg_catalog.oid <> 0 THEN t.trffromsql::pg_catalog.oid::pg_catalog.regprocedure::text END AS from_sql,
       CASE WHEN t.trftosql::pg_catalog.oid <> 0 THEN t.trftosql::pg_catalog.oid::pg_catalog.regprocedure::text END AS to_sql
  FROM pg_catalog.pg_transform AS t
  JOIN pg_catalog.pg_language AS l ON l.oid = t.trflang
 WHERE t.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_transform'::pg_catalog.regclass
                      AND d.objid = t.oid
                      AND d.deptype = 'e')
 ORDER BY 2, l.lanname;
