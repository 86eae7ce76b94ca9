-- json kept as it was written, jsonb, jsonpath, the difference between JSON null and NULL

CREATE TABLE value (id int, json json, jsonb jsonb, path jsonpath);
INSERT INTO value VALUES
  (1, '{"b":1,  "a": [1, 2.50, -0, 1e3], "a":"twice"}', '{"b":1, "a":[1, 2.50, -0, 1e3], "c": {"d": null}}', '$.a[*] ? (@.b > 1 && @.c like_regex "^x")'),
  (2, 'null', 'null', 'strict $'),
  (3, '"\u00e4 \" \\ \n 😀"', '"\u00e4 \" \\ \n 😀"', '$."key with \"quotes\""'),
  (4, ' [ ] ', '[]', '$[last]'),
  (5, NULL, NULL, NULL),
  (6, '12345678901234567890.123456789', '12345678901234567890.123456789', '$.x'),
  (7, to_json(repeat('x', 100000)), to_jsonb(repeat('y', 100000)), NULL);
