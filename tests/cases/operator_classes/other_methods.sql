-- operator classes for GiST, GIN, SP-GiST and BRIN: storage types, ordering operators, functions in the family alone

CREATE OPERATOR CLASS my_points FOR TYPE point USING gist AS
  STORAGE box,
  OPERATOR 1 <<, OPERATOR 5 >>, OPERATOR 6 ~=, OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops, OPERATOR 28 <@ (point, box),
  FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
  FUNCTION 3 gist_point_compress(internal), FUNCTION 5 gist_box_penalty(internal, internal, internal),
  FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal),
  FUNCTION 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal),
  FUNCTION 9 gist_point_fetch(internal);
CREATE OPERATOR CLASS my_arrays FOR TYPE int[] USING gin AS
  OPERATOR 1 && (anyarray, anyarray), OPERATOR 2 @> (anyarray, anyarray), OPERATOR 3 <@ (anyarray, anyarray),
  FUNCTION 1 btint4cmp(int, int), FUNCTION 2 ginarrayextract(anyarray, internal, internal),
  FUNCTION 3 ginqueryarrayextract(anyarray, internal, smallint, internal, internal, internal, internal),
  FUNCTION 4 ginarrayconsistent(internal, smallint, anyarray, int, internal, internal, internal, internal),
  STORAGE int;
CREATE OPERATOR CLASS my_quads FOR TYPE point USING spgist AS
  OPERATOR 1 <<, OPERATOR 5 >>, OPERATOR 6 ~=,
  FUNCTION 1 spg_quad_config(internal, internal), FUNCTION 2 spg_quad_choose(internal, internal),
  FUNCTION 3 spg_quad_picksplit(internal, internal), FUNCTION 4 spg_quad_inner_consistent(internal, internal),
  FUNCTION 5 spg_quad_leaf_consistent(internal, internal);
CREATE OPERATOR CLASS my_minmax FOR TYPE int USING brin AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
  FUNCTION 1 brin_minmax_opcinfo(internal), FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
  FUNCTION 3 brin_minmax_consistent(internal, internal, internal), FUNCTION 4 brin_minmax_union(internal, internal, internal);
CREATE OPERATOR CLASS storage_alone FOR TYPE point USING gist AS STORAGE point;

CREATE TABLE place (id int, at point, tags int[]);
CREATE INDEX ON place USING gist (at my_points);
CREATE INDEX ON place USING gin (tags my_arrays);
CREATE INDEX ON place USING spgist (at my_quads);
CREATE INDEX ON place USING brin (id my_minmax);
INSERT INTO place VALUES (1, '(1,2)', '{1,2}'), (2, '(3,4)', NULL);
