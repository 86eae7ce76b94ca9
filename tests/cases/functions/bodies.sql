-- bodies with every style of quotes, dollar tags inside, backslashes, comments, empty lines, Windows line ends

CREATE FUNCTION single() RETURNS text LANGUAGE sql AS 'SELECT ''it''''s''::text';
CREATE FUNCTION dollars() RETURNS text LANGUAGE plpgsql AS $outer$
DECLARE
  -- a comment, 'with quotes' and $$dollars$$
  x text := $inner$ nested $_$ and $function$ and $$ $inner$;


BEGIN
  /* block ' comment */
  EXECUTE format($$SELECT %L || '\n' || E'\\'$$, x) INTO x;
  RETURN x;
END;
$outer$;
CREATE FUNCTION backslashes() RETURNS text LANGUAGE sql AS 'SELECT ''\ \\ \n''::text';
CREATE FUNCTION dump_like() RETURNS text LANGUAGE sql AS $$SELECT '-- Dumped from database version'::text; SELECT '\restrict x'::text$$;
DO $do$
BEGIN
  EXECUTE 'CREATE FUNCTION windows() RETURNS int LANGUAGE sql AS ' || quote_literal(E'SELECT\r\n1;\r\n');
  EXECUTE 'CREATE FUNCTION tabs() RETURNS int LANGUAGE sql AS ' || quote_literal(E'\tSELECT\t1\n\n\n');
END
$do$;
CREATE FUNCTION unicode() RETURNS text LANGUAGE sql AS $$SELECT 'grüße 日本 😀'::text$$;
CREATE FUNCTION empty() RETURNS void LANGUAGE sql AS '';
