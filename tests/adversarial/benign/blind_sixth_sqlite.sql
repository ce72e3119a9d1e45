--@sqlite released
SELECT c.id, c.plan, NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.placed_at > '2026-04-01' AND o.placed_at <= date('2026-04-01', '+30 days')) AS churned FROM customers c WHERE c.created_at < '2026-04-01'

--@sqlite released
WITH m AS (SELECT customer_id, strftime('%Y-%m', placed_at) AS month, SUM(amount) AS mrr FROM orders WHERE status = 'paid' GROUP BY 1, 2),
mv AS (SELECT month, mrr, LAG(mrr) OVER (PARTITION BY customer_id ORDER BY month) AS prev FROM m)
SELECT month, SUM(CASE WHEN prev IS NULL THEN mrr END) AS new_mrr, SUM(MAX(mrr - prev, 0)) AS expansion, SUM(MIN(mrr - prev, 0)) AS contraction FROM mv GROUP BY month

--@sqlite released
SELECT CASE id % 2 WHEN 0 THEN 'A' ELSE 'B' END AS variant, COUNT(*) AS n, AVG(balance) AS mean, SUM(active) AS conv, ROUND(AVG(active), 4) AS cr FROM customers GROUP BY variant

--@sqlite released | {"since": "2026-03-01"}
SELECT id, customer_id, amount FROM orders WHERE placed_at >= :since ORDER BY id

--@sqlite released
SELECT o.id, (SELECT e.kind FROM events e WHERE e.customer_id = o.customer_id AND e.occurred_at <= o.placed_at ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1) AS last_touch FROM orders o

--@sqlite released
SELECT kind, nxt, COUNT(*) AS n, 1.0 * COUNT(*) / SUM(COUNT(*)) OVER (PARTITION BY kind) AS p FROM (SELECT kind, LEAD(kind) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS nxt FROM events) WHERE nxt IS NOT NULL GROUP BY kind, nxt

--@sqlite released
SELECT c.plan, s.status, COUNT(o.id) AS n FROM customers c CROSS JOIN (SELECT DISTINCT status FROM orders) s LEFT JOIN orders o ON o.customer_id = c.id AND o.status = s.status GROUP BY c.plan, s.status

--@sqlite released
SELECT plan, MAX(CASE WHEN rn = 1 THEN balance END) AS top1, MAX(CASE WHEN rn = 2 THEN balance END) AS top2 FROM (SELECT plan, balance, ROW_NUMBER() OVER (PARTITION BY plan ORDER BY balance DESC, id) AS rn FROM customers) GROUP BY plan

--@sqlite released
SELECT k.key, k.type, COUNT(*) AS n FROM customers c, json_each(c.attrs) k GROUP BY k.key, k.type

--@sqlite released
SELECT id, attrs -> '$.langs' AS langs, json_extract(attrs, '$.langs[0]', '$.tier') AS pair, (SELECT COUNT(*) FROM json_each(attrs, '$.langs') WHERE value = 'de') AS german FROM customers WHERE json_extract(attrs, '$.tier') >= 1

--@sqlite released
SELECT date(occurred_at) AS day, kind, COUNT(*) AS n, SUM(COUNT(*)) OVER (PARTITION BY kind ORDER BY date(occurred_at)) AS cum FROM events GROUP BY day, kind

--@sqlite released
SELECT EXISTS (SELECT 1 FROM customers WHERE region IS NULL) AS has_null, (SELECT COUNT(*) FROM orders WHERE amount < 0) AS neg, (SELECT COUNT(*) FROM (SELECT id FROM events GROUP BY id HAVING COUNT(*) > 1)) AS dups

--@sqlite released
SELECT c.id, c.email, NTILE(5) OVER (ORDER BY COALESCE(t.total, 0), c.id) AS q FROM customers c LEFT JOIN (SELECT customer_id, SUM(amount) AS total FROM orders GROUP BY customer_id) t ON t.customer_id = c.id

--@sqlite released
SELECT a.customer_id, a.id AS first_id, b.id AS second_id, julianday(b.placed_at) - julianday(a.placed_at) AS gap FROM orders a JOIN orders b ON a.customer_id = b.customer_id AND b.placed_at > a.placed_at

--@sqlite released
SELECT customer_id, COUNT(*) AS n, CASE COUNT(*) WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END AS freq FROM orders GROUP BY customer_id HAVING SUM(amount) > (SELECT AVG(amount) FROM orders)

--@sqlite released
SELECT * FROM (SELECT id, balance FROM customers ORDER BY balance DESC, id LIMIT 3) UNION ALL SELECT * FROM (SELECT id, balance FROM customers ORDER BY balance, id LIMIT 3)

