-- text search: parsers, templates, dictionaries and configurations, each resting on one of one's own and on built-in ones
-- roles: case_owner

CREATE SCHEMA app;
CREATE TEXT SEARCH PARSER app.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype,
  HEADLINE = prsd_headline);
CREATE TEXT SEARCH PARSER app.bare (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE app.plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE FUNCTION app.lexize(internal, internal, internal, internal) RETURNS internal LANGUAGE internal AS 'dsimple_lexize';
CREATE TEXT SEARCH TEMPLATE app.without_init (LEXIZE = app.lexize);
CREATE TEXT SEARCH DICTIONARY app.german (TEMPLATE = snowball, LANGUAGE = german, STOPWORDS = 'german');
CREATE TEXT SEARCH DICTIONARY app."Odd ""name""" (TEMPLATE = app.plain, accept = false);
CREATE TEXT SEARCH DICTIONARY app.no_options (TEMPLATE = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION app.notes (PARSER = app.words);
ALTER TEXT SEARCH CONFIGURATION app.notes ADD MAPPING FOR asciiword, word WITH app."Odd ""name""", app.german, simple;
ALTER TEXT SEARCH CONFIGURATION app.notes ADD MAPPING FOR "int" WITH simple;
CREATE TEXT SEARCH CONFIGURATION app.copied (COPY = pg_catalog.english);
CREATE TEXT SEARCH CONFIGURATION app.empty (PARSER = pg_catalog."default");
ALTER TEXT SEARCH DICTIONARY app.german OWNER TO case_owner;
ALTER TEXT SEARCH CONFIGURATION app.notes OWNER TO case_owner;
COMMENT ON TEXT SEARCH PARSER app.words IS 'parser';
COMMENT ON TEXT SEARCH TEMPLATE app.plain IS 'template';
COMMENT ON TEXT SEARCH DICTIONARY app.german IS 'dictionary';
COMMENT ON TEXT SEARCH CONFIGURATION app.notes IS 'configuration';

CREATE TABLE app.note (id int, note text, words tsvector GENERATED ALWAYS AS (to_tsvector('app.notes', note)) STORED);
CREATE INDEX ON app.note USING gin (to_tsvector('app.copied', note));
CREATE VIEW app.found AS SELECT id FROM app.note WHERE words @@ to_tsquery('app.notes'::regconfig, 'haus');
INSERT INTO app.note VALUES (1, 'die Häuser 12'), (2, 'running');
