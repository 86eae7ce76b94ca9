-- Collations. The version their provider had is not among the columns: the target's own applies there.
-- params: none
-- columns: oid oid, schema text, name text, owner text, provider text (collprovider), deterministic bool,
--          collate text, ctype text (both NULL unless the provider is libc), locale text (NULL where it is libc), rules text
-- server: 15; there are no rules yet
-- order: schema, name
SELECT c.oid AS oid,
       n.nspname::text AS schema,
       c.collname::text AS name,
       pg_catalog.pg_get_userbyid(c.collowner)::text AS owner,
       c.collprovider::text AS provider,
       c.collisdeterministic AS deterministic,
       c.collcollate AS collate,
       c.collctype AS ctype,
       c.colliculocale AS locale,
       NULL::text AS rules
  FROM pg_catalog.pg_collation AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.collnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass
                      AND d.objid = c.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, c.collname;
