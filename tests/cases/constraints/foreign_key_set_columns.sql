-- foreign keys that set only some of their columns on delete
-- server: >= 15

CREATE TABLE tenant_user (tenant int, id int, PRIMARY KEY (tenant, id));
CREATE TABLE post (
  tenant int NOT NULL DEFAULT 1,
  author int DEFAULT 1,
  editor int,
  FOREIGN KEY (tenant, author) REFERENCES tenant_user ON DELETE SET DEFAULT (author),
  FOREIGN KEY (tenant, editor) REFERENCES tenant_user ON DELETE SET NULL (editor)
);
INSERT INTO tenant_user VALUES (1, 1), (1, 2);
INSERT INTO post VALUES (1, 1, 2), (1, 2, NULL);
