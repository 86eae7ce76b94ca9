-- views that run with the rights of who asks
-- server: >= 15

CREATE TABLE item (id int);
CREATE VIEW invoker WITH (security_invoker = true) AS SELECT id FROM item;
CREATE VIEW all_options WITH (security_invoker, security_barrier, check_option = cascaded) AS SELECT id FROM item WHERE id > 0;
