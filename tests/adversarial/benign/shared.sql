--@all released
SELECT id, email, plan, region, created_at FROM customers WHERE created_at >= '2026-02-01' ORDER BY id
--@all released
SELECT * FROM customers
--@all released
SELECT c.*, o.amount, o.status FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.amount > 100
--@all released
SELECT plan, count(*) AS n, sum(balance) AS total, avg(balance) AS mean, min(created_at) AS first_seen FROM customers GROUP BY plan HAVING count(*) > 2 ORDER BY n DESC, plan
--@all released
WITH ranked AS (
  SELECT o.*, row_number() OVER (PARTITION BY customer_id ORDER BY placed_at DESC, id DESC) AS rn FROM orders o
)
SELECT customer_id, id AS order_id, amount, status FROM ranked WHERE rn = 1
--@all released
WITH monthly AS (
  SELECT customer_id, count(*) AS orders, sum(amount) AS revenue
  FROM orders WHERE status IN ('paid', 'open') GROUP BY customer_id
), tiers AS (
  SELECT customer_id, revenue, CASE WHEN revenue > 500 THEN 'high' WHEN revenue > 200 THEN 'mid' ELSE 'low' END AS tier FROM monthly
)
SELECT c.email, t.tier, t.revenue FROM tiers t JOIN customers c ON c.id = t.customer_id
--@all released
SELECT region, sum(CASE WHEN plan = 'pro' THEN 1 ELSE 0 END) AS pro, sum(CASE WHEN plan = 'free' THEN 1 ELSE 0 END) AS free, sum(CASE WHEN plan = 'team' THEN balance ELSE 0 END) AS team_balance FROM customers GROUP BY region
--@all released
SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL
--@all released
SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.customer_id = c.id AND e.kind = 'buy')
--@all released
SELECT a.id, b.id AS referrer, b.plan AS referrer_plan FROM customers a JOIN customers b ON a.referrer_id = b.id
--@all released
WITH RECURSIVE chain(id, root, depth) AS (
  SELECT id, id, 0 FROM customers WHERE referrer_id IS NULL
  UNION ALL
  SELECT c.id, chain.root, chain.depth + 1 FROM customers c JOIN chain ON c.referrer_id = chain.id
)
SELECT root, max(depth) AS depth, count(*) AS members FROM chain GROUP BY root
--@all released
SELECT o.id, o.amount, o.amount - avg(o.amount) OVER (PARTITION BY o.status) AS diff, sum(o.amount) OVER (ORDER BY o.placed_at, o.id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM orders o
--@all released
SELECT id, lag(amount, 1) OVER w AS prev, lead(amount) OVER w AS next, first_value(amount) OVER w AS first FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id)
--@all released
SELECT email, count(*) AS n FROM customers GROUP BY email HAVING count(*) > 1
--@all released
SELECT count(DISTINCT email) AS people, count(DISTINCT contact_email) AS contacts FROM customers LEFT JOIN orders ON contact_email = email
--@all released
SELECT c.id, count(o.id) AS n FROM customers c LEFT JOIN orders o ON o.contact_email = c.email GROUP BY c.id
--@all released
SELECT email FROM customers UNION SELECT contact_email FROM orders UNION SELECT actor_email FROM events
--@all released
SELECT email FROM customers EXCEPT SELECT contact_email FROM orders
--@all released
SELECT customer_id FROM orders INTERSECT SELECT customer_id FROM events
--@all released
SELECT upper(plan) AS plan, lower(status) AS status, trim(region) AS region, replace(plan, 'o', '0') AS p0, substr(region, 1, 3) AS abbr, length(plan) AS len FROM customers JOIN orders ON customer_id = customers.id
--@all released
SELECT id, coalesce(region, 'unknown') AS region, nullif(plan, 'free') AS paid_plan, abs(balance - 500) AS off, round(balance / 3, 2) AS third FROM customers
--@all released
SELECT region, plan, count(*) AS n FROM customers WHERE region IS NOT NULL AND plan <> 'team' AND (balance BETWEEN 10 AND 900 OR active) GROUP BY region, plan ORDER BY region, plan
--@all released
SELECT title, n FROM regions r JOIN (SELECT region, count(*) AS n FROM customers GROUP BY region) c USING (region)
--@all released
SELECT region, title, c.id FROM regions LEFT JOIN customers c USING (region)
--@all released
SELECT id, title FROM (SELECT id, region FROM customers) a NATURAL JOIN (SELECT region, title FROM regions) b
--@all released
SELECT id, phone, birth_date, score FROM customers WHERE score >= 50
--@all released
SELECT score, count(*) AS n FROM customers GROUP BY score ORDER BY score
--@all released
SELECT (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS orders, (SELECT max(e.occurred_at) FROM events e WHERE e.customer_id = c.id) AS last_event, c.id FROM customers c
--@all released
SELECT id FROM customers WHERE balance > (SELECT avg(balance) FROM customers)
--@all released | {"address": "nobody@example.com"}
SELECT id, plan FROM customers WHERE email = :address
--@all released | {"since": "2026-03-01", "status": "paid"}
SELECT id, amount FROM orders WHERE placed_at >= :since AND status = :status
--@all released
SELECT e.kind, count(*) AS n, count(DISTINCT e.actor_email) AS actors FROM events e GROUP BY e.kind
--@all released
SELECT ntile(4) OVER (ORDER BY amount, id) AS quartile, rank() OVER (ORDER BY amount DESC) AS rk, dense_rank() OVER (ORDER BY status) AS dr, id FROM orders
--@all released
SELECT id, notes FROM customers WHERE notes IS NOT NULL
--@all released
SELECT o.id, o.ship_note, c.notes FROM orders o JOIN customers c ON c.id = o.customer_id
--@all released
SELECT id, email, plan FROM active_customers WHERE balance > 100
--@postgres,duckdb,sqlite released
SELECT "Id", "Title", "ownerEmail" FROM "Campaigns" WHERE "Id" > 1
--@all released
SELECT full_name, national_id, ip FROM customers JOIN orders ON orders.customer_id = customers.id
--@postgres,duckdb,sqlite released
SELECT count(*) FILTER (WHERE status = 'paid') AS paid, sum(amount) FILTER (WHERE status = 'refunded') AS refunded, count(*) AS n FROM orders
--@all released
SELECT id FROM orders WHERE status LIKE 'p%' AND id NOT IN (SELECT id FROM orders WHERE amount < 50)
--@all released
SELECT plan, region FROM customers GROUP BY plan, region ORDER BY count(*) DESC, plan, region LIMIT 5
--@all released
SELECT * FROM (SELECT id, plan FROM customers ORDER BY id LIMIT 10) t ORDER BY id DESC LIMIT 3
--@postgres,duckdb,sqlite released
SELECT CAST(balance AS INTEGER) AS whole, CAST(id AS TEXT) AS key, balance * 1.19 AS gross, id % 5 AS bucket FROM customers
--@all released
SELECT a.kind AS first_kind, b.kind AS second_kind, count(*) AS n FROM events a JOIN events b ON a.customer_id = b.customer_id AND b.id > a.id GROUP BY a.kind, b.kind
--@all released
SELECT id, email FROM customers ORDER BY email, id
--@all released
SELECT max(email) AS sample, plan FROM customers GROUP BY plan
--@all released
SELECT id, CASE region WHEN 'north' THEN 'N' WHEN 'south' THEN 'S' END AS r, CASE WHEN email IS NULL THEN 'missing' ELSE 'present' END AS has_email FROM customers
--@all released
SELECT customer_id, amount, sum(amount) OVER (PARTITION BY customer_id) AS total, 100.0 * amount / nullif(sum(amount) OVER (PARTITION BY customer_id), 0) AS share FROM orders
--@all released
SELECT DISTINCT plan, region, active FROM customers
--@all released
SELECT 'customers' AS tbl, count(*) AS n FROM customers UNION ALL SELECT 'orders', count(*) FROM orders UNION ALL SELECT 'events', count(*) FROM events
--@all released
SELECT c1.id AS a, c2.id AS b FROM customers c1, customers c2 WHERE c1.email = c2.email AND c1.id < c2.id
--@all released
SELECT id, email IS NOT NULL AS has_email, active AND balance > 100 AS good FROM customers
--@all released
SELECT CASE WHEN count(*) > 10 THEN 'many' ELSE 'few' END AS size, plan FROM customers GROUP BY plan
--@all released
SELECT coalesce(c.email, o.contact_email) AS address, o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
--@all released
SELECT id, min(email) OVER (PARTITION BY plan) AS anchor, count(*) OVER (PARTITION BY email) AS dup FROM customers
--@all released
SELECT customer_id, email FROM orders JOIN customers ON customers.id = customer_id WHERE contact_email IN (SELECT manager_email FROM regions) OR contact_email <> email
--@all released
SELECT id FROM customers WHERE (plan, region) IN (SELECT plan, region FROM customers GROUP BY plan, region HAVING count(*) > 1)
