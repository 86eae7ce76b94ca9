-- Records that the requests are being worked on.
-- params: $1 int4[], the req_ids
-- columns: req_id int4 (of the rows that were there)
-- server: any
-- order: req_id
WITH begun AS (
    UPDATE pgstream.snapshot_requests
    SET status = 'in progress', errors = NULL, updated_at = pg_catalog.now()
    WHERE req_id = ANY ($1::pg_catalog.int4[])
    RETURNING req_id
)
SELECT req_id FROM begun
ORDER BY req_id;
