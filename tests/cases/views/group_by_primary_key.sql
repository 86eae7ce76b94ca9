-- views that need a primary key, because they group by it and show other columns; one of them under another view

CREATE TABLE customer (id int PRIMARY KEY, name text, city text);
CREATE TABLE purchase (customer_id int REFERENCES customer, amount numeric);
INSERT INTO customer VALUES (1, 'a', 'x'), (2, 'b', 'y');
INSERT INTO purchase VALUES (1, 10), (1, 5), (2, 7);
CREATE VIEW customer_total AS
  SELECT c.id, c.name, c.city, sum(p.amount) AS total FROM customer c LEFT JOIN purchase p ON p.customer_id = c.id GROUP BY c.id;
CREATE VIEW best WITH (security_barrier) AS SELECT name, total FROM customer_total WHERE total > 8;
COMMENT ON VIEW customer_total IS 'needs the primary key';
