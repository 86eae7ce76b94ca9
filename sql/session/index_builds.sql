-- How far the indexes are that sessions in this database build.
-- params: none
-- columns: process_id int4, phase text, done int8, total int8 (0: not known; rows, blocks or lockers, whichever the phase counts)
-- server: any
-- order: process_id
SELECT p.pid AS process_id,
       p.phase AS phase,
       CASE WHEN p.tuples_total > 0 THEN p.tuples_done WHEN p.blocks_total > 0 THEN p.blocks_done ELSE p.lockers_done END AS done,
       CASE WHEN p.tuples_total > 0 THEN p.tuples_total WHEN p.blocks_total > 0 THEN p.blocks_total ELSE p.lockers_total END AS total
  FROM pg_catalog.pg_stat_progress_create_index AS p
 WHERE p.datname = pg_catalog.current_database()
 ORDER BY p.pid;
