-- extensions: their types in columns, in defaults and in indexes; in public and in a schema of their own
-- extensions: uuid-ossp hstore citext pg_trgm

CREATE SCHEMA ext;
CREATE EXTENSION "uuid-ossp" SCHEMA ext;
CREATE EXTENSION hstore;
CREATE EXTENSION citext SCHEMA public;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE TABLE person (
  id uuid PRIMARY KEY DEFAULT ext.uuid_generate_v4(),
  email citext UNIQUE,
  attributes hstore DEFAULT 'a=>1'::hstore
);
INSERT INTO person VALUES
  ('11111111-1111-1111-1111-111111111111', 'A@b.c', 'x=>1, "a b"=>NULL'),
  ('22222222-2222-2222-2222-222222222222', 'D@e.f', NULL);
CREATE INDEX person_email_trgm ON person USING gin ((email::text) ext.gin_trgm_ops);
CREATE INDEX person_attributes ON person USING gist (attributes);
CREATE VIEW person_x AS SELECT id, attributes -> 'x' AS x FROM person WHERE email = 'a@B.C';
