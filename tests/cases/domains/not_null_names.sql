-- not-null constraints of domains, named and not
-- server: >= 17

CREATE DOMAIN known AS int CONSTRAINT "is known" NOT NULL CHECK (VALUE > 0);
CREATE DOMAIN usual AS text NOT NULL;
CREATE DOMAIN later AS int;
ALTER DOMAIN later SET NOT NULL;
COMMENT ON CONSTRAINT "is known" ON DOMAIN known IS 'it''s known';
CREATE TABLE item (a known, b usual, c later);
INSERT INTO item VALUES (1, 'b', 2);
