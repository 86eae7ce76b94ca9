-- Privileges on large objects that were ever granted or revoked: those they have and those a new one of the owner has. The
-- grantee PUBLIC is an empty name.
-- params: $1 oid[]: the large objects
-- columns: oid oid, initial bool, position int8, grantor text, grantee text, privilege text, grantable bool
-- server: any
-- order: oid, initial, position
SELECT m.oid AS oid,
       side.initial AS initial,
       e.position AS position,
       pg_catalog.pg_get_userbyid(e.grantor)::text AS grantor,
       CASE WHEN e.grantee = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(e.grantee)::text END AS grantee,
       e.privilege_type AS privilege,
       e.is_grantable AS grantable
  FROM pg_catalog.pg_largeobject_metadata AS m
 CROSS JOIN LATERAL (VALUES (false, m.lomacl), (true, pg_catalog.acldefault('L', m.lomowner))) AS side (initial, acl)
 CROSS JOIN LATERAL pg_catalog.aclexplode(side.acl) WITH ORDINALITY
            AS e (grantor, grantee, privilege_type, is_grantable, position)
 WHERE m.oid = ANY ($1::oid[])
   AND m.lomacl IS NOT NULL
 ORDER BY 1, 2, 3;
