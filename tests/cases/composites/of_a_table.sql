-- a column of another table's row type, single and in arrays, from which columns were dropped

CREATE TABLE point3 (x int, y int, z int DEFAULT 0);
CREATE TABLE path (id int PRIMARY KEY, start point3, stops point3[]);
CREATE TABLE node (id int, gone text, note text);
CREATE TABLE tree (root node, nodes node[]);
ALTER TABLE node DROP COLUMN gone;
INSERT INTO path VALUES (1, ROW(1, 2, 3), ARRAY[ROW(1, 1, 1), ROW(2, NULL, 2)]::point3[]), (2, NULL, NULL);
INSERT INTO node VALUES (1, 'one'), (2, NULL);
INSERT INTO tree SELECT min(node::text)::node, array_agg(node) FROM node;
