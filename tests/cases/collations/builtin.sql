-- collations of the built-in provider
-- server: >= 17

CREATE COLLATION by_code_point (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE COLLATION bytes (PROVIDER = builtin, LOCALE = 'C');
CREATE TABLE word (word text COLLATE by_code_point);
INSERT INTO word VALUES ('b'), ('a');
