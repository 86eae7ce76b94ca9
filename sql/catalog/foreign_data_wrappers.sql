-- Foreign data wrappers.
-- params: none
-- columns: oid oid, name text, owner text, handler_schema text, handler_name text, validator_schema text, validator_name text
--          (NULL where there is none), options text[] (name=value)
-- server: any
-- order: name
SELECT f.oid AS oid,
       f.fdwname::text AS name,
       pg_catalog.pg_get_userbyid(f.fdwowner)::text AS owner,
       hn.nspname::text AS handler_schema,
       h.proname::text AS handler_name,
       vn.nspname::text AS validator_schema,
       v.proname::text AS validator_name,
       COALESCE(f.fdwoptions, '{}'::text[]) AS options
  FROM pg_catalog.pg_foreign_data_wrapper AS f
  LEFT JOIN pg_catalog.pg_proc AS h ON h.oid = f.fdwhandler
  LEFT JOIN pg_catalog.pg_namespace AS hn ON hn.oid = h.pronamespace
  LEFT JOIN pg_catalog.pg_proc AS v ON v.oid = f.fdwvalidator
  LEFT JOIN pg_catalog.pg_namespace AS vn ON vn.oid = v.pronamespace
 WHERE f.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
                      AND d.objid = f.oid
                      AND d.deptype = 'e')
 ORDER BY f.fdwname;
