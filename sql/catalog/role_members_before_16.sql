-- Which role is a member of which, but for memberships of the server's own roles and of the one that initdb made. A grantor
-- may be gone.
-- params: none
-- columns: number oid (the row's place), role_oid oid, role text, member_oid oid, member text,
--          grantor text ('': the role that initdb made, or gone), admin_option bool,
--          inherit_option bool (NULL: as the member inherits), set_option bool
-- server: before 16
-- order: role, member
SELECT pg_catalog.row_number() OVER (ORDER BY r.rolname, m.rolname)::pg_catalog.oid AS number,
       a.roleid AS role_oid,
       r.rolname::text AS role,
       a.member AS member_oid,
       m.rolname::text AS member,
       CASE WHEN a.grantor = 10::pg_catalog.oid THEN '' ELSE COALESCE(g.rolname::text, '') END AS grantor,
       a.admin_option AS admin_option,
       NULL::pg_catalog.bool AS inherit_option,
       true AS set_option
  FROM pg_catalog.pg_auth_members AS a
  JOIN pg_catalog.pg_roles AS r ON r.oid = a.roleid
  JOIN pg_catalog.pg_roles AS m ON m.oid = a.member
  LEFT JOIN pg_catalog.pg_roles AS g ON g.oid = a.grantor
 WHERE m.oid <> 10::pg_catalog.oid
   AND m.rolname !~ '^pg_'
 ORDER BY 1;
