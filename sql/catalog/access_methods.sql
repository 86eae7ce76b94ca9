-- Access methods a user made.
-- params: none
-- columns: oid oid, name text, kind text (amtype), handler text (as regproc writes it)
-- server: any
-- order: name
SELECT m.oid AS oid,
       m.amname::text AS name,
       m.amtype::text AS kind,
       m.amhandler::text AS handler
  FROM pg_catalog.pg_am AS m
 WHERE m.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_am'::pg_catalog.regclass
                      AND d.objid = m.oid
                      AND d.deptype = 'e')
 ORDER BY m.amname;
