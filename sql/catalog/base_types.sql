-- Base types that are no array of another type.
-- params: none
-- columns: oid oid, schema text, name text, owner text, input text, output text, receive text, send text, typmod_in text,
--          typmod_out text, analyze text, subscript text (functions as regproc writes them, NULL where there is none),
--          length int2 (typlen: -1 variable, -2 a C string), by_value bool, alignment text (typalign), storage text (typstorage),
--          category text, preferred bool, default_value text, element text (NULL where there is none), delimiter text,
--          collatable bool
-- server: 14 and newer; base_types_before_14.sql for older ones
-- order: schema, name
SELECT t.oid AS oid,
       n.nspname::text AS schema,
       t.typname::text AS name,
       pg_catalog.pg_get_userbyid(t.typowner)::text AS owner,
       t.typinput::text AS input,
       t.typoutput::text AS output,
       CASE WHEN t.typreceive::pg_catalog.oid <> 0 THEN t.typreceive::text END AS receive,
       CASE WHEN t.typsend::pg_catalog.oid <> 0 THEN t.typsend::text END AS send,
       CASE WHEN t.typmodin::pg_catalog.oid <> 0 THEN t.typmodin::text END AS typmod_in,
       CASE WHEN t.typmodout::pg_catalog.oid <> 0 THEN t.typmodout::text END AS typmod_out,
       CASE WHEN t.typanalyze::pg_catalog.oid <> 0 THEN t.typanalyze::text END AS analyze,
       CASE WHEN t.typsubscript::pg_catalog.oid <> 0 THEN t.typsubscript::text END AS subscript,
       t.typlen AS length,
       t.typbyval AS by_value,
       t.typalign::text AS alignment,
       t.typstorage::text AS storage,
       t.typcategory::text AS category,
       t.typispreferred AS preferred,
       t.typdefault AS default_value,
       CASE WHEN t.typelem <> 0 THEN pg_catalog.format_type(t.typelem, NULL) END AS element,
       t.typdelim::text AS delimiter,
       t.typcollation <> 0 AS collatable
  FROM pg_catalog.pg_type AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
 WHERE t.typtype = 'b'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS e WHERE e.typarray = t.oid)
   AND n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                      AND d.objid = t.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, t.typname;
