-- columns that hold references to objects of the catalog, which have other OIDs in the copy

CREATE SCHEMA app;
CREATE TABLE app.item (id int);
CREATE FUNCTION app.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE app.mood AS ENUM ('a');
CREATE TABLE reference (
  id int, class regclass, type regtype, proc regproc, procedure regprocedure, operator regoperator, role regrole,
  namespace regnamespace, config regconfig, dictionary regdictionary, classes regclass[], class_default regclass DEFAULT 'app.item'::regclass
);
INSERT INTO reference VALUES
  (1, 'app.item', 'app.mood', 'app.f', 'app.f(int)', '+(int,int)', 'postgres', 'app', 'english', 'simple', '{app.item,pg_class,reference}'),
  (2, 'pg_class', 'int', 'now', 'now()', '-(none,int)', 'postgres', 'pg_catalog', 'simple', 'english_stem', NULL),
  (3, '0'::oid::regclass, '0'::oid::regtype, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}');
