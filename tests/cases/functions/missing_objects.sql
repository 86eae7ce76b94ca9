-- functions whose bodies name tables that are created later, or not at all

CREATE FUNCTION later() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM z_later); END';
SET check_function_bodies = off;
CREATE FUNCTION later_sql() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM z_later';
CREATE FUNCTION never() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM never_there';
CREATE TABLE z_later (id int);
