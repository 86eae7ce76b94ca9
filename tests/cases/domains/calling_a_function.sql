-- a domain whose check calls a function over the base type, and a function over the domain that the domain's check needs

CREATE FUNCTION is_iban(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT $1 ~ '^[A-Z]{2}\d{2}'$$;
CREATE DOMAIN iban AS text CHECK (is_iban(VALUE));
CREATE DOMAIN looped AS text;
CREATE FUNCTION is_looped(looped) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN length($1) > 1; END';
ALTER DOMAIN looped ADD CHECK (is_looped(VALUE));
CREATE TABLE account (iban iban PRIMARY KEY, at int);
CREATE TABLE uses_looped (looped looped);
INSERT INTO account VALUES ('DE12345', 1), ('FR99', NULL);
