-- operators: prefix, commutators and negators in either order, estimators, in several schemas, used by columns and views
-- roles: case_owner

CREATE SCHEMA app;
CREATE SCHEMA "Odd ""schema""";
CREATE TYPE app.money AS (amount numeric, currency text);
CREATE FUNCTION app.equal(app.money, app.money) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount = $2.amount AND $1.currency = $2.currency';
CREATE FUNCTION app.unequal(app.money, app.money) RETURNS bool LANGUAGE sql IMMUTABLE
  AS 'SELECT $1.amount <> $2.amount OR $1.currency <> $2.currency';
CREATE FUNCTION app.equal(app.money, numeric) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.amount = $2';
CREATE FUNCTION app.equal(numeric, app.money) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2.amount';
CREATE FUNCTION app.minus(app.money) RETURNS app.money LANGUAGE sql IMMUTABLE AS 'SELECT ROW(-$1.amount, $1.currency)::app.money';

CREATE OPERATOR app.=== (FUNCTION = app.equal, LEFTARG = app.money, RIGHTARG = app.money, COMMUTATOR = OPERATOR(app.===),
  NEGATOR = OPERATOR(app.!==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR app.!== (FUNCTION = app.unequal, LEFTARG = app.money, RIGHTARG = app.money, COMMUTATOR = OPERATOR(app.!==),
  NEGATOR = OPERATOR(app.===), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR "Odd ""schema""".<=> (FUNCTION = app.equal, LEFTARG = app.money, RIGHTARG = numeric, COMMUTATOR = OPERATOR(app.~>));
CREATE OPERATOR app.~> (FUNCTION = app.equal, LEFTARG = numeric, RIGHTARG = app.money, COMMUTATOR = OPERATOR("Odd ""schema""".<=>));
CREATE OPERATOR app.!- (FUNCTION = app.minus, RIGHTARG = app.money);
CREATE OPERATOR app.<<% (FUNCTION = int4lt, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR(app.%>>));
ALTER OPERATOR app.=== (app.money, app.money) OWNER TO case_owner;
ALTER OPERATOR app.!- (NONE, app.money) OWNER TO case_owner;
COMMENT ON OPERATOR app.=== (app.money, app.money) IS 'the same';
COMMENT ON OPERATOR app.!- (NONE, app.money) IS 'less than nothing';

CREATE TABLE app.price (id int, price app.money, CHECK (price OPERATOR(app.!==) ROW(0, 'x')::app.money));
CREATE VIEW app.debt AS SELECT id, OPERATOR(app.!-) price AS debt FROM app.price WHERE price OPERATOR("Odd ""schema""".<=>) 5;
CREATE AGGREGATE app.least(int) (SFUNC = int4smaller, STYPE = int, SORTOP = <);
INSERT INTO app.price VALUES (1, (5, 'EUR'));
