-- Parents of tables and of indexes.
-- params: none
-- columns: child oid, parent oid, sequence_number int4
-- server: before 14
-- order: child, sequence_number
SELECT i.inhrelid AS child,
       i.inhparent AS parent,
       i.inhseqno AS sequence_number
  FROM pg_catalog.pg_inherits AS i
 ORDER BY i.inhrelid, i.inhseqno;
