-- infinite numerics, numerics of negative scale
-- server: >= 15

CREATE TABLE value (id int, num numeric, thousands numeric(3, -3), small numeric(2, 5));
INSERT INTO value VALUES (1, 'Infinity', 123456, 0.00012), (2, '-Infinity', -999000, NULL), (3, 'NaN', 'NaN', 0);
