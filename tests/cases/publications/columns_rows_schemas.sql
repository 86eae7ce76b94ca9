-- publications of some columns, of some rows, of whole schemas
-- server: >= 15

CREATE SCHEMA app;
CREATE SCHEMA "Other";
CREATE TABLE item (id int PRIMARY KEY, "No te" text, price numeric);
CREATE TABLE app.log (id int PRIMARY KEY, level text);
CREATE PUBLICATION columns FOR TABLE item (id, "No te");
CREATE PUBLICATION rows FOR TABLE item WHERE (price > 10 AND id IS NOT NULL), app.log WHERE (level = 'it''s') WITH (publish = 'insert');
CREATE PUBLICATION columns_and_rows FOR TABLE item (id, price) WHERE (true);
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA app, "Other", TABLE item;
