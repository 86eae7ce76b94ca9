-- foreign keys in a circle of three tables, with rows that need each other

CREATE TABLE department (id int PRIMARY KEY, head int NOT NULL);
CREATE TABLE person (id int PRIMARY KEY, department int NOT NULL REFERENCES department DEFERRABLE INITIALLY DEFERRED, desk int);
CREATE TABLE desk (id int PRIMARY KEY, department int NOT NULL REFERENCES department);
ALTER TABLE department ADD FOREIGN KEY (head) REFERENCES person DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE person ADD FOREIGN KEY (desk) REFERENCES desk;
BEGIN;
INSERT INTO department VALUES (1, 10), (2, 20);
INSERT INTO desk VALUES (100, 1), (200, 2);
INSERT INTO person VALUES (10, 1, 100), (20, 2, 200), (30, 1, NULL);
COMMIT;
