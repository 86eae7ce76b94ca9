-- multirange types, with and without a name of their own
-- server: >= 14

CREATE TYPE inch AS RANGE (SUBTYPE = numeric, MULTIRANGE_TYPE_NAME = "inches!");
CREATE TYPE footrange AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE TABLE ruler (id int PRIMARY KEY, marks "inches!", feet footmultirange, days datemultirange);
INSERT INTO ruler VALUES
  (1, '{[1,2),[3,4.5]}', '{[0.5,1)}', '{[2024-01-01,2024-02-01),[2024-03-01,)}'), (2, '{}', NULL, '{}');
