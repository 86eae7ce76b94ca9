-- typed tables, with column options and constraints of their own

CREATE TYPE person AS (id int, name text, born date);
CREATE TABLE plain OF person;
CREATE TABLE detailed OF person (PRIMARY KEY (id), name WITH OPTIONS DEFAULT 'nobody' NOT NULL, CHECK (born > '1900-01-01'));
INSERT INTO plain VALUES (1, 'a', '2000-01-01'), (2, NULL, NULL);
INSERT INTO detailed (id, born) VALUES (1, '1999-12-31');
