-- Takes the lock that a run holds as long as it lives.
-- params: $1 int8, the run
-- columns: is_ours bool
-- server: any
-- order: one row
SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int8) AS is_ours
 ORDER BY 1;