--@sqlite released
SELECT id, strftime('%j', placed_at) + 0 AS doy, strftime('%W', placed_at) AS wk, time(placed_at, '+2 hours') AS later, date(placed_at, 'start of year') AS y0, strftime('%d/%m/%Y', placed_at) AS shown, julianday(placed_at) AS jd, CAST(strftime('%H', placed_at) AS INTEGER) / 6 AS quarter_day FROM orders

--@sqlite released
SELECT id, country IN ('DE', 'FR') AS eu, country LIKE '_R' AS r, region GLOB '[ns]*' AS ns, plan NOT LIKE 'x%' AS nx, plan || '' <> 'free' AS paid, region ISNULL AS nul, region NOTNULL AS nn FROM customers

--@sqlite released
WITH RECURSIVE walk(id, lvl, path) AS (SELECT id, 1, id || '' FROM customers WHERE id <= 3 UNION ALL SELECT c.id, w.lvl + 1, w.path || '/' || c.id FROM customers c JOIN walk w ON c.referrer_id = w.id WHERE w.lvl < 6)
SELECT lvl, COUNT(*) AS n, MAX(path) AS p FROM walk GROUP BY lvl

--@sqlite released
SELECT x.region, x.n, y.title FROM (SELECT region, COUNT(*) AS n FROM customers GROUP BY region) AS x NATURAL JOIN regions AS y

--@sqlite released
SELECT json_group_array(json_object('id', id, 'tags', json(tags))) AS docs FROM (SELECT id, tags FROM customers WHERE id < 6 ORDER BY id)

--@sqlite released
SELECT o.id, i.value ->> '$.sku' AS sku, SUM(i.value ->> '$.qty') OVER (PARTITION BY i.value ->> '$.sku' ORDER BY o.placed_at, o.id, i.key) AS cum FROM orders o, json_each(o.items) i

--@sqlite released
SELECT id, CAST(substr(payload ->> 'page', 4) AS INTEGER) AS page_no, payload ->> '$.tags[0]' AS tag0, json_type(payload, '$.tags') AS tt FROM events

--@sqlite released
SELECT PERCENT_RANK() OVER w AS pr, CUME_DIST() OVER w AS cd, RANK() OVER w AS r, DENSE_RANK() OVER w AS dr, id FROM orders WINDOW w AS (ORDER BY amount DESC)

--@sqlite released
SELECT customer_id, MAX(amount) - MIN(amount) AS rng, CAST(julianday(MAX(placed_at)) - julianday(MIN(placed_at)) AS INTEGER) AS days FROM orders GROUP BY customer_id

--@sqlite released
SELECT id, ROUND(balance, 1) AS r, balance / 7 AS d, CAST(balance AS INTEGER) % 7 AS m, -balance AS neg, +balance AS pos, ABS(500 - balance) AS ab, MAX(0, balance - 300) AS relu, CASE WHEN balance > 0 THEN LOG10(balance) END AS lg, EXP(1) AS e FROM customers

--@sqlite released
SELECT status, SUM(amount) AS total, ROUND(100.0 * SUM(amount) / (SELECT SUM(amount) FROM orders), 2) AS pct FROM orders GROUP BY status ORDER BY total DESC

--@sqlite released
SELECT t.plan, t.country, IFNULL(c.n, 0) AS n FROM (SELECT DISTINCT a.plan, b.country FROM customers a, customers b) t LEFT JOIN (SELECT plan, country, COUNT(*) AS n FROM customers GROUP BY plan, country) c USING (plan, country)

--@sqlite released
SELECT region, plan, n, SUM(n) OVER (PARTITION BY region) AS region_n, n * 1.0 / SUM(n) OVER (PARTITION BY region) AS share FROM (SELECT region, plan, COUNT(*) AS n FROM customers GROUP BY 1, 2)

--@sqlite released
SELECT id, group_concat(kind, ',') FILTER (WHERE kind <> 'view') OVER (PARTITION BY customer_id ORDER BY id) AS acts FROM events

--@sqlite released
SELECT MIN(placed_at) AS first, MAX(placed_at) AS last, COUNT(DISTINCT substr(placed_at, 1, 10)) AS days FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE region = 'north' OR plan = 'team')

--@sqlite released
WITH b(lo, hi, name) AS (VALUES (0, 250, 'low'), (250, 750, 'mid'), (750, 1001, 'high')) SELECT b.name, COUNT(c.id) AS n FROM b LEFT JOIN customers c ON c.balance >= b.lo AND c.balance < b.hi GROUP BY b.name

--@sqlite released
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL) AND active ORDER BY id DESC
