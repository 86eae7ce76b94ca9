-- operator classes with parameters
-- server: >= 13

CREATE FUNCTION signature_options(internal) RETURNS void LANGUAGE internal AS 'gtsvector_options';
CREATE OPERATOR CLASS signatures FOR TYPE tsvector USING gist AS
  OPERATOR 1 @@ (tsvector, tsquery),
  FUNCTION 1 gtsvector_consistent(internal, tsvector, smallint, oid, internal), FUNCTION 2 gtsvector_union(internal, internal),
  FUNCTION 3 gtsvector_compress(internal), FUNCTION 4 gtsvector_decompress(internal),
  FUNCTION 5 gtsvector_penalty(internal, internal, internal), FUNCTION 6 gtsvector_picksplit(internal, internal),
  FUNCTION 7 gtsvector_same(gtsvector, gtsvector, internal), FUNCTION 10 (tsvector) signature_options(internal),
  STORAGE gtsvector;
CREATE TABLE note (words tsvector);
CREATE INDEX ON note USING gist (words signatures (siglen = 64));
INSERT INTO note VALUES ('a b');
