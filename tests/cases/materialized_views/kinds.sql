-- materialized views: populated, not populated, on one another, indexed, with options

CREATE TABLE item (id int PRIMARY KEY, kind text, amount numeric);
INSERT INTO item SELECT n, 'k' || n % 4, n FROM generate_series(1, 100) n;
CREATE MATERIALIZED VIEW z_total AS SELECT kind, sum(amount) AS total FROM item GROUP BY kind;
CREATE UNIQUE INDEX z_total_kind ON z_total (kind);
CREATE INDEX ON z_total (total DESC) WHERE total > 10;
CREATE MATERIALIZED VIEW a_top WITH (fillfactor = 60) AS SELECT kind FROM z_total ORDER BY total DESC LIMIT 2;
CREATE VIEW between AS SELECT kind FROM a_top;
CREATE MATERIALIZED VIEW "0 third" ("Kind Of") AS SELECT kind FROM between;
CREATE MATERIALIZED VIEW unpopulated AS SELECT * FROM item WITH NO DATA;
CREATE INDEX ON unpopulated (id);
CREATE MATERIALIZED VIEW emptied AS SELECT 1 AS one;
REFRESH MATERIALIZED VIEW emptied WITH NO DATA;
ALTER MATERIALIZED VIEW z_total ALTER COLUMN kind SET STATISTICS 20;
CLUSTER z_total USING z_total_kind;
