--@mysql refused
SELECT email INTO OUTFILE '{DIR}/x' FROM customers
--@mysql refused
SELECT email INTO DUMPFILE '{DIR}/x' FROM customers LIMIT 1
--@mysql refused
SELECT email INTO @v FROM customers LIMIT 1
--@mysql refused
SELECT LOAD_FILE('{FILE}') AS f, id FROM customers
--@mysql refused
LOAD DATA INFILE '{FILE}' INTO TABLE vault
--@mysql refused
SELECT SLEEP(1), id FROM customers
--@mysql refused
SELECT BENCHMARK(1000, MD5('x')), id FROM customers
--@mysql refused
SELECT GET_LOCK('x', 1), id FROM customers
--@mysql refused
SELECT @@version AS v, id FROM customers
--@mysql refused
SELECT @x := email AS v FROM customers
--@mysql refused
SELECT USER() AS v, id FROM customers
--@mysql refused
SELECT CURRENT_USER AS v, id FROM customers
--@mysql refused
SELECT DATABASE() AS v, id FROM customers
--@mysql refused
SELECT DEFAULT(email) AS v FROM customers
--@mysql refused
SELECT VALUES(email) AS v FROM customers
--@mysql refused
SELECT EXTRACTVALUE(1, CONCAT(0x7e, email)) AS v FROM customers
--@mysql refused
SELECT UPDATEXML(1, CONCAT(0x7e, email), 1) AS v FROM customers
--@mysql refused
SELECT peek(1) AS v, id FROM customers
--@mysql refused
SELECT * FROM information_schema.columns
--@mysql refused
SELECT * FROM mysql.user
--@mysql refused
SELECT * FROM performance_schema.events_statements_history
--@mysql refused
SHOW TABLES
--@mysql refused
DESCRIBE customers
--@mysql refused
HANDLER customers OPEN
--@mysql refused
DO SLEEP(1)
--@mysql refused
EXECUTE IMMEDIATE 'SELECT email FROM customers'
--@mysql refused
SELECT id FROM customers PROCEDURE ANALYSE()
--@mysql refused
SELECT id FROM customers LOCK IN SHARE MODE
--@mysql refused
SELECT id /*!50000 , upper(email) */ FROM customers
--@mysql refused
SELECT id /*M! , upper(email) */ FROM customers
--@mysql refused
SELECT email || 'x' AS v FROM customers
--@mysql refused
SELECT id FROM customers WHERE email = 0
--@mysql refused
SELECT id FROM customers WHERE email REGEXP '^a'
--@mysql refused
SELECT id FROM customers WHERE email <=> 'x'
--@mysql refused
SELECT id FROM customers WHERE email SOUNDS LIKE 'ann'
--@mysql refused
SELECT id FROM customers WHERE MATCH (notes) AGAINST ('x')
--@mysql refused
SELECT GROUP_CONCAT(email) AS v FROM customers
--@mysql refused
SELECT GROUP_CONCAT(plan ORDER BY email) AS v FROM customers
--@mysql refused
SELECT JSON_ARRAYAGG(email) AS v FROM customers
--@mysql refused
SELECT JSON_OBJECTAGG(id, notes) AS v FROM customers
--@mysql refused
SELECT BINARY email AS v FROM customers
--@mysql refused
SELECT CONVERT(email USING latin1) AS v FROM customers
--@mysql refused
SELECT email COLLATE utf8mb4_bin AS v FROM customers
--@mysql refused
SELECT {x email} FROM customers
--@mysql refused
SELECT id FROM customers ORDER BY email LIMIT 1, 1
--@mysql refused
SELECT id FROM customers WHERE "email" = "x" AND email = "x"
--@mysql refused
SELECT badge FROM staff PARTITION (p0)
--@mysql refused
TABLE vault
--@mysql refused
DELETE c FROM customers c JOIN orders o ON o.customer_id = c.id
--@mysql refused
UPDATE customers c JOIN orders o ON o.customer_id = c.id SET c.plan = 'x'
--@mysql refused
INSERT INTO vault VALUES (9, 'x') ON DUPLICATE KEY UPDATE combination = 'x' RETURNING id
--@mysql refused
REPLACE INTO customers (id) VALUES (1)
--@mysql refused
RENAME TABLE customers TO stolen
--@mysql refused
SET GLOBAL general_log = 'ON'
--@mysql refused
FLUSH TABLES
--@mysql refused
SELECT NEXTVAL(s) AS v, id FROM customers
--@mysql refused
SELECT id FROM customers WHERE id = 1 # comment
AND upper(email) = 'X'
