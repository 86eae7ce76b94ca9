-- What CREATE SUBSCRIPTION says of this database's subscriptions. Only a superuser may read how they connect.
-- params: none
-- columns: oid oid, name text, owner text, conninfo text, slot_name text (NULL for none), synchronous_commit text,
--          publications text[], binary bool, streaming text (empty: not known yet), two_phase bool, disable_on_error bool,
--          asks_for_secret bool (password_required), run_as_owner bool, origin text, failover bool
-- server: 12 and 13
-- order: name
SELECT s.oid AS oid,
       s.subname::text AS name,
       pg_catalog.pg_get_userbyid(s.subowner)::text AS owner,
       s.subconninfo AS conninfo,
       s.subslotname::text AS slot_name,
       s.subsynccommit AS synchronous_commit,
       s.subpublications AS publications,
       false AS binary,
       '' AS streaming,
       false AS two_phase,
       false AS disable_on_error,
       true AS asks_for_secret,
       false AS run_as_owner,
       'any' AS origin,
       false AS failover
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 WHERE d.datname = pg_catalog.current_database()
 ORDER BY s.subname;
