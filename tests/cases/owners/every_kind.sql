-- owners of every kind of object; a schema owned by another than its tables
-- roles: case_owner case_writer Case-Odd

CREATE SCHEMA app AUTHORIZATION case_owner;
CREATE SCHEMA other AUTHORIZATION "Case-Odd";
CREATE TYPE app.mood AS ENUM ('a');
ALTER TYPE app.mood OWNER TO case_writer;
CREATE TYPE app.pair AS (x int);
ALTER TYPE app.pair OWNER TO case_owner;
CREATE DOMAIN app.positive AS int;
ALTER DOMAIN app.positive OWNER TO case_owner;
CREATE TYPE app.span AS RANGE (SUBTYPE = float8);
ALTER TYPE app.span OWNER TO case_owner;
CREATE TABLE app.item (id serial PRIMARY KEY, other int GENERATED ALWAYS AS IDENTITY);
ALTER TABLE app.item OWNER TO case_writer;
CREATE SEQUENCE app.counter;
ALTER SEQUENCE app.counter OWNER TO "Case-Odd";
CREATE VIEW app.item_view AS SELECT id FROM app.item;
ALTER VIEW app.item_view OWNER TO case_owner;
CREATE MATERIALIZED VIEW app.item_total AS SELECT 1 AS n;
ALTER MATERIALIZED VIEW app.item_total OWNER TO case_owner;
CREATE FUNCTION app.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION app.f(int) OWNER TO "Case-Odd";
CREATE PROCEDURE app.p() LANGUAGE sql AS '';
ALTER PROCEDURE app.p() OWNER TO case_owner;
CREATE TABLE app.part (id int) PARTITION BY LIST (id);
CREATE TABLE app.part_1 PARTITION OF app.part FOR VALUES IN (1);
ALTER TABLE app.part OWNER TO case_owner;
INSERT INTO app.item DEFAULT VALUES;
