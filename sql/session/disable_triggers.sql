-- Makes the session one in which ordinary triggers, rules and foreign keys do not fire. Only superusers may, and from
-- PostgreSQL 15 on those who were granted SET on the parameter.
-- params: none
-- columns: setting text
-- server: any
-- order: one row
SELECT pg_catalog.set_config('session_replication_role', 'replica', false) AS setting
ORDER BY 1;
