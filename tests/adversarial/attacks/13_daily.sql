--@duckdb refused G13
SELECT j.value FROM customers c, json_each(c.email) j
--@duckdb refused G13
SELECT j.value FROM customers c, json_each(json_array(c.notes)) j
--@duckdb masked
SELECT c.id, j.value FROM customers c, json_each(c.profile) j
--@duckdb refused G13
SELECT id, generate_subscripts(string_split(email, ''), 1) AS n FROM customers
--@duckdb refused G13
SELECT id, jaro_winkler_similarity(email, 'a') AS j FROM customers
--@duckdb refused G13
SELECT id, regexp_full_match(notes, 'a.*') AS f FROM customers
--@duckdb refused G13
SELECT from_json(notes, '["JSON"]') AS d, try_strptime(notes, '%Y') AS t FROM customers
--@duckdb refused G17
SELECT * FROM json_each('{FILE}') a, read_json('{FILE}') b, customers c
--@sqlite masked
WITH RECURSIVE r(e, n) AS (SELECT email, 1 FROM customers UNION ALL SELECT e, n + 1 FROM r LIMIT 60) SELECT e, n FROM r
--@sqlite refused G13
WITH RECURSIVE r(e, n) AS (SELECT email, 1 FROM customers UNION ALL SELECT e, n + 1 FROM r LIMIT (SELECT count(*) FROM customers WHERE email > 'm')) SELECT n FROM r
--@sqlite,mysql,postgres refused G09
WITH RECURSIVE r(e, n) AS (SELECT email, 1 FROM customers UNION ALL SELECT e, n + 1 FROM r WHERE n < 2 ORDER BY 1 LIMIT 1) SELECT e, n FROM r
--@mysql refused G13
SELECT id, MEDIAN(national_id) OVER (PARTITION BY plan) AS m FROM customers
--@mysql refused G13
SELECT JSON_OBJECTAGG(id, email) AS o FROM customers
--@mysql refused G13
SELECT JSON_OBJECTAGG(notes, id) AS o FROM customers
--@all refused G13
WITH f AS (SELECT full_name AS email FROM customers) SELECT o.id FROM customers o JOIN f USING (email)
--@all refused G13
WITH f AS (SELECT notes AS ship_note FROM customers) SELECT o.id FROM orders o JOIN f USING (ship_note)
--@postgres refused G13
SELECT regexp_substr(email, '.') AS x, normalize(notes) AS y, to_number(email, '9') AS z FROM customers
--@duckdb refused G13
SELECT * FROM customers PIVOT (count(*) FOR email IN ('a', 'b'))
--@duckdb refused G09
PIVOT customers ON email USING count(*)
--@duckdb refused G13
UNPIVOT (SELECT id, email, notes FROM customers) ON email, notes INTO NAME k VALUE v
