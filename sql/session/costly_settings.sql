-- The server's own settings that decide what loading much data costs.
-- params: none
-- columns: wal_level text, data_checksums text, max_wal_bytes int8
-- server: any
-- order: one row
SELECT pg_catalog.current_setting('wal_level') AS wal_level,
       pg_catalog.current_setting('data_checksums') AS data_checksums,
       pg_catalog.pg_size_bytes(pg_catalog.current_setting('max_wal_size')) AS max_wal_bytes
 ORDER BY 1;
