-- names with quotes, dots, newlines, percent signs, backslashes and 63 bytes of several-byte characters, for every kind of object
-- roles: r"o"le a.b 日本語の名前は六十三バイトの長さになる九九

CREATE SCHEMA "s.1 ""quoted""
schema";
COMMENT ON SCHEMA "s.1 ""quoted""
schema" IS 'it''s a
comment \ with $1 and "quotes"';
SET search_path = "s.1 ""quoted""
schema";
CREATE TYPE "en.um" AS ENUM ('it''s', '"quoted"', 'back\slash', 'two
lines', '', ' ', 'NULL', '{,}', '日本語');
CREATE TYPE "com""posite" AS ("a.b" int, "c""d" "en.um"[]);
CREATE DOMAIN "do'main" AS text DEFAULT 'it''s' CONSTRAINT "check.1 ""x""" CHECK (VALUE <> 'back\slash');
CREATE TYPE "ra%nge" AS RANGE (subtype = int);
CREATE SEQUENCE "seq.uence ""1""";
CREATE TABLE "ta.ble ""1""" (
  "i.d" int DEFAULT nextval('"seq.uence ""1"""') CONSTRAINT "not "" null" NOT NULL,
  "seri.al" serial,
  "iden%tity" int GENERATED ALWAYS AS IDENTITY,
  "com""posite" "com""posite",
  "en
um" "en.um" DEFAULT 'it''s',
  "gen'erated" int GENERATED ALWAYS AS ("i.d" + 1) STORED,
  "do\main" "do'main",
  CONSTRAINT "key.1 ""x""" PRIMARY KEY ("i.d"),
  CONSTRAINT "che%ck" CHECK ("i.d" <> 13)
);
ALTER SEQUENCE "seq.uence ""1""" OWNED BY "ta.ble ""1"""."i.d";
INSERT INTO "ta.ble ""1""" ("com""posite", "en
um") VALUES (ROW(1, ARRAY['it''s', '"quoted"', 'back\slash', 'two
lines', '', ' ', 'NULL', '{,}', '日本語']::"en.um"[]), '"quoted"'), (NULL, 'NULL'), (NULL, '');
CREATE TABLE "child.1" ("other" text COLLATE "C") INHERITS ("ta.ble ""1""");
CREATE TABLE "parts" ("k.ey" text) PARTITION BY LIST ("k.ey");
CREATE TABLE "part '1'" PARTITION OF "parts" FOR VALUES IN ('it''s', '"quoted"', E'two\nlines', 'back\slash');
INSERT INTO "parts" VALUES ('it''s'), ('back\slash'), (E'two\nlines');
CREATE TABLE "refers" ("to.it" int CONSTRAINT "for.eign ""key""" REFERENCES "ta.ble ""1""" ("i.d"));
CREATE INDEX "ind.ex ""1""" ON "ta.ble ""1""" (("i.d" + 1), "en
um") WHERE "en
um" <> 'it''s';
CREATE STATISTICS "stat.istics ""1""" ON "i.d", "seri.al" FROM "ta.ble ""1""";
CREATE VIEW "vi.ew ""1""" AS SELECT "i.d" AS "x.y", "en
um" AS "z""z", '%s' AS "per%cent" FROM "ta.ble ""1""";
CREATE MATERIALIZED VIEW "ma.t ""1""" AS SELECT "x.y" FROM "vi.ew ""1""";
CREATE FUNCTION "f.n ""1""" ("a.rg" int, INOUT "o""ut" text DEFAULT 'it''s') LANGUAGE sql AS $$SELECT "o""ut"$$;
CREATE PROCEDURE "p.roc ""1""" ("a.rg" int) LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE "agg.1 ""x""" (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE FUNCTION "trig.ger()" () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "tr.1 ""x""" BEFORE INSERT ON "ta.ble ""1""" FOR EACH ROW EXECUTE FUNCTION "trig.ger()" ('it''s', 'back\slash', '"');
ALTER TABLE "ta.ble ""1""" DISABLE TRIGGER "tr.1 ""x""";
CREATE RULE "ru.le ""1""" AS ON DELETE TO "ta.ble ""1""" DO ALSO NOTHING;
CREATE POLICY "po.licy ""1""" ON "ta.ble ""1""" TO "r""o""le", "a.b" USING ("i.d" > 0);
CREATE COLLATION "col.lation ""1""" FROM "C";
CREATE TEXT SEARCH CONFIGURATION "t.s ""1""" (COPY = pg_catalog.simple);
CREATE TEXT SEARCH DICTIONARY "dic.t" (TEMPLATE = pg_catalog.simple, StopWords = 'english');
CREATE FOREIGN DATA WRAPPER "fd.w ""1""" OPTIONS ("op.tion" 'it''s');
CREATE SERVER "ser.ver ""1""" TYPE 'ty''pe' VERSION '1"' FOREIGN DATA WRAPPER "fd.w ""1""" OPTIONS ("x y" '\');
CREATE USER MAPPING FOR "r""o""le" SERVER "ser.ver ""1""" OPTIONS ("us.er" 'it''s');
CREATE FOREIGN TABLE "for.eign ""1""" ("c.1" int OPTIONS ("col.umn" '"')) SERVER "ser.ver ""1""" OPTIONS ("t.1" '%');
CREATE PUBLICATION "pub.1 ""x""" FOR TABLE "ta.ble ""1""";
COMMENT ON COLUMN "ta.ble ""1"""."i.d" IS 'x''y';
COMMENT ON CONSTRAINT "che%ck" ON "ta.ble ""1""" IS 'back\slash';
COMMENT ON TRIGGER "tr.1 ""x""" ON "ta.ble ""1""" IS 'two
lines';
ALTER TABLE "ta.ble ""1""" OWNER TO "r""o""le";
GRANT USAGE ON SCHEMA "s.1 ""quoted""
schema" TO "a.b" WITH GRANT OPTION;
GRANT SELECT ("i.d", "en
um"), UPDATE ON "ta.ble ""1""" TO "a.b", "日本語の名前は六十三バイトの長さになる九九";
ALTER DEFAULT PRIVILEGES FOR ROLE "r""o""le" IN SCHEMA "s.1 ""quoted""
schema" GRANT SELECT ON TABLES TO "a.b";
SELECT lo_from_bytea(4713, 'x');
COMMENT ON LARGE OBJECT 4713 IS 'it''s';
