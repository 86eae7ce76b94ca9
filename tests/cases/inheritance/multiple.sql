-- a table with several parents that share a column, and tables that became children later

CREATE TABLE named (id int, name text);
CREATE TABLE dated (id int, day date DEFAULT '2024-01-01');
CREATE TABLE named_and_dated (id int, note text) INHERITS (named, dated);
CREATE TABLE late (id int, name text, own text);
ALTER TABLE late INHERIT named;
CREATE TABLE left_again () INHERITS (named);
ALTER TABLE left_again NO INHERIT named;
CREATE TABLE only_parent_column (id int) INHERITS (named);
INSERT INTO named_and_dated (id, name, day, note) VALUES (1, 'both', '2024-05-05', 'n');
INSERT INTO late (name, id, own) VALUES ('late', 2, 'own');
INSERT INTO left_again (id, name) VALUES (3, 'left');
INSERT INTO named VALUES (4, 'named');
