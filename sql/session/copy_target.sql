-- Prepares a session that writes rows: how it reads their text, what it may wait for, and that a commit waits for no flush
-- (a run is done only after a synchronous one). Settings that the server does not have are left out.
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
        -- A client that is gone without a word is noticed within minutes.
        ('tcp_keepalives_idle', '60'),
        ('tcp_keepalives_interval', '15'),
        ('tcp_keepalives_count', '4'),
        ('row_security', 'off'),
        ('statement_timeout', '0'),
        ('lock_timeout', '0'),
        ('transaction_timeout', '0'),
        ('idle_session_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0'),
        ('default_transaction_read_only', 'off'),
        ('default_transaction_isolation', 'read committed'),
        ('standard_conforming_strings', 'on'),
        ('transform_null_equals', 'off'),
        ('synchronous_commit', 'off'),
        ('DateStyle', 'ISO, YMD'),
        ('IntervalStyle', 'postgres'),
        ('TimeZone', 'UTC'),
        ('array_nulls', 'on'),
        ('lc_monetary', 'C'),
        ('xmloption', 'content')
) AS wanted (name, setting)
JOIN pg_catalog.pg_settings AS settings ON settings.name = wanted.name
ORDER BY settings.name;
