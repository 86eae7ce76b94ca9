-- Gives a column of the target the statistics that a column of the source has. What is NULL is not set.
-- params: $1 int4 (server_version_num of the source), $2 text (schema), $3 text (table or index), $4 text (column), $5 bool
--         (inherited), $6 float4 (null_frac), $7 int4 (avg_width), $8 float4 (n_distinct), $9 text (most_common_vals),
--         $10 float4[] (most_common_freqs), $11 text (histogram_bounds), $12 float4 (correlation), $13 text (most_common_elems),
--         $14 float4[] (most_common_elem_freqs), $15 float4[] (elem_count_histogram), $16 text (range_length_histogram),
--         $17 float4 (range_empty_frac), $18 text (range_bounds_histogram)
-- columns: is_complete bool (false where a value was not taken)
-- server: 18 and newer
-- order: one row
SELECT pg_catalog.pg_restore_attribute_stats(
           'version', $1::int4,
           'schemaname', $2::text,
           'relname', $3::text,
           'attname', $4::text,
           'inherited', $5::bool,
           'null_frac', $6::float4,
           'avg_width', $7::int4,
           'n_distinct', $8::float4,
           'most_common_vals', $9::text,
           'most_common_freqs', $10::float4[],
           'histogram_bounds', $11::text,
           'correlation', $12::float4,
           'most_common_elems', $13::text,
           'most_common_elem_freqs', $14::float4[],
           'elem_count_histogram', $15::float4[],
           'range_length_histogram', $16::text,
           'range_empty_frac', $17::float4,
           'range_bounds_histogram', $18::text) AS is_complete
 ORDER BY 1;
