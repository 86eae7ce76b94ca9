-- aggregates over an operator, a type and a function of one's own; used by a table, a view and another aggregate's function

CREATE TYPE state AS (total numeric, number int);
CREATE TABLE measure (id int, value numeric);
CREATE FUNCTION take(state, measure) RETURNS state LANGUAGE sql AS 'SELECT ROW($1.total + $2.value, $1.number + 1)::public.state';
CREATE FUNCTION give(state) RETURNS numeric LANGUAGE sql AS 'SELECT $1.total / $1.number';
CREATE AGGREGATE mean(measure) (SFUNC = take, STYPE = state, FINALFUNC = give, INITCOND = '(0,0)');
INSERT INTO measure VALUES (1, 2), (2, 4);
CREATE VIEW mean_of_all AS SELECT mean(m) AS mean FROM measure AS m;
CREATE FUNCTION overall() RETURNS numeric LANGUAGE sql AS 'SELECT public.mean(m) FROM public.measure AS m';
CREATE MATERIALIZED VIEW mean_now AS SELECT overall() AS mean;
