-- Parents of tables and of indexes. Partitions whose detaching is under way are no partitions any more.
-- params: none
-- columns: child oid, parent oid, sequence_number int4
-- server: 14 and newer; inherits_before_14.sql for older ones
-- order: child, sequence_number
SELECT i.inhrelid AS child,
       i.inhparent AS parent,
       i.inhseqno AS sequence_number
  FROM pg_catalog.pg_inherits AS i
 WHERE NOT i.inhdetachpending
 ORDER BY i.inhrelid, i.inhseqno;
