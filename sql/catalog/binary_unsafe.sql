-- Columns that cannot be trusted to travel as binary, looking inside arrays, domains, ranges, multiranges and composite types.
-- params: none
-- columns: relation oid, number int2, type_name text,
--          reason text ('r': a reg* type, which sends OIDs; 'f': no send or receive function;
--                       'q': tsquery, whose receive function refuses what its send function makes of an empty query;
--                       'o': an array or composite of user types, whose OIDs servers before 14 compare;
--                       'e': a type of an extension, whose versions may differ in what they send),
--          extension text (that extension; NULL for other reasons)
-- server: any
-- order: relation, number, reason, extension, type_name
WITH RECURSIVE inside (outer_oid, oid, embedded) AS (
    SELECT t.oid, t.oid, false FROM pg_catalog.pg_type AS t
     WHERE t.oid IN (SELECT a.atttypid FROM pg_catalog.pg_attribute AS a WHERE a.attrelid >= 16384 AND a.attnum > 0)
     UNION
    SELECT i.outer_oid, part.oid, i.embedded OR part.embedded
      FROM inside AS i
      JOIN pg_catalog.pg_type AS t ON t.oid = i.oid
     CROSS JOIN LATERAL (
            SELECT t.typelem, true WHERE t.typelem <> 0 AND t.typlen = -1
             UNION ALL
            SELECT t.typbasetype, false WHERE t.typtype = 'd'
             UNION ALL
            SELECT r.rngsubtype, false FROM pg_catalog.pg_range AS r WHERE r.rngtypid = t.oid
             UNION ALL
            -- The range of a multirange, in a way that servers without multiranges understand.
            SELECT d.refobjid, false FROM pg_catalog.pg_depend AS d
             WHERE t.typtype = 'm' AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid
               AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype = 'i'
             UNION ALL
            SELECT a.atttypid, true FROM pg_catalog.pg_attribute AS a
             WHERE t.typrelid <> 0 AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
           ) AS part (oid, embedded)
), reason (outer_oid, oid, reason, extension) AS (
    SELECT i.outer_oid, i.oid,
           CASE WHEN t.typsend::pg_catalog.oid = 0 OR t.typreceive::pg_catalog.oid = 0 THEN 'f'
                WHEN t.oid IN ('pg_catalog.regproc'::pg_catalog.regtype, 'pg_catalog.regprocedure'::pg_catalog.regtype,
                               'pg_catalog.regoper'::pg_catalog.regtype, 'pg_catalog.regoperator'::pg_catalog.regtype,
                               'pg_catalog.regclass'::pg_catalog.regtype, 'pg_catalog.regtype'::pg_catalog.regtype,
                               'pg_catalog.regconfig'::pg_catalog.regtype, 'pg_catalog.regdictionary'::pg_catalog.regtype,
                               'pg_catalog.regrole'::pg_catalog.regtype, 'pg_catalog.regnamespace'::pg_catalog.regtype)
                  OR (t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace AND t.typname IN ('regcollation', 'regdatabase')) THEN 'r'
                WHEN t.oid = 'pg_catalog.tsquery'::pg_catalog.regtype THEN 'q'
                WHEN i.embedded AND t.oid >= 16384 THEN 'o'
            END,
           NULL
      FROM inside AS i
      JOIN pg_catalog.pg_type AS t ON t.oid = i.oid
     UNION ALL
    SELECT i.outer_oid, i.oid, 'e', e.extname::text
      FROM inside AS i
      JOIN pg_catalog.pg_depend AS d
        ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = i.oid AND d.deptype = 'e'
      JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid
)
SELECT a.attrelid AS relation,
       a.attnum AS number,
       pg_catalog.min(pg_catalog.format_type(r.oid, NULL)) AS type_name,
       r.reason AS reason,
       r.extension AS extension
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
  JOIN reason AS r ON r.outer_oid = a.atttypid
 WHERE c.relkind = 'r'
   AND c.oid >= 16384
   AND a.attnum > 0
   AND NOT a.attisdropped
   AND a.attgenerated = ''
   AND r.reason IS NOT NULL
 GROUP BY a.attrelid, a.attnum, r.reason, r.extension
 ORDER BY 1, 2, 4, 5, 3;
