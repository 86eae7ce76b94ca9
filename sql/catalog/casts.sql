-- Casts a user made; not those that the server makes with a range type.
-- params: none
-- columns: oid oid, source_type text, target_type text, function text (as regprocedure writes it, NULL where there is none),
--          method text (castmethod), context text (castcontext)
-- server: any
-- order: source_type, target_type
SELECT c.oid AS oid,
       pg_catalog.format_type(c.castsource, NULL) AS source_type,
       pg_catalog.format_type(c.casttarget, NULL) AS target_type,
       CASE WHEN c.castfunc <> 0 THEN c.castfunc::pg_catalog.regprocedure::text END AS function,
       c.castmethod::text AS method,
       c.castcontext::text AS context
  FROM pg_catalog.pg_cast AS c
 WHERE c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass
                      AND d.objid = c.oid
                      AND d.deptype IN ('e', 'i'))
 ORDER BY 2, 3;
