-- Creates the table of objects that a request makes on its target, in order. They are recorded before the first of them is made,
-- when none was there; oid is that of a relation, once it is made; is_refused says that the target did not take it.
-- params: none
-- columns: none
-- server: any
-- order: no rows
CREATE TABLE IF NOT EXISTS pgsluice.made_object (
    request_key text NOT NULL,
    place int4 NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    oid oid,
    is_refused bool NOT NULL,
    PRIMARY KEY (request_key, place)
);
