-- numbers: the ends of every range, infinities, NaN, negative zero, numerics of many digits, money

CREATE TABLE value (
  id int, small smallint, int int, big bigint, real real, double double precision, num numeric, num_scale numeric(20, 5),
  money money, oid oid, bool boolean
);
INSERT INTO value VALUES
  (1, -32768, -2147483648, -9223372036854775808, '-Infinity', '-Infinity', 'NaN', -99999.99999, '-92233720368547758.08', 0, true),
  (2, 32767, 2147483647, 9223372036854775807, 'Infinity', 'Infinity', 1e130, 0.00001, '92233720368547758.07', 4294967295, false),
  (3, 0, 0, 0, 'NaN', 'NaN', 0.000, 0, 0::money, 1, NULL),
  (4, NULL, NULL, NULL, '-0', '-0', -1e-130, NULL, NULL, NULL, NULL),
  (5, 1, 1, 1, 1.17549435e-38, 2.2250738585072014e-308, 12345678901234567890123456789.123456789012345678901234567890, 1.5, 1::money, 2, true),
  (6, 2, 2, 2, 0.1, 0.1, (repeat('9', 5000) || '.' || repeat('1', 5000))::numeric, 2, 2::money, 3, false);
