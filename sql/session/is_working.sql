-- Whether a session is at work or waits for something of the server's (a lock, the disk, a standby), rather than for its client.
-- A session that may not be looked at counts as one at work; one that is gone does not.
-- params: $1 int4, its process; $2 text, since when, NULL where that is not known
-- columns: is_working bool
-- server: any
-- order: one row
SELECT EXISTS (
           SELECT
             FROM pg_catalog.pg_stat_activity AS a
            WHERE a.pid = $1::pg_catalog.int4
              AND COALESCE(a.backend_start::pg_catalog.text = $2::pg_catalog.text, true)
              AND COALESCE(a.state = 'active', true)
              AND COALESCE(a.wait_event, '') NOT IN ('ClientRead', 'ClientWrite')) AS is_working
 ORDER BY 1;
