-- Comments on everything made after initdb, and on the schema public.
-- params: none
-- columns: class oid, oid oid, sub_id int4 (column number, 0: the object itself), text text
-- server: any
-- order: class, oid, sub_id
SELECT d.classoid AS class,
       d.objoid AS oid,
       d.objsubid AS sub_id,
       d.description AS text
  FROM pg_catalog.pg_description AS d
 WHERE d.objoid >= 16384
    OR (d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
        AND d.objoid = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = 'public'))
 ORDER BY d.classoid, d.objoid, d.objsubid;
