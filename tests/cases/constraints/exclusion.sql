-- exclusion constraints: gist, with a predicate, deferrable, over an expression, with an operator class

CREATE TABLE booking (
  room int,
  during tsrange,
  spot point,
  cancelled boolean,
  EXCLUDE USING gist (during WITH &&) WHERE (NOT cancelled),
  CONSTRAINT one_spot EXCLUDE USING gist (circle(spot, 1) WITH &&) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT rooms EXCLUDE USING btree (room int4_ops WITH =) WITH (fillfactor = 90)
);
INSERT INTO booking VALUES
  (1, '[2024-01-01 10:00,2024-01-01 11:00)', '(0,0)', false), (2, '[2024-01-01 11:00,2024-01-01 12:00)', '(5,5)', false),
  (3, '[2024-01-01 10:30,2024-01-01 11:00)', '(9,9)', true);
