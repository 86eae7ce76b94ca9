-- Aggregate functions.
-- params: none
-- columns: oid oid, schema text, name text, owner text,
--          identity_arguments text ('' for none; with ORDER BY for ordered-set aggregates), argument_types text (every type, by commas),
--          kind text (aggkind), transition_function text, transition_type text, transition_bytes int4 (0: unknown),
--          final_function text, final_extra bool, final_modify text (aggfinalmodify), combine_function text, serial_function text,
--          deserial_function text, initial_value text, moving_transition_function text, moving_inverse_function text,
--          moving_type text, moving_bytes int4 (0: unknown), moving_final_function text, moving_final_extra bool,
--          moving_final_modify text (aggmfinalmodify), moving_initial_value text, sort_operator_schema text,
--          sort_operator_name text, parallel text (proparallel)
--          (functions as regproc writes them, NULL where there is none; types as format_type writes them)
-- server: any
-- order: schema, name, identity_arguments
SELECT p.oid AS oid,
       n.nspname::text AS schema,
       p.proname::text AS name,
       pg_catalog.pg_get_userbyid(p.proowner)::text AS owner,
       pg_catalog.pg_get_function_identity_arguments(p.oid) AS identity_arguments,
       pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.format_type(t.oid, NULL)
                               FROM pg_catalog.unnest(p.proargtypes) WITH ORDINALITY AS t (oid, position)
                              ORDER BY t.position), ', ') AS argument_types,
       a.aggkind::text AS kind,
       a.aggtransfn::text AS transition_function,
       pg_catalog.format_type(a.aggtranstype, NULL) AS transition_type,
       a.aggtransspace AS transition_bytes,
       CASE WHEN a.aggfinalfn::pg_catalog.oid <> 0 THEN a.aggfinalfn::text END AS final_function,
       a.aggfinalextra AS final_extra,
       a.aggfinalmodify::text AS final_modify,
       CASE WHEN a.aggcombinefn::pg_catalog.oid <> 0 THEN a.aggcombinefn::text END AS combine_function,
       CASE WHEN a.aggserialfn::pg_catalog.oid <> 0 THEN a.aggserialfn::text END AS serial_function,
       CASE WHEN a.aggdeserialfn::pg_catalog.oid <> 0 THEN a.aggdeserialfn::text END AS deserial_function,
       a.agginitval AS initial_value,
       CASE WHEN a.aggmtransfn::pg_catalog.oid <> 0 THEN a.aggmtransfn::text END AS moving_transition_function,
       CASE WHEN a.aggminvtransfn::pg_catalog.oid <> 0 THEN a.aggminvtransfn::text END AS moving_inverse_function,
       CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END AS moving_type,
       a.aggmtransspace AS moving_bytes,
       CASE WHEN a.aggmfinalfn::pg_catalog.oid <> 0 THEN a.aggmfinalfn::text END AS moving_final_function,
       a.aggmfinalextra AS moving_final_extra,
       a.aggmfinalmodify::text AS moving_final_modify,
       a.aggminitval AS moving_initial_value,
       onsp.nspname::text AS sort_operator_schema,
       o.oprname::text AS sort_operator_name,
       p.proparallel::text AS parallel
  FROM pg_catalog.pg_aggregate AS a
  JOIN pg_catalog.pg_proc AS p ON p.oid = a.aggfnoid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  LEFT JOIN pg_catalog.pg_operator AS o ON o.oid = a.aggsortop
  LEFT JOIN pg_catalog.pg_namespace AS onsp ON onsp.oid = o.oprnamespace
 WHERE n.nspname !~ '^pg_'
   AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                      AND d.objid = p.oid
                      AND d.deptype = 'e')
 ORDER BY n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid);
