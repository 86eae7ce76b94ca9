-- xml documents and content

CREATE TABLE value (id int, xml xml);
INSERT INTO value VALUES
  (1, '<a b="1">text &amp; more</a>'), (2, XMLPARSE(CONTENT 'just <b>content</b> and <c/>')), (3, ''),
  (4, '<?xml version="1.0" encoding="UTF-8"?><grüße>日本</grüße>'), (5, NULL),
  (6, XMLPARSE(DOCUMENT '<!DOCTYPE a><a>with a doctype</a>'));
