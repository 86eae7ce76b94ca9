-- Foreign servers.
-- params: none
-- columns: oid oid, name text, owner text, wrapper text, server_type text, version text (both NULL where there is none),
--          options text[] (name=value)
-- server: any
-- order: name
SELECT s.oid AS oid,
       s.srvname::text AS name,
       pg_catalog.pg_get_userbyid(s.srvowner)::text AS owner,
       f.fdwname::text AS wrapper,
       s.srvtype AS server_type,
       s.srvversion AS version,
       COALESCE(s.srvoptions, '{}'::text[]) AS options
  FROM pg_catalog.pg_foreign_server AS s
  JOIN pg_catalog.pg_foreign_data_wrapper AS f ON f.oid = s.srvfdw
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass
                      AND d.objid = s.oid
                      AND d.deptype = 'e')
 ORDER BY s.srvname;
