-- text search vectors with positions and weights, queries with every operator

CREATE TABLE value (id int, vector tsvector, query tsquery);
INSERT INTO value VALUES
  (1, 'a:1A b:2,3B ''it''''s'':4C d', 'a & b | !c'), (2, '', ''), (3, to_tsvector('simple', 'der die das'), 'a <-> b <3> c:*AB'),
  (4, NULL, NULL), (5, '''with space'' ''back\\slash''', '''with space'' & x');
