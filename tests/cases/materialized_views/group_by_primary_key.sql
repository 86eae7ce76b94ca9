-- a materialized view that groups by a primary key, indexed, with a view on top

CREATE TABLE customer (id int PRIMARY KEY, name text);
CREATE TABLE purchase (customer_id int, amount numeric);
INSERT INTO customer VALUES (1, 'a'), (2, 'b');
INSERT INTO purchase VALUES (1, 10), (2, 7), (2, 1);
CREATE MATERIALIZED VIEW total AS
  SELECT c.id, c.name, sum(p.amount) AS total FROM customer c JOIN purchase p ON p.customer_id = c.id GROUP BY c.id;
CREATE UNIQUE INDEX ON total (id);
CREATE VIEW total_name AS SELECT name FROM total;
COMMENT ON MATERIALIZED VIEW total IS 'after its key';
