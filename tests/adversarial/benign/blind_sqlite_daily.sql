--@sqlite released
SELECT id, email, plan FROM (SELECT id, email, plan, row_number() OVER (PARTITION BY email ORDER BY created_at DESC, id DESC) AS rn FROM customers) WHERE rn = 1

--@sqlite released
SELECT strftime('%Y-%m', placed_at) AS ym, status, count(*) AS n, round(sum(amount), 2) AS total FROM orders GROUP BY 1, 2 ORDER BY 1, 2

--@sqlite released
SELECT date(placed_at) AS d, count(*) AS n FROM orders WHERE date(placed_at) >= date('2026-03-01') GROUP BY d

--@sqlite released
SELECT id, julianday(placed_at) - julianday('2026-01-01') AS days, date(placed_at, 'start of month') AS m, date(placed_at, '+1 month', '-1 day') AS x, strftime('%s', placed_at) AS ep FROM orders

--@sqlite released
WITH gaps AS (
    SELECT id, customer_id, occurred_at, lag(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS prev FROM events
)
SELECT id, customer_id, sum(CASE WHEN prev IS NULL OR (julianday(occurred_at) - julianday(prev)) * 1440 > 30 THEN 1 ELSE 0 END) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS s FROM gaps

--@sqlite released
SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)

--@sqlite released
SELECT c.id, o.id AS oid FROM customers c LEFT OUTER JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL

--@sqlite released
WITH RECURSIVE tree(id, referrer_id, depth) AS (
    SELECT id, referrer_id, 0 FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, c.referrer_id, t.depth + 1 FROM customers c JOIN tree t ON c.referrer_id = t.id
)
SELECT * FROM tree

--@sqlite released
WITH RECURSIVE days(d) AS (SELECT '2026-02-01' UNION ALL SELECT date(d, '+1 day') FROM days WHERE d < '2026-02-28')
SELECT days.d, count(o.id) AS n FROM days LEFT JOIN orders o ON date(o.placed_at) = days.d GROUP BY days.d

--@sqlite released
SELECT id, json_extract(attrs, '$.tier') AS tier, attrs ->> '$.flags.beta' AS beta, json_array_length(attrs, '$.langs') AS n FROM customers

--@sqlite released
SELECT o.id, json_extract(i.value, '$.sku') AS sku, json_extract(i.value, '$.qty') AS qty FROM orders o, json_each(o.items) i

--@sqlite released
SELECT t.value AS tag, count(*) AS n FROM customers c JOIN json_each(c.tags) t GROUP BY t.value

--@sqlite released
SELECT region, SUM(CASE WHEN plan = 'free' THEN 1 ELSE 0 END) AS free, SUM(CASE WHEN plan = 'pro' THEN 1 ELSE 0 END) AS pro, SUM(plan = 'team') AS team FROM customers GROUP BY region

--@sqlite released
SELECT plan, avg(balance) AS a, total(balance) AS t, min(balance) AS mn, max(balance) AS mx, group_concat(DISTINCT country) IS NOT NULL AS c FROM customers GROUP BY plan

