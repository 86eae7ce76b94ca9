-- What ANALYZE found out about the columns of some tables, and of the expressions their indexes are on.
-- params: $1 oid[], the tables
-- columns: relation oid (the table), schema text, name text (of the table or index), column text, inherited bool,
--          null_frac float4, avg_width int4, n_distinct float4, most_common_vals text, most_common_freqs float4[],
--          histogram_bounds text, correlation float4, most_common_elems text, most_common_elem_freqs float4[],
--          elem_count_histogram float4[], range_length_histogram text, range_empty_frac float4, range_bounds_histogram text
-- server: 17 and newer; columns_before_17.sql for older ones
-- order: relation, name, column, inherited
SELECT COALESCE(i.indrelid, c.oid) AS relation,
       s.schemaname::text AS schema,
       s.tablename::text AS name,
       s.attname::text AS column,
       s.inherited AS inherited,
       s.null_frac AS null_frac,
       s.avg_width AS avg_width,
       s.n_distinct AS n_distinct,
       s.most_common_vals::text AS most_common_vals,
       s.most_common_freqs AS most_common_freqs,
       s.histogram_bounds::text AS histogram_bounds,
       s.correlation AS correlation,
       s.most_common_elems::text AS most_common_elems,
       s.most_common_elem_freqs AS most_common_elem_freqs,
       s.elem_count_histogram AS elem_count_histogram,
       s.range_length_histogram::text AS range_length_histogram,
       s.range_empty_frac AS range_empty_frac,
       s.range_bounds_histogram::text AS range_bounds_histogram
  FROM pg_catalog.pg_stats AS s
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.schemaname
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.tablename
  LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
 WHERE COALESCE(i.indrelid, c.oid) = ANY ($1::oid[])
 ORDER BY 1, 3, 4, 5;
