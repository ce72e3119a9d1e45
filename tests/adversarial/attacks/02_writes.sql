--@all refused G02
INSERT INTO customers (id) VALUES (999)
--@all refused G02
UPDATE customers SET plan = 'x'
--@all refused G02
DELETE FROM customers
--@all refused G01
SELECT id FROM customers; DELETE FROM customers
--@all refused G01
SELECT id FROM customers; -- next
UPDATE customers SET plan = 'x'
--@all refused G01
SELECT id FROM customers;;; DROP TABLE customers
--@all refused G02
INSERT INTO vault SELECT id, email FROM customers
--@all refused G02
WITH x AS (SELECT id FROM customers) DELETE FROM customers WHERE id IN (SELECT id FROM x)
--@all refused G02
WITH x AS (SELECT 1 AS n) INSERT INTO vault SELECT n, 'x' FROM x
--@postgres refused G02
WITH d AS (DELETE FROM orders RETURNING *) SELECT count(*) FROM d
--@postgres refused G02
WITH d AS (UPDATE customers SET plan = 'x' RETURNING id) SELECT id FROM d
--@postgres refused G02
WITH d AS (INSERT INTO vault VALUES (9, 'x') RETURNING id) SELECT c.id FROM customers c
--@postgres refused G02
SELECT id FROM customers WHERE id IN (WITH d AS (DELETE FROM orders RETURNING id) SELECT id FROM d)
--@postgres refused G02
MERGE INTO customers c USING orders o ON c.id = o.customer_id WHEN MATCHED THEN UPDATE SET plan = 'x'
--@postgres refused G02
TRUNCATE customers
--@postgres,duckdb refused
SELECT nextval('order_seq') AS n, id FROM customers
--@postgres refused G07
SELECT setval('order_seq', 99), id FROM customers
--@postgres refused G07
SELECT id, lo_create(0), lo_from_bytea(0, 'x') FROM customers
--@postgres refused G07
SELECT id, pg_logical_emit_message(true, 'a', 'b') FROM customers
--@postgres refused G07
SELECT query_to_xml('DELETE FROM customers', true, true, '') AS x FROM customers
--@postgres refused G14
SELECT id FROM customers FOR UPDATE
--@postgres refused G14
SELECT id FROM customers FOR NO KEY UPDATE SKIP LOCKED
--@postgres refused G14
WITH x AS (SELECT id FROM customers FOR SHARE) SELECT id FROM x
--@sqlite refused G02
REPLACE INTO customers (id) VALUES (1)
--@sqlite refused G02
INSERT OR REPLACE INTO customers (id) VALUES (1) RETURNING email
--@duckdb refused G02
INSERT INTO customers BY NAME SELECT * FROM customers
--@duckdb refused
FROM customers INSERT INTO vault SELECT 1, 'x'
--@duckdb refused
DELETE FROM customers RETURNING *
--@all refused
/* SELECT */ DELETE FROM customers -- SELECT 1
--@all refused
(DELETE FROM customers)
--@all refused
SELECT * FROM (DELETE FROM customers RETURNING *) t
--@all refused
SELECT id FROM customers UNION DELETE FROM customers