--@sqlite released
SELECT id, sum(balance) OVER (PARTITION BY plan ORDER BY id) AS running, avg(balance) OVER (PARTITION BY plan ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma FROM customers

--@sqlite released
SELECT id, rank() OVER w AS r, dense_rank() OVER w AS d, percent_rank() OVER w AS pr, ntile(3) OVER (ORDER BY balance, id) AS t FROM customers WINDOW w AS (ORDER BY balance DESC)

--@sqlite released
SELECT 'customers' AS src, count(*) AS n FROM customers UNION ALL SELECT 'orders', count(*) FROM orders

--@sqlite released
SELECT email FROM customers INTERSECT SELECT contact_email FROM orders

--@sqlite released
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders

--@sqlite released
SELECT email, count(*) n FROM customers WHERE email IS NOT NULL GROUP BY email HAVING n > 1

--@sqlite released
SELECT c.id, c.plan, r.title FROM customers c JOIN regions r USING (region)

--@sqlite released
SELECT id, upper(plan) || '-' || ifnull(lower(region), 'none') AS slug, substr(country, 1, 1) AS c1, replace(plan, 'e', '3') AS l, trim('  x ') AS t, length(plan) AS n, instr(plan, 'r') AS p, printf('%05d', id) AS code FROM customers

--@sqlite released
SELECT id, CASE WHEN balance < 100 THEN 'low' WHEN balance < 500 THEN 'mid' ELSE 'high' END AS bucket, CAST(balance AS INTEGER) / 100 AS b, round(balance, 1) AS r1, abs(balance - 500) AS d, id % 5 AS shard FROM customers

--@sqlite released
SELECT m.column1 AS code, m.column2 AS label, count(c.id) AS n FROM (VALUES ('free', 'Free'), ('pro', 'Pro')) m LEFT JOIN customers c ON c.plan = m.column1 GROUP BY 1, 2

--@sqlite released
WITH labels(code, label) AS (VALUES ('free', 'Free'), ('pro', 'Pro'), ('team', 'Team')) SELECT l.label, count(*) AS n FROM customers c JOIN labels l ON l.code = c.plan GROUP BY l.label

--@sqlite released
SELECT id, coalesce(region, country, '?') AS r, nullif(plan, 'free') AS p, iif(active, 'y', 'n') AS a, max(balance, 100) AS g, min(score, 50) AS l FROM customers

--@sqlite released
SELECT customer_id, count(*) FILTER (WHERE kind = 'view') AS v, count(*) FILTER (WHERE kind = 'buy') AS b FROM events GROUP BY customer_id

--@sqlite released
SELECT id, status FROM orders WHERE status LIKE 'p%' AND status NOT LIKE '%x' AND status GLOB 'p*' AND amount BETWEEN 10 AND 200

--@sqlite released
SELECT id, plan, email FROM customers WHERE (plan, country) IN (VALUES ('pro', 'FR'), ('free', 'DE'))

--@sqlite released
SELECT a.id AS l, b.id AS r FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id

--@sqlite released
SELECT customer_id, max(placed_at) AS last_at, (SELECT o2.status FROM orders o2 WHERE o2.customer_id = o.customer_id ORDER BY o2.placed_at DESC, o2.id DESC LIMIT 1) AS last_status FROM orders o GROUP BY customer_id

--@sqlite released
SELECT id, amount, amount - lag(amount, 1, 0) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS delta, first_value(id) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS f FROM orders

--@sqlite released
SELECT kind, avg(json_extract(payload, '$.ms')) AS ms, max(payload ->> 'ms') AS mx FROM events GROUP BY kind

--@sqlite released
WITH first AS (SELECT customer_id, min(strftime('%Y-%m', placed_at)) AS cohort FROM orders GROUP BY customer_id)
SELECT cohort, strftime('%Y-%m', o.placed_at) AS ym, count(DISTINCT o.customer_id) AS n FROM first JOIN orders o USING (customer_id) GROUP BY cohort, ym

--@sqlite released
SELECT customer_id, json_group_array(kind) AS path FROM (SELECT customer_id, kind FROM events ORDER BY occurred_at, id) GROUP BY customer_id

--@sqlite released
SELECT json_group_object(plan, n) AS o FROM (SELECT plan, count(*) AS n FROM customers GROUP BY plan ORDER BY plan)

--@sqlite released
SELECT json_object('id', id, 'plan', plan, 'tags', json(tags)) AS doc FROM customers WHERE active

--@sqlite released
SELECT "Id", "Title", "ownerEmail" FROM "Campaigns"

--@sqlite released
SELECT [Id], [Title] FROM [Campaigns]

--@sqlite released
SELECT id, strftime('%w', placed_at) AS dow, CAST(strftime('%H', placed_at) AS INTEGER) AS hr FROM orders WHERE status <> 'open'

--@sqlite released
SELECT avg(balance) AS median FROM (
    SELECT balance, row_number() OVER (ORDER BY balance) AS rn, count(*) OVER () AS n FROM customers
) WHERE rn IN ((n + 1) / 2, (n + 2) / 2)

--@sqlite released
SELECT plan, count(*) * 100.0 / (SELECT count(*) FROM customers) AS pct FROM customers GROUP BY plan

--@sqlite released
SELECT plan, sum(balance) AS s, round(100.0 * sum(balance) / sum(sum(balance)) OVER (), 2) AS pct FROM customers GROUP BY plan

--@sqlite released
SELECT id, notes, email FROM customers WHERE active = 1 AND created_at >= '2026-02-01' AND created_at < '2026-05-01'

--@sqlite released
SELECT id, substr(phone, -2) AS last2, strftime('%Y', birth_date) AS y, score + 5 AS mid FROM customers

--@sqlite released
SELECT DISTINCT plan, region FROM customers ORDER BY plan, region

--@sqlite released
SELECT count(DISTINCT email), count(email), count(*) FROM customers

--@sqlite released
SELECT o.*, c.plan FROM (SELECT id, customer_id, amount FROM orders) AS o, customers AS c WHERE c.id = o.customer_id

--@sqlite released
SELECT id, amount FROM orders WHERE amount > (SELECT avg(amount) FROM orders) ORDER BY amount DESC, id LIMIT 10 OFFSET 2

--@sqlite released
WITH f AS (SELECT customer_id, min(CASE WHEN kind='view' THEN occurred_at END) v, min(CASE WHEN kind='buy' THEN occurred_at END) b FROM events GROUP BY customer_id)
SELECT count(*) AS n, count(v) AS viewed, sum(b > v) AS bought FROM f

--@sqlite released
SELECT id, plan IS 'free' AS f, region IS NOT NULL AS r, country COLLATE NOCASE = 'de' AS de, NOT active AS off FROM customers

--@sqlite released
SELECT id, hex(plan) AS h, quote(plan) AS q, typeof(balance) AS t, unicode(plan) AS u, char(65, 66) AS ab FROM customers

--@sqlite released
SELECT id, datetime(occurred_at, '+2 hours') AS local, time(occurred_at) AS t, unixepoch(occurred_at) AS e, strftime('%Y-W%W', occurred_at) AS w FROM events

--@sqlite released
SELECT c.id, sum(o.amount) AS t FROM customers c NATURAL JOIN (SELECT customer_id AS id, amount FROM orders) o GROUP BY c.id

--@sqlite released
SELECT id, row_number() OVER () IS NOT NULL AS x, lead(id) OVER (ORDER BY id) AS nxt, nth_value(id, 2) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second FROM customers

--@sqlite released
SELECT d.key AS k, d.value AS v, count(*) AS n FROM customers c, json_each(c.attrs, '$.flags') d GROUP BY 1, 2

--@sqlite released
SELECT t.fullkey, t.atom, count(*) AS n FROM customers, json_tree(customers.attrs) AS t WHERE t.atom IS NOT NULL GROUP BY 1, 2

--@sqlite released
SELECT id FROM customers WHERE tags LIKE '%"vip"%' AND id IN (SELECT customer_id FROM orders WHERE status IN ('paid', 'open') GROUP BY customer_id HAVING count(*) >= 2)

--@sqlite released
SELECT exists(SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status = 'refunded') AS refunded, count(*) AS n FROM customers c GROUP BY 1

--@sqlite released
SELECT c.region, c.n, avg(c.n) OVER (ORDER BY c.region ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS nb FROM (SELECT region, count(*) AS n FROM customers GROUP BY region) c
