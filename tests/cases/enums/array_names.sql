-- types whose arrays do not have the name of the type with an underscore, because something else had it, or it would be too long

CREATE TABLE _mood (id int);
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TYPE __pair AS (a int);
CREATE TYPE _pair AS (b int);
CREATE TYPE pair AS (c int);
CREATE DOMAIN _share AS numeric CHECK (VALUE <= 1);
CREATE TYPE share AS RANGE (subtype = numeric);
CREATE TYPE "size ______________________________________________________ one" AS ENUM ('s', 'm');
CREATE TYPE "size ______________________________________________________ onf" AS ENUM ('l');
CREATE TABLE item (
  moods mood[],
  pairs pair[],
  _pairs _pair[],
  shares share[],
  _shares _share[],
  sizes "size ______________________________________________________ one"[],
  more "size ______________________________________________________ onf"[][]
);
INSERT INTO item VALUES ('{low,high}', ARRAY[ROW(1)::pair], ARRAY[ROW(2)::_pair], ARRAY['[0,1)'::share], '{0.5}', '{s,m}', '{{l}}');
CREATE TABLE base (id int);
CREATE TABLE _base (id int);
CREATE TABLE rows_of (bases base[], _bases _base[]);
INSERT INTO rows_of VALUES (ARRAY[ROW(1)::base, NULL], ARRAY[ROW(2)::_base]);
CREATE FUNCTION first(VARIADIC moods mood[]) RETURNS mood LANGUAGE sql AS 'SELECT moods[1]';
