-- publications that publish generated columns
-- server: >= 18

CREATE TABLE item (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED);
INSERT INTO item VALUES (1), (2);
CREATE PUBLICATION stored FOR TABLE item WITH (publish_generated_columns = stored);
CREATE PUBLICATION listed FOR TABLE item (id, twice);
