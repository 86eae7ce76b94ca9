-- row security: every command, roles, permissive and restrictive, with check, forced, enabled without a policy
-- roles: case_reader case_writer

CREATE FUNCTION allowed(text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT $1 = current_user';
CREATE TABLE item (id int, owner name DEFAULT current_user, note text);
INSERT INTO item VALUES (1, 'case_reader', 'a'), (2, 'case_writer', 'b'), (3, 'postgres', 'c');
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON item USING (owner = current_user) WITH CHECK (note IS NOT NULL);
CREATE POLICY "Reads ""only""" ON item FOR SELECT TO case_reader, case_writer USING (allowed(owner::text));
CREATE POLICY inserts ON item AS RESTRICTIVE FOR INSERT TO case_writer WITH CHECK (id > 0);
CREATE POLICY updates ON item FOR UPDATE USING (id < 10) WITH CHECK (id < 20);
CREATE POLICY deletes ON item AS RESTRICTIVE FOR DELETE TO PUBLIC USING (EXISTS (SELECT FROM item i WHERE i.id = item.id));
CREATE TABLE forced (id int);
ALTER TABLE forced FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY;
INSERT INTO forced VALUES (1);
CREATE TABLE not_enabled (id int);
CREATE POLICY waiting ON not_enabled USING (true);
COMMENT ON POLICY inserts ON item IS 'restricts';
