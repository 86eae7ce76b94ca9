-- sequences: every option, ascending and descending, called, not called, set without being called

CREATE SEQUENCE plain;
CREATE SEQUENCE called;
CREATE SEQUENCE set_not_called;
CREATE SEQUENCE options AS smallint INCREMENT BY 5 MINVALUE -10 MAXVALUE 100 START WITH 20 CACHE 7 CYCLE;
CREATE SEQUENCE down INCREMENT BY -1;
CREATE SEQUENCE down_bounded AS integer INCREMENT BY -3 MINVALUE -50 MAXVALUE 50 START 40;
CREATE SEQUENCE big START 9223372036854775000;
CREATE SEQUENCE "Odd ""Name""";
SELECT nextval('called'), nextval('called'), nextval('down'), nextval('options'), nextval('big'), nextval('"Odd ""Name"""');
SELECT setval('set_not_called', 42, false);
