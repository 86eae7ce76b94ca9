-- Languages a user made.
-- params: none
-- columns: oid oid, name text, owner text, trusted bool, handler text, inline_handler text, validator text
--          (as regproc writes them, NULL where there is none)
-- server: any
-- order: name
SELECT l.oid AS oid,
       l.lanname::text AS name,
       pg_catalog.pg_get_userbyid(l.lanowner)::text AS owner,
       l.lanpltrusted AS trusted,
       CASE WHEN l.lanplcallfoid <> 0 THEN l.lanplcallfoid::pg_catalog.regproc::text END AS handler,
       CASE WHEN l.laninline <> 0 THEN l.laninline::pg_catalog.regproc::text END AS inline_handler,
       CASE WHEN l.lanvalidator <> 0 THEN l.lanvalidator::pg_catalog.regproc::text END AS validator
  FROM pg_catalog.pg_language AS l
 WHERE l.lanispl
   AND l.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_language'::pg_catalog.regclass
                      AND d.objid = l.oid
                      AND d.deptype = 'e')
 ORDER BY l.lanname;
