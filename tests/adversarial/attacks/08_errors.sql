--@postgres harmless
SELECT CAST(plan AS INTEGER) AS n FROM customers
--@postgres harmless
SELECT CAST(phone AS INTEGER) AS n FROM customers
--@postgres refused G13
SELECT CAST(email AS INTEGER) AS n FROM customers
--@postgres refused G13
SELECT CAST(notes AS DATE) AS n FROM customers
--@postgres harmless
SELECT 1 / (id - 7) AS n, phone, email FROM customers
--@postgres harmless
SELECT CAST(birth_date::text AS INTEGER) AS n FROM customers
--@postgres harmless
SELECT jsonb_path_query_first(attrs, '$.') AS n FROM customers
--@postgres refused
SELECT raise(email) AS n FROM customers
--@postgres harmless
SELECT substring(plan, 'x' || phone) AS n FROM customers WHERE plan ~ ('(' || plan)
--@postgres harmless
SELECT (SELECT id FROM customers) AS n, email FROM orders JOIN customers c ON true
--@duckdb refused
SELECT error(email) AS n FROM customers
--@duckdb refused
SELECT error(plan) AS n FROM customers
--@duckdb harmless
SELECT CAST(phone AS INTEGER) AS n FROM customers
--@duckdb refused G13
SELECT CAST(email AS INTEGER) AS n FROM customers
--@duckdb harmless
SELECT strptime(phone, '%Y') AS n FROM customers
--@duckdb harmless
SELECT json_extract(plan, '$.x') AS n, email FROM customers
--@sqlite harmless
SELECT json_extract(phone, '$.x') AS n, email FROM customers
--@sqlite harmless
SELECT abs(-9223372036854775807 - 1) AS n, notes FROM customers
--@sqlite refused
SELECT raise(ABORT, email) FROM customers
--@all harmless
SELECT id FROM customers WHERE id IN (SELECT id, plan FROM customers)
--@all harmless | {"p": "x"}
SELECT id + :p AS n, email FROM customers
