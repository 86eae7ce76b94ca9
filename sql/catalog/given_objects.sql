-- Objects that came with the server or with an extension, whose privileges may have been changed since: those of the server
-- in pg_catalog, and every member of an extension, as far as they have privileges of their own.
-- params: none
-- columns: class oid, oid oid, extension oid (0: the server's own), kind text (the word GRANT has for it), schema text
--          ('' where it is in none), name text, arguments text (the types of a function's arguments; NULL for what has none),
--          owner text, column_numbers int2[], column_names text[] (the columns that have privileges of their own)
-- server: any
-- order: kind, schema, name, arguments
WITH member (class, oid, extension) AS MATERIALIZED (
    SELECT d.classid, d.objid, d.refobjid FROM pg_catalog.pg_depend AS d WHERE d.objsubid = 0 AND d.deptype = 'e'
), object (class, oid, kind, namespace, name, arguments, owner, acl) AS (
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
           c.relnamespace, c.relname, NULL, c.relowner, c.relacl
      FROM pg_catalog.pg_class AS c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
     UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
           p.pronamespace, p.proname,
           p.proargtypes,
           p.proowner, p.proacl
      FROM pg_catalog.pg_proc AS p
     UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 'TYPE', t.typnamespace, t.typname, NULL, t.typowner, t.typacl
      FROM pg_catalog.pg_type AS t
     UNION ALL
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 'SCHEMA', 0, n.nspname, NULL, n.nspowner, n.nspacl
      FROM pg_catalog.pg_namespace AS n
     UNION ALL
    SELECT 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, 'LANGUAGE', 0, l.lanname, NULL, l.lanowner, l.lanacl
      FROM pg_catalog.pg_language AS l WHERE l.lanispl
     UNION ALL
    SELECT 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, f.oid, 'FOREIGN DATA WRAPPER', 0, f.fdwname, NULL,
           f.fdwowner, f.fdwacl
      FROM pg_catalog.pg_foreign_data_wrapper AS f
     UNION ALL
    SELECT 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid, 'SERVER', 0, s.srvname, NULL, s.srvowner, s.srvacl
      FROM pg_catalog.pg_foreign_server AS s
), given (class, oid, kind, namespace, name, arguments, owner, acl, extension) AS MATERIALIZED (
    -- The columns of these alone are looked at: a database has many more.
    SELECT o.*, m.extension
      FROM object AS o
      LEFT JOIN member AS m ON m.class = o.class AND m.oid = o.oid
     WHERE m.oid IS NOT NULL OR o.oid < 16384
)
SELECT o.class::pg_catalog.oid AS class,
       o.oid AS oid,
       COALESCE(o.extension, 0::oid) AS extension,
       o.kind AS kind,
       COALESCE(n.nspname::text, '') AS schema,
       o.name::text AS name,
       CASE WHEN o.arguments IS NOT NULL
              THEN COALESCE((SELECT pg_catalog.string_agg(pg_catalog.format_type(a.oid, NULL), ', ' ORDER BY a.place)
                               FROM pg_catalog.unnest(o.arguments) WITH ORDINALITY AS a (oid, place)), '')
        END AS arguments,
       pg_catalog.pg_get_userbyid(o.owner)::text AS owner,
       COALESCE(columns.numbers, '{}') AS column_numbers,
       COALESCE(columns.names, '{}') AS column_names
  FROM given AS o
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = o.namespace
  LEFT JOIN LATERAL (SELECT pg_catalog.array_agg(a.attnum ORDER BY a.attnum),
                            pg_catalog.array_agg(a.attname::text ORDER BY a.attnum)
                       FROM pg_catalog.pg_attribute AS a
                      WHERE o.class = 'pg_catalog.pg_class'::pg_catalog.regclass
                        AND a.attrelid = o.oid
                        AND NOT a.attisdropped
                        AND (a.attacl IS NOT NULL
                             OR EXISTS (SELECT FROM pg_catalog.pg_init_privs AS v
                                         WHERE v.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                           AND v.objoid = a.attrelid
                                           AND v.objsubid = a.attnum))) AS columns (numbers, names) ON true
 WHERE (o.extension IS NOT NULL OR COALESCE(n.nspname, o.name) = 'pg_catalog')
   AND (o.acl IS NOT NULL
        OR columns.numbers IS NOT NULL
        OR EXISTS (SELECT FROM pg_catalog.pg_init_privs AS v WHERE v.classoid = o.class AND v.objoid = o.oid))
 ORDER BY 4, 5, 6, 7;
