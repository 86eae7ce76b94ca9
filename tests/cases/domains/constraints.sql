-- domains: checks with and without names, not null, default, collation, NOT VALID, over other domains and arrays

CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN even AS positive CONSTRAINT "is even" CHECK (VALUE % 2 = 0) DEFAULT 2;
CREATE DOMAIN code AS varchar(8) COLLATE "C" NOT NULL DEFAULT 'none';
CREATE DOMAIN tags AS text[] CHECK (array_length(VALUE, 1) < 4);
CREATE DOMAIN price AS numeric(10, 2) DEFAULT 0.00 CHECK (VALUE >= 0) CHECK (VALUE < 1e6);
CREATE DOMAIN late AS int;
CREATE TABLE item (id positive PRIMARY KEY, even even, code code, tags tags, price price, late late);
INSERT INTO item VALUES (1, 4, 'a', '{x,y}', 10.50, -5), (2, NULL, 'b', NULL, 0, NULL);
ALTER DOMAIN late ADD CONSTRAINT late_positive CHECK (VALUE > 0) NOT VALID;
