-- schemas with tables of the same name, odd names, an empty one, one whose name starts like a system schema

CREATE SCHEMA sales;
CREATE SCHEMA "Human Resources";
CREATE SCHEMA empty;
CREATE SCHEMA pgfoo;
CREATE SCHEMA "select";
CREATE TABLE item (id int, place text);
CREATE TABLE sales.item (id int, place text);
CREATE TABLE "Human Resources".item (id int, place text);
CREATE TABLE pgfoo.item (id int);
CREATE TABLE "select"."from" ("where" int);
INSERT INTO item VALUES (1, 'public');
INSERT INTO sales.item VALUES (2, 'sales');
INSERT INTO "Human Resources".item VALUES (3, 'human resources');
INSERT INTO pgfoo.item VALUES (4);
INSERT INTO "select"."from" VALUES (5);
