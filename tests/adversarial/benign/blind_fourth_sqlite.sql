--@sqlite released
SELECT strftime('%Y-%m', placed_at) AS month, count(*) AS n, round(sum(amount), 2) AS revenue
FROM orders WHERE status = 'paid' GROUP BY 1 ORDER BY 1

--@sqlite released
WITH RECURSIVE days(d) AS (
    SELECT date('2026-02-01') UNION ALL SELECT date(d, '+1 day') FROM days WHERE d < '2026-02-28'
)
SELECT d, count(o.id) AS n FROM days LEFT JOIN orders o ON date(o.placed_at) = d GROUP BY d

--@sqlite released
SELECT * FROM (
    SELECT o.id, o.customer_id, o.amount, row_number() OVER (PARTITION BY customer_id ORDER BY placed_at DESC, id DESC) AS rn FROM orders o
) WHERE rn = 1

--@sqlite released
SELECT c.id, json_extract(c.attrs, '$.tier') AS tier, c.attrs ->> '$.flags.beta' AS beta, json_array_length(c.attrs, '$.langs') AS n
FROM customers c

--@sqlite released
SELECT o.id, json_extract(i.value, '$.sku') AS sku, json_extract(i.value, '$.qty') AS qty, i.key AS line
FROM orders o, json_each(o.items) i

--@sqlite released
SELECT t.value AS tag, count(*) AS n FROM customers c JOIN json_each(c.tags) t GROUP BY t.value

--@sqlite released
SELECT plan, count(*) FILTER (WHERE active) AS n_active, total(balance) AS total, group_concat(DISTINCT country) IS NOT NULL AS has, avg(balance) AS a
FROM customers GROUP BY plan

--@sqlite released
SELECT julianday('2026-06-01') - julianday(max(placed_at)) AS recency, customer_id FROM orders GROUP BY customer_id

--@sqlite released
SELECT customer_id, occurred_at, sum(is_new) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS session
FROM (
  SELECT id, customer_id, occurred_at,
         CASE WHEN lag(occurred_at) OVER w IS NULL OR (julianday(occurred_at) - julianday(lag(occurred_at) OVER w)) * 24 * 60 > 30 THEN 1 ELSE 0 END AS is_new
  FROM events WINDOW w AS (PARTITION BY customer_id ORDER BY occurred_at, id)
)

--@sqlite released
SELECT id FROM customers WHERE active = 1 EXCEPT SELECT customer_id FROM orders

--@sqlite released
SELECT email, count(*) AS n FROM customers GROUP BY email HAVING n > 1

--@sqlite released
SELECT id, iif(balance > 500, 'high', 'low') AS band, ifnull(region, 'unknown') AS region, nullif(plan, 'free') AS paid_plan,
       coalesce(referrer_id, 0) AS ref, upper(substr(plan, 1, 1)) || substr(plan, 2) AS label
FROM customers

--@sqlite released
SELECT printf('%06d', id) AS key, printf('%.1f', balance) AS b, instr(region, 'o') AS pos, replace(region, 'north', 'N') AS r,
       length(region) AS len, trim('  x ') AS t, hex(id % 16) AS hx, quote(plan) AS q, unicode(plan) AS u, char(65 + id % 26) AS ch
FROM customers

--@sqlite released
WITH RECURSIVE tree(id, depth, path) AS (
    SELECT id, 0, CAST(id AS TEXT) FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, t.depth + 1, t.path || '/' || c.id FROM customers c JOIN tree t ON c.referrer_id = t.id
)
SELECT id, depth, path FROM tree ORDER BY path

--@sqlite released
SELECT c.id, c.email, o.n, o.total
FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS n, sum(amount) AS total FROM orders GROUP BY customer_id) o ON o.customer_id = c.id
WHERE c.plan IN ('pro', 'team') AND c.created_at BETWEEN '2026-02-01' AND '2026-05-31'

--@sqlite released
SELECT customer_id, amount, sum(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id ROWS UNBOUNDED PRECEDING) AS running,
       avg(amount) OVER (ORDER BY placed_at, id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS ma7,
       ntile(5) OVER (ORDER BY amount, id) AS quintile, percent_rank() OVER (ORDER BY amount) AS pr
FROM orders

--@sqlite released
SELECT a.id, b.id AS ref, a.plan IS b.plan AS same_plan, a.region IS NOT b.region AS moved
FROM customers a LEFT JOIN customers b ON a.referrer_id = b.id

--@sqlite released
SELECT max(CASE WHEN kind = 'view' THEN n END) AS views, max(CASE WHEN kind = 'click' THEN n END) AS clicks,
       max(CASE WHEN kind = 'buy' THEN n END) AS buys, customer_id
FROM (SELECT customer_id, kind, count(*) AS n FROM events GROUP BY customer_id, kind) GROUP BY customer_id

--@sqlite released
SELECT strftime('%w', occurred_at) AS dow, strftime('%H', occurred_at) AS hour, kind, count(*) AS n FROM events GROUP BY dow, hour, kind

--@sqlite released
SELECT date(placed_at, 'start of month') AS month_start, date(placed_at, 'start of month', '+1 month', '-1 day') AS month_end,
       unixepoch(placed_at) AS ts, datetime(placed_at, '+2 hours') AS local, time(placed_at) AS t, strftime('%j', placed_at) AS doy
FROM orders

--@sqlite released
SELECT 'orders' AS src, count(*) AS n, max(placed_at) AS newest FROM orders UNION ALL SELECT 'events', count(*), max(occurred_at) FROM events

--@sqlite released
SELECT json_object('id', id, 'plan', plan, 'attrs', json(attrs)) AS doc FROM customers WHERE id < 10

--@sqlite released
SELECT plan, json_group_array(id) AS ids, json_group_object(id, country) AS m FROM (SELECT * FROM customers ORDER BY id) GROUP BY plan

--@sqlite released
SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.customer_id = c.id AND e.kind = 'buy')

