-- a table of 1,000 columns, half of them NULL in each row

DO $$
BEGIN
  EXECUTE (SELECT 'CREATE TABLE wide (' || string_agg('c' || n || ' int', ', ') || ')' FROM generate_series(1, 1000) n);
  EXECUTE (SELECT 'INSERT INTO wide SELECT ' || string_agg('CASE WHEN (g + ' || n || ') % 2 = 0 THEN g * ' || n || ' END', ', ')
           || ' FROM generate_series(1, 20) g' FROM generate_series(1, 1000) n);
END
$$;
