-- access methods for tables and indexes, and what is stored by them

CREATE ACCESS METHOD "Heap two" TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD tree TYPE INDEX HANDLER gisthandler;
CREATE FUNCTION own_handler(internal) RETURNS table_am_handler LANGUAGE internal AS 'heap_tableam_handler';
CREATE ACCESS METHOD own TYPE TABLE HANDLER own_handler;
COMMENT ON ACCESS METHOD tree IS 'gist again';
CREATE OPERATOR CLASS boxes DEFAULT FOR TYPE box USING tree AS
  OPERATOR 1 <<, OPERATOR 3 &&, FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal),
  FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal),
  FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal);
CREATE TABLE item (id int, area box) USING "Heap two";
CREATE MATERIALIZED VIEW item_now USING own AS SELECT 1 AS id;
CREATE INDEX ON item USING tree (area);
INSERT INTO item VALUES (2, '(0,0),(1,1)'), (1, NULL);
