-- text of every kind: empty, blanks kept and padded, control characters, what COPY's text format escapes, name, "char"

CREATE TABLE value (id int, body text, short varchar(10), any_length varchar, fixed char(5), any_char bpchar, name name, one "char", xid xid);
INSERT INTO value VALUES
  (1, '', '', '', '', '', '', '', '0'),
  (2, E'tab\tnewline\nreturn\rbackslash\\ \\N \\. \b\f\v\x01\x7f', '  blanks  ', E'\\N', 'a', 'a  ', 'a name', 'x', '4294967295'),
  (3, '\N', '\.', 'NULL', 'äöü', '日本  ', repeat('n', 63), '"', '1'),
  (4, 'grüße 日本 😀 ' || U&'\0065\0301' || chr(1114109), NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (5, E'"quoted", it''s; -- {not} (a comment) <b>&', '%', '_', '''', '"', 'Name', E'\\', '2');
