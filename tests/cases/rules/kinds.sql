-- rules: instead, also, nothing, conditional, several actions, on views, disabled

CREATE TABLE item (id int PRIMARY KEY, name text);
CREATE TABLE log (id int, what text);
INSERT INTO item VALUES (1, 'a');
CREATE RULE also AS ON INSERT TO item DO ALSO INSERT INTO log VALUES (NEW.id, 'it''s "new"');
CREATE RULE nothing AS ON DELETE TO item WHERE OLD.id = 1 DO INSTEAD NOTHING;
CREATE RULE "Several ""actions""" AS ON UPDATE TO item WHERE OLD.name <> NEW.name
  DO (INSERT INTO log VALUES (OLD.id, 'old'); INSERT INTO log VALUES (NEW.id, 'new'));
CREATE VIEW item_view AS SELECT id, name FROM item;
CREATE RULE insert_view AS ON INSERT TO item_view DO INSTEAD INSERT INTO item VALUES (NEW.id, NEW.name) RETURNING id, name;
CREATE RULE update_view AS ON UPDATE TO item_view DO INSTEAD UPDATE item SET name = NEW.name WHERE id = OLD.id;
CREATE RULE disabled AS ON DELETE TO item_view DO INSTEAD DELETE FROM item WHERE id = OLD.id;
ALTER TABLE item DISABLE RULE nothing;
ALTER TABLE item ENABLE ALWAYS RULE also;
INSERT INTO item VALUES (2, 'b');
