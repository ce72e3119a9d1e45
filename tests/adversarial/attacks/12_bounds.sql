--@postgres,duckdb,mysql refused G07
SELECT repeat('x', 1000000000) AS x FROM customers
--@postgres,duckdb,mysql refused G07
SELECT repeat(repeat('x', 1000), 1000) AS x FROM customers
--@postgres,duckdb,mysql refused G07
SELECT repeat('x', id * 100000000) AS x FROM customers
--@postgres,duckdb,mysql refused G13
SELECT repeat(email, 2) AS x FROM customers
--@mysql refused G07
SELECT SPACE(100000000) AS x FROM customers
--@duckdb refused G07
SELECT range(1000000000) AS x FROM customers
--@duckdb refused G07
SELECT generate_series(0, 99999999999999999999) AS x FROM customers
--@duckdb refused G07
SELECT range(0, 10, id) AS x FROM customers
--@duckdb refused G07
SELECT range(DATE '0001-01-01', DATE '9999-01-01', INTERVAL 1 HOUR) AS x FROM customers
--@duckdb refused G07
SELECT range(TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-02', INTERVAL 1 MICROSECOND) AS x FROM customers
--@duckdb refused G13
SELECT 'x' IN string_split(email, '@') AS x FROM customers
--@duckdb refused G13
SELECT email IN tags AS x FROM customers
--@duckdb refused G13
SELECT {'e': email}.e AS x FROM customers
--@duckdb refused G13
SELECT max(email, 3) AS x FROM customers
--@duckdb refused G13
SELECT hash(email) AS x FROM customers
--@duckdb refused G13
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY email) AS x FROM customers
--@duckdb refused G13
SELECT max_by(email, balance, 3) AS x FROM customers
--@duckdb refused G13
SELECT created_at + INTERVAL (national_id) DAY AS x FROM customers
--@duckdb refused G13
SELECT id FROM customers WHERE email COLLATE NOCASE = 'x'
--@sqlite,postgres refused G13
SELECT id FROM customers WHERE lower(email) IN (VALUES ('a'), ('b'))
--@sqlite refused G09
SELECT CAST(created_at AS DATE) AS d FROM customers
--@sqlite refused G09
SELECT rowid FROM customers
--@mysql refused G13
SELECT BINARY email AS x FROM customers
--@mysql refused G13
SELECT j.v FROM customers, JSON_TABLE(email, '$[*]' COLUMNS (v INT PATH '$')) AS j
--@postgres refused G13
SELECT id FROM customers WHERE email = ANY (SELECT full_name FROM customers)
--@postgres refused G13
SELECT id FROM customers WHERE email = ANY (SELECT plan FROM customers)
--@postgres refused G13
SELECT id FROM customers WHERE email > ANY (SELECT contact_email FROM orders)
--@postgres refused G13
SELECT id FROM customers WHERE notes <> ALL (SELECT ship_note FROM orders)
