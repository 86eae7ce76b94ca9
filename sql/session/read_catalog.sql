-- Prepares a session that reads the catalog: every name qualified, constants written as another session reads them, nothing
-- hidden, no limits of time. Settings that the server does not have are left out.
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
        ('transaction_timeout', '0'),
        ('idle_session_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0'),
        -- Behind a queued ALTER TABLE or VACUUM FULL we would wait for as long as it does.
        ('lock_timeout', '30s'),
        ('jit', 'off'),
        ('DateStyle', 'ISO, YMD'),
        ('IntervalStyle', 'postgres'),
        ('TimeZone', 'UTC'),
        ('extra_float_digits', '3'),
        ('bytea_output', 'hex'),
        ('lc_monetary', 'C'),
        ('standard_conforming_strings', 'on'),
        ('quote_all_identifiers', 'off'),
        ('xmloption', 'content')
) AS wanted (name, setting)
JOIN pg_catalog.pg_settings AS settings ON settings.name = wanted.name
ORDER BY settings.name;
