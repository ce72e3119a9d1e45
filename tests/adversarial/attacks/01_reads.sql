--@all refused POLICY
SELECT badge FROM staff
--@all refused G11
SELECT * FROM staff
--@all refused POLICY
SELECT id FROM staff WHERE badge LIKE 'A%'
--@all refused POLICY
SELECT count(*) FROM staff GROUP BY badge
--@all refused POLICY
SELECT id FROM staff ORDER BY badge
--@all refused POLICY
SELECT a.id FROM staff a JOIN staff b USING (badge)
--@all refused POLICY
SELECT a.id FROM staff a NATURAL JOIN staff b
--@all refused POLICY
WITH customers AS (SELECT badge AS email FROM staff) SELECT email FROM customers
--@all refused POLICY
SELECT id FROM customers WHERE EXISTS (SELECT 1 FROM staff WHERE badge > 'M')
--@all refused POLICY-RELATION
SELECT combination FROM vault
--@all refused POLICY-RELATION
SELECT * FROM vault
--@all refused POLICY-RELATION
SELECT c.id FROM customers c, vault v WHERE v.combination < 'M'
--@all refused POLICY-RELATION
SELECT id, (SELECT max(combination) FROM vault) AS x FROM customers
--@all refused POLICY-RELATION
SELECT id FROM customers UNION ALL SELECT id FROM vault
--@all refused POLICY-RELATION
WITH v AS (SELECT * FROM vault) SELECT c.id FROM customers c
--@all refused POLICY-RELATION
SELECT count(*) AS n FROM vault
--@all refused POLICY-RELATION
SELECT 1 AS one FROM customers WHERE id IN (SELECT id FROM vault)
--@postgres refused POLICY-RELATION
SELECT email FROM archive.customers
--@postgres refused
SELECT "archive"."customers"."email" FROM archive.customers, public.customers
--@postgres refused POLICY-RELATION
TABLE vault
--@duckdb refused POLICY-RELATION
FROM vault
--@all masked
SELECT * FROM customers
--@all masked
SELECT email, full_name, phone, birth_date, score, national_id, iban, notes, api_token, profile, aliases FROM customers
--@all masked
WITH customers AS (SELECT * FROM customers) SELECT * FROM customers
--@all masked
SELECT x.* FROM (SELECT c.*, o.contact_email, o.ip, o.ship_note FROM customers c JOIN orders o ON o.customer_id = c.id) x
--@all masked
SELECT max(phone) AS hi, min(phone) AS lo, max(iban) AS i, max(birth_date) AS b, sum(score) AS s FROM customers
--@all masked
SELECT email FROM customers UNION ALL SELECT contact_email FROM orders UNION ALL SELECT manager_email FROM regions
--@all masked
SELECT email AS id, id AS email FROM customers
--@all masked
WITH a AS (SELECT email AS e, iban AS i, phone AS p FROM customers), b(x, y, z) AS (SELECT * FROM a) SELECT z, y, x FROM b
--@all masked
SELECT id, (SELECT c.email FROM customers c WHERE c.id = o.customer_id) AS e, (SELECT c.iban FROM customers c WHERE c.id = o.customer_id) AS i FROM orders o
--@all masked
SELECT * FROM active_customers
--@postgres masked
SELECT plan, sample FROM plan_totals
--@postgres masked
SELECT a, b, c, d FROM customers AS t(a, b, c, d)
--@postgres masked
SELECT l.* FROM customers c, LATERAL (SELECT c.email AS e, c.phone AS p, c.iban AS i, c.api_token AS t) l
--@postgres masked
SELECT coalesce(profile->>'nick', 'none') AS n, aliases[1] AS a, unnest(aliases) AS u, profile::text AS t FROM customers
--@postgres masked
SELECT p.key, p.value FROM customers c, jsonb_each_text(c.profile) p
--@duckdb masked
SELECT COLUMNS('.*') FROM customers
--@duckdb masked
SELECT COLUMNS(*) FROM customers
--@duckdb masked
SELECT * RENAME (email AS id, id AS email) FROM customers
--@duckdb masked
SELECT * REPLACE (plan AS email, region AS iban) FROM customers
--@duckdb masked
SELECT * EXCLUDE (id) FROM customers
--@duckdb masked
SELECT email FROM customers UNION BY NAME SELECT contact_email AS email, ip FROM orders
--@duckdb masked
SELECT profile->>'nick' AS n, aliases[1] AS a, unnest(aliases) AS u, list_transform(aliases, lambda x: x) AS l FROM customers
--@sqlite masked
SELECT json_extract(profile, '$.nick') AS n, j.value AS v FROM customers c LEFT JOIN json_each(c.profile) j
--@sqlite masked
SELECT j.value, j.atom, j.fullkey FROM customers c LEFT JOIN json_tree(c.aliases) j
