--@sqlite released
SELECT strftime('%Y-%m', placed_at) AS ym, count(*) AS n, sum(amount) AS total FROM orders GROUP BY ym ORDER BY ym
--@sqlite released
SELECT date(placed_at) AS d, time(placed_at) AS t, datetime(placed_at, '+1 day') AS next, julianday(placed_at) AS j, unixepoch(placed_at) AS u, date(placed_at, 'start of month') AS m FROM orders
--@sqlite released
SELECT id, printf('%05d', id) AS padded, printf('%s-%s', plan, region) AS k, instr(plan, 'r') AS pos, substr(plan, -2) AS tail, ltrim(plan, 'p') AS l, rtrim(plan, 'o') AS r, hex(plan) AS hx, quote(plan) AS q, typeof(balance) AS ty, unicode(plan) AS u, char(65, 66) AS ch FROM customers
--@sqlite released
SELECT id FROM customers WHERE plan GLOB 'p*' OR plan LIKE 'T%'
--@sqlite released
SELECT id, json_extract(attrs, '$.tier') AS tier, json_extract(attrs, '$.flags.beta') AS beta, attrs->>'tier' AS t2, attrs->>'$.flags.beta' AS b2, json_array_length(attrs, '$.langs') AS n, json_type(attrs, '$.langs') AS ty FROM customers
--@sqlite released
SELECT o.id, json_extract(i.value, '$.sku') AS sku, json_extract(i.value, '$.qty') AS qty FROM orders o, json_each(o.items) AS i
--@sqlite released
SELECT c.id, t.value AS tag FROM customers c JOIN json_each(c.tags) t
--@sqlite released
SELECT c.id, j.key, j.value FROM customers c, json_each(c.attrs, '$.langs') j
--@sqlite released
SELECT e.id, t.key, t.value, t.type FROM events e, json_tree(e.payload) t WHERE t.atom IS NOT NULL
--@sqlite released
SELECT plan, group_concat(region, '|') AS regions, total(balance) AS t FROM (SELECT plan, region, balance FROM customers ORDER BY id) GROUP BY plan
--@sqlite released
SELECT id, ifnull(region, 'none') AS r, iif(active, 'y', 'n') AS a, max(balance, 100) AS hi, min(balance, 100) AS lo, round(balance) AS ro, balance IS NOT NULL AS has, CAST(balance AS TEXT) AS txt FROM customers
--@sqlite released
SELECT id FROM customers WHERE plan = 'PRO' COLLATE NOCASE ORDER BY region COLLATE NOCASE, id
--@sqlite released
SELECT id FROM customers WHERE region IS NOT 'north' AND plan IS 'pro'
--@sqlite released
WITH RECURSIVE days(d) AS (SELECT '2026-03-01' UNION ALL SELECT date(d, '+1 day') FROM days WHERE d < '2026-03-10') SELECT d, (SELECT count(*) FROM events WHERE date(occurred_at) = d) AS n FROM days
--@sqlite released
SELECT json_group_array(id) AS ids, json_group_object(region, title) AS o FROM (SELECT r.region, r.title, 1 AS id FROM regions r ORDER BY r.region)
--@sqlite released
SELECT json_object('plan', plan, 'id', id) AS doc, json_array(id, plan) AS arr FROM customers
--@sqlite released
SELECT plan, count(*) AS n FROM customers GROUP BY 1 ORDER BY 2 DESC, 1
--@sqlite released
SELECT id, substr(created_at, 1, 7) AS ym, created_at || 'Z' AS iso, CAST(strftime('%s', created_at) AS INTEGER) AS s FROM customers
--@sqlite released
SELECT a.id, b.region AS nb FROM customers a LEFT OUTER JOIN customers b ON b.id = a.referrer_id AND b.active = 1
--@sqlite released
SELECT id, sum(amount) OVER (PARTITION BY customer_id ORDER BY id ROWS 2 PRECEDING) AS s, group_concat(status, ',') OVER (PARTITION BY customer_id ORDER BY id) AS path FROM orders
--@sqlite released
SELECT id % 2 = 0 AS even, id << 1 AS doubled, id & 3 AS low, ~id AS inv, -id AS neg, +id AS pos, id <> 3 AS ne, id == 3 AS eq, NOT active AS inactive FROM customers
--@sqlite released
SELECT coalesce(region, plan) AS c, sign(balance) AS s, round(balance, 1) AS r FROM customers
--@sqlite,postgres released
SELECT id FROM customers WHERE plan IN (VALUES ('pro'), ('free'))
--@sqlite released
SELECT id, json_remove('{"a":1,"b":2}', '$.a') AS j FROM customers
