-- Conversions between encodings.
-- params: none
-- columns: oid oid, schema text, name text, owner text, is_default bool, source_encoding text, target_encoding text,
--          function text (as regproc writes it)
-- server: any
-- order: schema, name
SELECT c.oid AS oid,
       n.nspname::text AS schema,
       c.conname::text AS name,
       pg_catalog.pg_get_userbyid(c.conowner)::text AS owner,
       c.condefault AS is_default,
       pg_catalog.pg_encoding_to_char(c.conforencoding)::text AS source_encoding,
       pg_catalog.pg_encoding_to_char(c.contoencoding)::text AS target_encoding,
       c.conproc::text AS function
  FROM pg_catalog.pg_conversion AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.connamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_conversion'::pg_catalog.regclass
                      AND d.objid = c.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, c.conname;
