-- Creates the table of snapshot requests, one row per schema that a run was asked for. pgstream adds a column and an index of
-- its own to it, which the other statements do without.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE TABLE IF NOT EXISTS pgstream.snapshot_requests (
    req_id serial PRIMARY KEY,
    schema_name text,
    table_names text[],
    created_at timestamptz,
    updated_at timestamptz,
    status text CHECK (status IN ('requested', 'in progress', 'completed')),
    errors jsonb
);
