-- geometric types with infinities, open and closed paths

CREATE TABLE value (id int, point point, line line, lseg lseg, box box, path path, polygon polygon, circle circle);
INSERT INTO value VALUES
  (1, '(1,2)', '{1,2,3}', '[(1,2),(3,4)]', '(1,2),(3,4)', '[(1,2),(3,4)]', '((1,2),(3,4),(5,6))', '<(1,2),3>'),
  (2, '(Infinity,-Infinity)', '{0,-1,0.1}', '[(0.1,0.2),(1e300,1e-300)]', '(-1,-1),(1,1)', '((1,2),(3,4))', '((0,0))', '<(0,0),0>'),
  (3, '(NaN,-0)', NULL, NULL, NULL, '[(0,0)]', NULL, '<(NaN,0),Infinity>'), (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
