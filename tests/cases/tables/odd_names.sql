-- names with quotes, dots, a newline, keywords, a backslash, 63 bytes of several-byte characters, a percent sign

CREATE TABLE "My ""Table"".x" ("a.b" int, "c""d" text, "E" int, "it's" int, "per%cent" int, "back\slash" text, "$1" int, " " int);
INSERT INTO "My ""Table"".x" VALUES (1, 'x', 2, 3, 4, '\', 5, 6);
CREATE TABLE "user" ("select" int PRIMARY KEY, "order" text, "end" int);
INSERT INTO "user" VALUES (1, 'a', 2);
CREATE TABLE "two
lines" ("new
line" int);
INSERT INTO "two
lines" VALUES (1);
CREATE TABLE "ÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄä1" ("ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßß" int CONSTRAINT "日本語" CHECK ("ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßß" > 0));
INSERT INTO "ÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄäÄä1" VALUES (7);
CREATE INDEX "Index ""quoted"" on it's" ON "My ""Table"".x" ("E");
CREATE TABLE "--comment" ("/*" int, "*/" int);
INSERT INTO "--comment" VALUES (1, 2);
