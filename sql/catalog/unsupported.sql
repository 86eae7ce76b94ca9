-- Objects a user made of kinds that are not regenerated, so that a run can name them, and what is said about objects
-- without being regenerated.
-- params: none
-- columns: class oid, oid oid (0: not an object that others can need), kind text, schema text ('' where it is in none),
--          identity text
-- server: any
-- order: kind, identity
WITH object (class, oid) AS (
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid
      FROM pg_catalog.pg_type AS t
     WHERE (t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS e WHERE e.typarray = t.oid))
        OR (t.typtype = 'p' AND NOT t.typisdefined)
        OR (t.typtype = 'r'
            AND EXISTS (SELECT FROM pg_catalog.pg_range AS r
                         WHERE r.rngtypid = t.oid AND r.rngcanonical::pg_catalog.oid <> 0))
     UNION ALL
    SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid FROM pg_catalog.pg_operator AS o
     UNION ALL
    SELECT 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid FROM pg_catalog.pg_opclass AS o
     UNION ALL
    SELECT 'pg_catalog.pg_opfamily'::pg_catalog.regclass, o.oid FROM pg_catalog.pg_opfamily AS o
     UNION ALL
    SELECT 'pg_catalog.pg_cast'::pg_catalog.regclass, c.oid
      FROM pg_catalog.pg_cast AS c
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'i')
     UNION ALL
    SELECT 'pg_catalog.pg_collation'::pg_catalog.regclass, c.oid FROM pg_catalog.pg_collation AS c
     UNION ALL
    SELECT 'pg_catalog.pg_conversion'::pg_catalog.regclass, c.oid FROM pg_catalog.pg_conversion AS c
     UNION ALL
    SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid FROM pg_catalog.pg_language AS l
     UNION ALL
    SELECT 'pg_catalog.pg_transform'::pg_catalog.regclass, t.oid FROM pg_catalog.pg_transform AS t
     UNION ALL
    SELECT 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, t.oid FROM pg_catalog.pg_ts_parser AS t
     UNION ALL
    SELECT 'pg_catalog.pg_ts_template'::pg_catalog.regclass, t.oid FROM pg_catalog.pg_ts_template AS t
     UNION ALL
    SELECT 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, t.oid FROM pg_catalog.pg_ts_dict AS t
     UNION ALL
    SELECT 'pg_catalog.pg_ts_config'::pg_catalog.regclass, t.oid FROM pg_catalog.pg_ts_config AS t
     UNION ALL
    SELECT 'pg_catalog.pg_am'::pg_catalog.regclass, a.oid FROM pg_catalog.pg_am AS a
)
SELECT o.class::pg_catalog.oid AS class,
       o.oid AS oid,
       i.type AS kind,
       COALESCE(i.schema, '') AS schema,
       i.identity AS identity
  FROM object AS o
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(o.class, o.oid, 0) AS i (type, schema, name, identity)
 WHERE o.oid >= 16384
   AND COALESCE(i.schema, '') !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = o.class
                      AND d.objid = o.oid
                      AND d.objsubid = 0
                      AND d.deptype = 'e')
 UNION ALL
SELECT s.classoid, 0::pg_catalog.oid, 'security label of', '',
       (SELECT i.type || ' ' || i.identity FROM pg_catalog.pg_identify_object(s.classoid, s.objoid, s.objsubid) AS i)
  FROM pg_catalog.pg_seclabel AS s
 ORDER BY 3, 4, 5;
