-- Text search parsers. They have no owner.
-- params: none
-- columns: oid oid, schema text, name text, start text, token text, end_function text, headline text (NULL where there is none),
--          lextypes text (functions, as regproc writes them)
-- server: any
-- order: schema, name
SELECT p.oid AS oid,
       n.nspname::text AS schema,
       p.prsname::text AS name,
       p.prsstart::text AS start,
       p.prstoken::text AS token,
       p.prsend::text AS end_function,
       CASE WHEN p.prsheadline::pg_catalog.oid <> 0 THEN p.prsheadline::text END AS headline,
       p.prslextype::text AS lextypes
  FROM pg_catalog.pg_ts_parser AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.prsnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass
                      AND d.objid = p.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, p.prsname;