--@sqlite released
SELECT c.region, r.title, count(*) AS n FROM customers c NATURAL LEFT JOIN regions r GROUP BY 1, 2

--@sqlite released
SELECT o.customer_id, count(*) AS n FROM orders o WHERE o.amount > (SELECT avg(amount) FROM orders i WHERE i.customer_id = o.customer_id) GROUP BY 1

--@sqlite released
SELECT id, plan GLOB 'p*' AS p, country LIKE 'd%' AS d FROM customers WHERE region LIKE '%th' ESCAPE '\'

--@sqlite released
SELECT abs(balance - 500) AS dist, round(balance, 0) AS r, max(balance, 100) AS floored, min(balance, 900) AS capped, id % 5 AS fold,
       CAST(balance AS INTEGER) / 100 AS bucket, typeof(balance) AS ty
FROM customers

--@sqlite released
SELECT CAST(balance / 100 AS INTEGER) * 100 AS bin, count(*) AS n FROM customers GROUP BY bin ORDER BY bin

--@sqlite released
SELECT e.id, e.payload ->> 'page' AS page, CAST(e.payload ->> '$.ms' AS INTEGER) AS ms FROM events e WHERE e.payload ->> 'page' IN ('/p/1', '/p/2')

--@sqlite released
SELECT id, (SELECT group_concat(value, '|') FROM json_each(tags)) AS tag_list FROM customers

--@sqlite released
SELECT x.column1 AS plan, x.column2 AS price, count(c.id) AS n FROM (VALUES ('free', 0), ('pro', 20), ('team', 50)) x LEFT JOIN customers c ON c.plan = x.column1 GROUP BY 1, 2

--@sqlite released
WITH prices(plan, price) AS (VALUES ('free', 0), ('pro', 20), ('team', 50))
SELECT plan, price * count(*) AS mrr FROM customers JOIN prices USING (plan) WHERE active GROUP BY plan

--@sqlite released
SELECT customer_id, min(placed_at) AS first_at, lead(min(placed_at)) OVER (ORDER BY min(placed_at), customer_id) AS next_first FROM orders GROUP BY customer_id

--@sqlite released
WITH r AS (SELECT balance, row_number() OVER (ORDER BY balance) AS rn, count(*) OVER () AS n FROM customers)
SELECT avg(balance) AS median FROM r WHERE rn IN ((n + 1) / 2, (n + 2) / 2)

--@sqlite released
SELECT strftime('%Y', birth_date) AS born, count(*) AS n FROM customers GROUP BY born

--@sqlite released
SELECT score / 20 AS bucket, count(*) AS n, avg(balance) AS avg_balance FROM customers GROUP BY bucket

--@sqlite released
SELECT sum(region IS NULL) AS null_regions, sum(email IS NULL) AS null_emails, count(DISTINCT email) AS emails, count(*) AS n FROM customers

--@sqlite released
SELECT * FROM customers WHERE (plan, country) IN (VALUES ('free', 'DE'), ('pro', 'FR'))

--@sqlite released
SELECT [id], "plan", `region` FROM [customers] ORDER BY [id] DESC LIMIT 5 OFFSET 10

--@sqlite released
SELECT c.*, o.amount FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.status = 'refunded'

--@sqlite released
WITH m AS (SELECT substr(placed_at, 1, 7) AS ym, sum(amount) AS rev FROM orders GROUP BY 1)
SELECT ym, rev, round(100.0 * (rev - lag(rev) OVER (ORDER BY ym)) / lag(rev) OVER (ORDER BY ym), 1) AS growth FROM m

--@sqlite released
SELECT customer_id, first_value(status) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS first_status,
       nth_value(amount, 2) OVER (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second_amount
FROM orders

--@sqlite released
SELECT customers.id, json_each.value AS lang FROM customers, json_each(customers.attrs, '$.langs') WHERE json_each.value <> 'en'

--@sqlite released
SELECT count(*) AS n, sum(amount) AS s, sum(amount * amount) / count(*) - avg(amount) * avg(amount) AS variance FROM orders

--@sqlite released
SELECT t.fullkey, t.atom, t.type FROM customers c, json_tree(c.attrs) t WHERE c.id = 3 AND t.atom IS NOT NULL

--@sqlite released
SELECT id, sqrt(balance) AS root, ln(balance + 1) AS lnb, power(id, 2) AS sq, ceil(balance) AS up, floor(balance) AS dn, sign(balance - 500) AS sg FROM customers

--@sqlite released
SELECT id, CASE WHEN EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) THEN 1 ELSE 0 END AS has_order, length(coalesce(plan, '')) AS l FROM customers c

--@sqlite released
SELECT o.id, o.placed_at, c.id AS cid FROM orders o FULL OUTER JOIN customers c ON c.id = o.customer_id WHERE o.id IS NULL OR c.active

--@sqlite released
SELECT group_concat(kind, '>' ) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS path, id FROM events
