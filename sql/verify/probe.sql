-- What tells whether two servers hash the same value alike, and which encoding their text is in.
-- params: none
-- columns: hash int8, encoding text (of the database)
-- server: any
-- order: none: one row
SELECT pg_catalog.hashtextextended('0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ' COLLATE pg_catalog."C", 1234567890123) AS hash,
       pg_catalog.current_setting('server_encoding') AS encoding
 ORDER BY 1;
