-- Creates the table of requests: one row for what was asked, however many schemas it names, with the run that worked on it last.
-- request_key identifies source, target, mode and selection; lock_key is the advisory lock that the living run holds;
-- target_system and target_database are what the target's server calls itself and its database; stage says how far the
-- target is: begun (nothing changed), making (objects are being made), made (they are); schema_digest is that of the definitions.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE TABLE IF NOT EXISTS pgsluice.request (
    request_key text PRIMARY KEY,
    lock_key int8 NOT NULL,
    req_ids int4[] NOT NULL,
    source text NOT NULL,
    target text NOT NULL,
    mode text NOT NULL,
    selection text NOT NULL,
    status text NOT NULL CHECK (status IN ('in progress', 'completed', 'failed', 'interrupted')),
    stage text NOT NULL CHECK (stage IN ('begun', 'making', 'made')),
    host text,
    application_name text,
    process_id int4,
    store_process_id int4,
    created_at timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    snapshot text,
    snapshot_at timestamptz,
    target_system text,
    target_database oid,
    schema_digest text,
    large_objects bool NOT NULL,
    errors jsonb
);
