-- dates and times: infinities, the ends of their ranges, years BC, precisions, zones, intervals with mixed signs

CREATE TABLE value (
  id int, day date, at timestamp, at_zone timestamptz, clock time, clock_zone timetz, span interval,
  at_0 timestamp(0), clock_3 time(3), span_year interval year to month, span_second interval second(2)
);
INSERT INTO value VALUES
  (1, '-infinity', '-infinity', '-infinity', '00:00', '00:00+15:59', '-1 year 2 months -3 days 04:05:06.789', '2024-02-29', '12:34:56.789', '1 year 2 months', '1.23'),
  (2, 'infinity', 'infinity', 'infinity', '24:00', '24:00-15:59', '178000000 years', '2024-12-31 23:59:60', '23:59:59.999', '-5 months', '-0.01'),
  (3, '4713-01-01 BC', '4713-01-01 00:00 BC', '4713-01-02 00:00+00 BC', '23:59:59.999999', '12:00:00.000001+05:30', '-00:00:00.000001', NULL, NULL, NULL, NULL),
  (4, '5874897-12-31', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', NULL, NULL, '0', NULL, NULL, NULL, NULL),
  (5, '1582-10-10', '2000-01-01', '1890-01-01 12:00+00', '12:00', '12:00Z', '1 mon -30 days', NULL, NULL, NULL, NULL),
  (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
