-- What a target's server calls itself and its database, on the target: the same after a failover, another after the database
-- was made again.
-- params: none
-- columns: system text, database oid
-- server: any
-- order: one row
SELECT s.system_identifier::pg_catalog.text AS system, d.oid AS database
FROM pg_catalog.pg_control_system() AS s
JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database()
ORDER BY 1;
