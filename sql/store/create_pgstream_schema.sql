-- Creates the schema of the snapshot requests.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE SCHEMA IF NOT EXISTS pgstream;
