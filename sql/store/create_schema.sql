-- Creates the schema of what runs record beside the snapshot requests.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE SCHEMA IF NOT EXISTS pgsluice;
