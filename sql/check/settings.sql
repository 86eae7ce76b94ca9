-- What new sessions of this user in this database have set of what a copy minds. A server does not have all of them.
-- params: none
-- columns: name text, setting text, unit text
-- server: any
-- order: name
SELECT s.name::text AS name,
       s.reset_val AS setting,
       s.unit AS unit
  FROM pg_catalog.pg_settings AS s
 WHERE s.name IN ('default_transaction_read_only', 'hot_standby_feedback', 'idle_in_transaction_session_timeout',
                  'idle_session_timeout', 'lock_timeout', 'max_connections', 'max_standby_streaming_delay',
                  'old_snapshot_threshold', 'reserved_connections', 'statement_timeout', 'superuser_reserved_connections',
                  'transaction_timeout')
 ORDER BY s.name;
