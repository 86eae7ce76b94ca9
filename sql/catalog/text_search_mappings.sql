-- The dictionaries that text search configurations made after initdb use for each type of token.
-- params: none
-- columns: configuration oid, token text, dictionaries text[] (as regdictionary writes them, in the order they are asked)
-- server: any
-- order: configuration, number of the token type
SELECT c.oid AS configuration,
       t.alias AS token,
       ARRAY(SELECT m.mapdict::pg_catalog.regdictionary::text
               FROM pg_catalog.pg_ts_config_map AS m
              WHERE m.mapcfg = c.oid AND m.maptokentype = t.tokid
              ORDER BY m.mapseqno) AS dictionaries
  FROM pg_catalog.pg_ts_config AS c
 CROSS JOIN LATERAL pg_catalog.ts_token_type(c.cfgparser) AS t (tokid, alias, description)
 WHERE c.oid >= 16384
   AND EXISTS (SELECT FROM pg_catalog.pg_ts_config_map AS m
                WHERE m.mapcfg = c.oid AND m.maptokentype = t.tokid)
 ORDER BY c.oid, t.tokid;
