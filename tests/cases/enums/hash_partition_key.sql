-- a table partitioned by the hash of an enum, which is the hash of an OID and differs from server to server

CREATE TYPE status AS ENUM ('new', 'open', 'waiting', 'solved', 'closed', 'gone', 'lost', 'found');
CREATE TABLE ticket (id int, status status) PARTITION BY HASH (status);
CREATE TABLE ticket_0 PARTITION OF ticket FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE ticket_1 PARTITION OF ticket FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX ON ticket (id);
