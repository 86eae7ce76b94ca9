-- What CREATE DATABASE says of this database.
-- params: none
-- columns: encoding text, provider text (c libc, i ICU, b builtin), collate text, ctype text, locale text (of ICU or builtin),
--          icu_rules text, connection_limit int4 (-1: none), owner text
-- server: 15
-- order: encoding
SELECT pg_catalog.pg_encoding_to_char(t.encoding)::text AS encoding,
       t.datlocprovider::text AS provider,
       t.datcollate::text AS "collate",
       t.datctype::text AS ctype,
       t.daticulocale::text AS locale,
       NULL::text AS icu_rules,
       t.datconnlimit AS connection_limit,
       pg_catalog.pg_get_userbyid(t.datdba)::text AS owner
  FROM pg_catalog.pg_database AS t
 WHERE t.datname = pg_catalog.current_database()
 ORDER BY 1;
