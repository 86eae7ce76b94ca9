-- Sets a parameter for the session.
-- params: $1 text, the parameter's name; $2 text, its value
-- columns: setting text
-- server: any
-- order: one row
SELECT pg_catalog.set_config($1::text, $2::text, false) AS setting
 ORDER BY 1;
