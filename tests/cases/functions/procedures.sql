-- procedures: INOUT arguments, transactions inside, security definer, defaults

CREATE TABLE log (id serial, at int);
CREATE PROCEDURE plain(n int) LANGUAGE sql AS 'INSERT INTO log (at) VALUES (n)';
CREATE PROCEDURE transactions(n int DEFAULT 3) LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..n LOOP
    INSERT INTO log (at) VALUES (i);
    IF i % 2 = 0 THEN COMMIT; ELSE ROLLBACK; END IF;
  END LOOP;
END
$$;
CREATE PROCEDURE in_out(INOUT a int, b text DEFAULT 'x') LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS 'BEGIN a := a + 1; END';
CALL plain(5);
CALL transactions();
