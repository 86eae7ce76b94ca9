-- Prepares a session that creates objects: names as they are written, function bodies taken as they are, the built-in
-- storage where nothing else is said, no limits of time. Settings that the server does not have are left out.
-- params: none
-- columns: name text, setting text
-- server: any
-- order: name
SELECT
    settings.name::pg_catalog.text AS name,
    pg_catalog.set_config(settings.name, wanted.setting, false) AS setting
FROM (
    VALUES
        ('search_path', ''),
        -- A statement whose client is gone ends. Only where the server knows how to look, or it would refuse the setting.
        ('client_connection_check_interval', CASE WHEN pg_catalog.version() ~ 'linux' THEN '2s' ELSE '0' END),
        ('check_function_bodies', 'off'),
        ('client_min_messages', 'warning'),
        ('default_table_access_method', 'heap'),
        ('default_tablespace', ''),
        ('default_toast_compression', 'pglz'),
        ('default_transaction_read_only', 'off'),
        ('default_transaction_isolation', 'read committed'),
        ('standard_conforming_strings', 'on'),
        ('transform_null_equals', 'off'),
        ('array_nulls', 'on'),
        ('lc_monetary', 'C'),
        ('quote_all_identifiers', 'off'),
        ('xmloption', 'content'),
        -- A client that is gone without a word is noticed within minutes.
        ('tcp_keepalives_idle', '60'),
        ('tcp_keepalives_interval', '15'),
        ('tcp_keepalives_count', '4'),
        ('row_security', 'off'),
        ('DateStyle', 'ISO, YMD'),
        ('IntervalStyle', 'postgres'),
        ('synchronous_commit', 'off'),
        ('statement_timeout', '0'),
        ('lock_timeout', '0'),
        ('transaction_timeout', '0'),
        ('idle_session_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0')
) AS wanted (name, setting)
JOIN pg_catalog.pg_settings AS settings ON settings.name = wanted.name
ORDER BY settings.name;
