-- collations of ICU with rules of their own
-- server: >= 16

CREATE COLLATION b_first (PROVIDER = icu, LOCALE = 'und', RULES = '&a < b <<< B < ''-''');
CREATE COLLATION strength (PROVIDER = icu, LOCALE = 'en', RULES = E'&V << w <<< W\n&\\u00e4 < z', DETERMINISTIC = false);
CREATE TABLE word (word text COLLATE b_first);
INSERT INTO word VALUES ('b'), ('a');
