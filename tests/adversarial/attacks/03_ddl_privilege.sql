--@all refused G03
DROP TABLE customers
--@all refused G03
ALTER TABLE customers ADD COLUMN hacked TEXT
--@all refused
CREATE TABLE stolen AS SELECT email FROM customers
--@all refused
CREATE TEMP TABLE stolen AS SELECT email FROM customers
--@all refused
CREATE VIEW stolen AS SELECT email FROM customers
--@all refused G03
CREATE INDEX i ON customers (email)
--@postgres,duckdb refused G04
SELECT email INTO stolen FROM customers
--@postgres refused G04
SELECT * INTO UNLOGGED stolen FROM customers
--@postgres refused
WITH x AS (SELECT email INTO stolen FROM customers) SELECT 1
--@postgres refused G03
REFRESH MATERIALIZED VIEW plan_totals
--@postgres refused
CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
--@postgres refused G06
DO $$ BEGIN DELETE FROM customers; END $$
--@postgres refused G06
CALL anything()
--@postgres refused G06
PREPARE s AS SELECT email FROM customers
--@postgres refused G06
EXECUTE s
--@postgres refused G06
EXPLAIN ANALYZE DELETE FROM customers
--@postgres,duckdb,sqlite refused
EXPLAIN SELECT email FROM customers WHERE email > 'm'
--@postgres refused G08
GRANT ALL ON customers TO public
--@postgres refused G08
REVOKE ALL ON customers FROM public
--@postgres refused G08
SET ROLE postgres
--@postgres refused G08
SET SESSION AUTHORIZATION postgres
--@postgres refused G08
RESET ALL
--@postgres refused
ALTER ROLE postgres PASSWORD 'x'
--@postgres refused
CREATE ROLE evil SUPERUSER LOGIN
--@postgres refused
SECURITY LABEL ON TABLE customers IS 'x'
--@postgres refused G08
BEGIN; SET TRANSACTION READ WRITE; DELETE FROM customers; COMMIT
--@postgres refused G07
SELECT set_config('transaction_read_only', 'off', false), id FROM customers
--@postgres refused G07
SELECT pg_terminate_backend(1), id FROM customers
--@postgres refused G07
SELECT pg_advisory_lock(1), id FROM customers
--@postgres refused G07
SELECT pg_notify('a', 'b'), id FROM customers
--@postgres refused G07
SELECT current_setting('data_directory') AS d, id FROM customers
--@postgres refused
SELECT session_user, id FROM customers
--@postgres refused
SELECT current_user AS u, id FROM customers
--@postgres refused G07
SELECT has_table_privilege('vault', 'select') AS p, id FROM customers
--@duckdb refused
INSTALL httpfs
--@duckdb refused
LOAD httpfs
--@duckdb refused
SET memory_limit = '1GB'
--@duckdb refused
PRAGMA database_list
--@duckdb refused
CALL pragma_version()
--@duckdb refused
CHECKPOINT
--@duckdb refused
CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y')
--@duckdb refused
CREATE MACRO m() AS 1
--@duckdb refused
USE memory
--@sqlite refused G08
PRAGMA writable_schema = 1
--@sqlite refused G08
PRAGMA table_info(customers)
--@sqlite refused
VACUUM INTO '{DIR}/copy.db'
--@sqlite refused
ATTACH DATABASE '{DIR}/x.db' AS x
--@sqlite refused
CREATE TRIGGER t AFTER INSERT ON customers BEGIN DELETE FROM vault; END
--@sqlite refused
REINDEX customers
--@postgres refused
LISTEN x
--@postgres refused
DISCARD ALL
--@postgres refused
CHECKPOINT
--@postgres refused
LOCK TABLE customers
--@postgres refused
SHOW ALL
--@postgres refused
COMMENT ON TABLE customers IS 'x'
