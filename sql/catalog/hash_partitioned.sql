-- Tables partitioned by hash, and whether the hash of their key may differ from server to server: an enum hashes by its OID,
-- text of a nondeterministic collation by what the collation library makes of it, and what is not built in by functions that
-- nothing is known about.
-- params: none
-- columns: relation oid, differs bool
-- server: any
-- order: relation
SELECT p.partrelid AS relation,
       pg_catalog.bool_or(o.oid >= 16384
                          OR o.opcintype = 'pg_catalog.anyenum'::pg_catalog.regtype
                          -- Of an expression, or a type of the user's, what is inside is not known.
                          OR (t.typtype = 'p' AND COALESCE(a.atttypid, 16384) >= 16384)
                          OR NOT COALESCE(c.collisdeterministic, true)) AS differs
  FROM pg_catalog.pg_partitioned_table AS p
 CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(p.partattrs::int2[]), pg_catalog.unnest(p.partclass::oid[]),
                               pg_catalog.unnest(p.partcollation::oid[])) AS key (number, class, collation_oid)
  JOIN pg_catalog.pg_opclass AS o ON o.oid = key.class
  JOIN pg_catalog.pg_type AS t ON t.oid = o.opcintype
  LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = key.number AND key.number > 0
  LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = key.collation_oid
 WHERE p.partstrat = 'h'
 GROUP BY p.partrelid
 ORDER BY p.partrelid;
