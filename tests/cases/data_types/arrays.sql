-- arrays: bounds, several dimensions, NULL elements, empty, text that needs quotes, arrays of every other kind of type

CREATE TYPE mood AS ENUM ('sad', 'it''s, "ok"');
CREATE TYPE pair AS (x int, y text);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE value (
  id int, ints int[], matrix int[][], words text[], chars "char"[], names name[], bytes bytea[], dates timestamptz[],
  jsons jsonb[], moods mood[], pairs pair[], positives positive[], nums numeric(5, 2)[], ranges int4range[]
);
INSERT INTO value VALUES
  (1, '{1,2,NULL,-3}', '{{1,2},{3,4}}', '{"",NULL,"NULL","a b","a,b","{}","\"","\\"}', '{a,b}', '{a,"B c"}', ARRAY['\x00'::bytea, '\xff'],
   '{infinity,2024-01-01 00:00+00}', ARRAY['{"a":[1]}', 'null']::jsonb[], '{sad,"it''s, \"ok\""}', ARRAY[ROW(1, 'a,b'), ROW(NULL, NULL)]::pair[],
   '{1,2}', '{1.50,NaN}', '{"[1,2)",empty}'),
  (2, '[-2:0]={1,2,3}', '[0:1][5:6]={{1,2},{3,4}}', '[5:5]={x}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (3, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
  (4, NULL, '{{{1},{2}},{{3},{4}}}', ARRAY[repeat('long', 10000)], NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
