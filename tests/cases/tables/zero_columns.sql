-- tables without columns, empty and with rows

CREATE TABLE nothing ();
CREATE TABLE many_nothings ();
INSERT INTO many_nothings SELECT FROM generate_series(1, 1000);
