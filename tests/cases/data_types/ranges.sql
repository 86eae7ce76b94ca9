-- built-in ranges: empty, unbounded, bounds in and out

CREATE TABLE value (id int, ints int4range, bigs int8range, nums numrange, stamps tsrange, zones tstzrange, days daterange);
INSERT INTO value VALUES
  (1, '[1,5]', '(1,5)', '[1.5,2.5)', '[2024-01-01,2024-02-01)', '[2024-01-01 00:00+00,)', '[2024-01-01,2024-01-31]'),
  (2, 'empty', '(,)', '(,1]', '(,)', '[-infinity,infinity]', '(,infinity)'),
  (3, '(,5)', '[5,)', '[NaN,NaN]', 'empty', 'empty', 'empty'), (4, NULL, NULL, NULL, NULL, NULL, NULL);
