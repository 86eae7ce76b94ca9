-- enums: labels with quotes and spaces, labels added before others, none at all, arrays, defaults, enums as keys

CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "fine"', ' with space ', '');
ALTER TYPE mood ADD VALUE 'furious' BEFORE 'sad';
ALTER TYPE mood ADD VALUE 'glad' AFTER 'ok';
ALTER TYPE mood RENAME VALUE 'ok' TO 'okay';
CREATE TYPE "Empty Enum" AS ENUM ();
CREATE TABLE person (
  mood mood PRIMARY KEY DEFAULT 'okay',
  history mood[] DEFAULT '{sad,okay}',
  nothing "Empty Enum"
);
INSERT INTO person SELECT label, ARRAY[label, 'furious']::mood[] FROM unnest(enum_range(NULL::mood)) AS label;
CREATE INDEX ON person (mood) WHERE mood > 'okay';
