-- Takes the lock that a living run holds on its request, for as long as the session lives.
-- params: $1 int8, the lock's key
-- columns: is_ours bool
-- server: any
-- order: one row
SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int8) AS is_ours
ORDER BY 1;
