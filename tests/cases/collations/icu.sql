-- collations of ICU: a language tag, settings within it, not deterministic

CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de-u-co-phonebk');
CREATE COLLATION numeric_order (PROVIDER = icu, LOCALE = 'en-u-kn-true');
CREATE COLLATION any_case (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE person (name text COLLATE any_case PRIMARY KEY, title text COLLATE german);
CREATE INDEX ON person (title COLLATE numeric_order);
INSERT INTO person VALUES ('Anna', 'a10'), ('bert', 'a9');
