-- types of the system's own: log positions, transaction ids, snapshots, tuple ids, vectors, access items

CREATE TABLE value (id int, lsn pg_lsn, tid tid, xid xid, cid cid, snapshot txid_snapshot, oids oidvector, ints int2vector, acl aclitem[], cursor refcursor);
INSERT INTO value VALUES
  (1, '0/0', '(0,1)', '3', '0', '10:20:10,14,15', '1 2 3', '4 5', '{postgres=r*w/postgres,=r/postgres}', 'a cursor'),
  (2, 'FFFFFFFF/FFFFFFFF', '(4294967295,65535)', '4294967295', '4294967295', '1:1:', '', '', '{}', ''),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
