-- Operator classes. Their members are in family_operators.sql and family_functions.sql.
-- params: none
-- columns: oid oid, schema text, name text, owner text, access_method text, family oid, family_schema text, family_name text,
--          is_default bool, input_type text, storage_type text (NULL where it is the input type)
-- server: any
-- order: schema, name, access_method
SELECT o.oid AS oid,
       n.nspname::text AS schema,
       o.opcname::text AS name,
       pg_catalog.pg_get_userbyid(o.opcowner)::text AS owner,
       m.amname::text AS access_method,
       f.oid AS family,
       fn.nspname::text AS family_schema,
       f.opfname::text AS family_name,
       o.opcdefault AS is_default,
       pg_catalog.format_type(o.opcintype, NULL) AS input_type,
       CASE WHEN o.opckeytype <> 0 THEN pg_catalog.format_type(o.opckeytype, NULL) END AS storage_type
  FROM pg_catalog.pg_opclass AS o
  JOIN pg_catalog.pg_namespace AS n ON n.oid = o.opcnamespace
  JOIN pg_catalog.pg_am AS m ON m.oid = o.opcmethod
  JOIN pg_catalog.pg_opfamily AS f ON f.oid = o.opcfamily
  JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.opfnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
                      AND d.objid = o.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, o.opcname, m.amname;
