--@sqlite released
SELECT c.id, c.email, c.plan, COUNT(o.id) AS n_orders, IFNULL(SUM(o.amount), 0) AS revenue
FROM customers c LEFT JOIN orders o ON o.customer_id = c.id
GROUP BY c.id

--@sqlite released
SELECT strftime('%Y-%m', placed_at) AS month, COUNT(*) AS orders, ROUND(SUM(amount), 2) AS revenue
FROM orders
WHERE status = 'paid'
GROUP BY month
ORDER BY month

--@sqlite released
WITH monthly AS (
    SELECT strftime('%Y-%m', placed_at) AS month, SUM(amount) AS revenue FROM orders GROUP BY 1
)
SELECT month, revenue, revenue - LAG(revenue, 1, 0) OVER (ORDER BY month) AS diff FROM monthly

--@sqlite released
SELECT customer_id, id, amount, SUM(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS running
FROM orders

--@sqlite released
SELECT * FROM (
    SELECT id, customer_id, contact_email, amount,
           DENSE_RANK() OVER (PARTITION BY customer_id ORDER BY amount DESC) AS rk
    FROM orders
) WHERE rk <= 2

--@sqlite released
SELECT email, COUNT(*) AS n FROM customers GROUP BY email HAVING n > 1

--@sqlite released
SELECT id, email FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL)

--@sqlite released
SELECT c.id, c.full_name FROM customers c
WHERE EXISTS (SELECT 1 FROM events e WHERE e.customer_id = c.id AND e.kind = 'buy')

--@sqlite released
SELECT plan, SUM(active) AS active, COUNT(*) - SUM(active) AS inactive, AVG(balance) AS avg_balance
FROM customers GROUP BY plan

--@sqlite released
SELECT plan, COUNT(*) FILTER (WHERE country = 'DE') AS de, COUNT(*) FILTER (WHERE country = 'FR') AS fr,
       COUNT(*) FILTER (WHERE country NOT IN ('DE', 'FR')) AS other
FROM customers GROUP BY plan

--@sqlite released
SELECT id, json_extract(attrs, '$.tier') AS tier, json_extract(attrs, '$.flags.beta') AS beta FROM customers

--@sqlite released
SELECT id, attrs ->> '$.tier' AS tier, attrs -> '$.langs' AS langs FROM customers

--@sqlite released
SELECT o.id, json_extract(j.value, '$.sku') AS sku, json_extract(j.value, '$.qty') AS qty
FROM orders o, json_each(o.items) j

--@sqlite released
SELECT t.value AS tag, COUNT(*) AS n
FROM customers c JOIN json_each(c.tags) t
GROUP BY t.value
ORDER BY n DESC

--@sqlite released
WITH RECURSIVE days(day) AS (
    SELECT '2026-03-01'
    UNION ALL
    SELECT date(day, '+1 day') FROM days WHERE day < '2026-03-31'
)
SELECT d.day, COUNT(e.id) AS n
FROM days d LEFT JOIN events e ON date(e.occurred_at) = d.day
GROUP BY d.day

--@sqlite released
WITH RECURSIVE up(id, parent, depth) AS (
    SELECT id, referrer_id, 0 FROM customers WHERE id = 37
    UNION ALL
    SELECT c.id, c.referrer_id, up.depth + 1 FROM customers c JOIN up ON c.id = up.parent
)
SELECT id, depth FROM up

--@sqlite released
SELECT c.id, CAST(julianday(MIN(o.placed_at)) - julianday(c.created_at) AS INTEGER) AS days_to_order
FROM customers c JOIN orders o ON o.customer_id = c.id
GROUP BY c.id, c.created_at

--@sqlite released
SELECT CAST(amount / 50 AS INTEGER) * 50 AS bin, COUNT(*) AS n FROM orders GROUP BY bin ORDER BY bin

--@sqlite released
SELECT region, MAX(CASE WHEN plan = 'free' THEN n END) AS free, MAX(CASE WHEN plan = 'pro' THEN n END) AS pro,
       MAX(CASE WHEN plan = 'team' THEN n END) AS team
FROM (SELECT region, plan, COUNT(*) AS n FROM customers GROUP BY region, plan)
GROUP BY region

--@sqlite released
SELECT customer_id, placed_at AS ts, 'order' AS what FROM orders
UNION ALL
SELECT customer_id, occurred_at, kind FROM events
ORDER BY 1, 2, 3

--@sqlite released
SELECT contact_email FROM orders EXCEPT SELECT email FROM customers

--@sqlite released
SELECT actor_email FROM events INTERSECT SELECT email FROM customers

--@sqlite released
SELECT o.id AS order_id, c.id AS customer_id, c.plan
FROM orders o INNER JOIN customers c ON o.contact_email = c.email

--@sqlite released
SELECT customer_id, group_concat(kind, '>') AS kinds
FROM (SELECT customer_id, kind FROM events ORDER BY customer_id, occurred_at, id)
GROUP BY customer_id

--@sqlite released
SELECT id, upper(plan) || '-' || coalesce(region, 'none') AS segment, printf('%06d', id) AS key FROM customers

--@sqlite released
SELECT date(placed_at, 'start of month') AS month, date(placed_at, 'start of month', '+1 month', '-1 day') AS month_end, COUNT(*) AS n
FROM orders GROUP BY 1, 2

--@sqlite released
SELECT CASE strftime('%w', occurred_at) WHEN '0' THEN 'sun' WHEN '6' THEN 'sat' ELSE 'weekday' END AS d, COUNT(*) AS n
FROM events GROUP BY 1

--@sqlite released
SELECT id, balance, NTILE(5) OVER (ORDER BY balance, id) AS quintile, PERCENT_RANK() OVER (ORDER BY balance) AS pr FROM customers

--@sqlite released
SELECT r.region, r.title, r.manager_email, COUNT(c.id) AS n
FROM regions r LEFT JOIN customers c ON c.region = r.region
GROUP BY r.region, r.title, r.manager_email

--@sqlite released
SELECT id, email, phone, plan FROM active_customers WHERE balance > 250 ORDER BY balance DESC LIMIT 20

--@sqlite released
SELECT score, COUNT(*) AS n, ROUND(AVG(balance), 2) AS avg_balance FROM customers GROUP BY score ORDER BY score

--@sqlite released
SELECT strftime('%Y', birth_date) AS birth_year, COUNT(*) AS n FROM customers GROUP BY 1

--@sqlite released
SELECT ip, COUNT(*) AS hits FROM orders GROUP BY ip HAVING COUNT(*) > 0 ORDER BY hits DESC

--@sqlite released
SELECT a.id, a.email, b.email AS referrer_email FROM customers a LEFT JOIN customers b ON b.id = a.referrer_id

--@sqlite released
WITH cohort AS (SELECT id, strftime('%Y-%m', created_at) AS cohort FROM customers)
SELECT cohort.cohort, strftime('%Y-%m', o.placed_at) AS month, COUNT(DISTINCT cohort.id) AS buyers
FROM cohort JOIN orders o ON o.customer_id = cohort.id
GROUP BY 1, 2

--@sqlite released
SELECT "Id", "Title", "ownerEmail" FROM Campaigns WHERE "Title" LIKE 'Campaign%'

--@sqlite released
SELECT id, kind, payload ->> 'page' AS page, payload ->> 'ms' AS ms FROM events WHERE payload ->> 'ms' > 300

--@sqlite released
SELECT DISTINCT c.country, c.plan FROM customers c ORDER BY c.country, c.plan

--@sqlite released
SELECT c.id, c.email,
       (SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC, o.id LIMIT 1) AS last_order_id
FROM customers c

--@sqlite released
SELECT id, iif(balance > 500, 'high', 'low') AS band, nullif(plan, 'free') AS paid_plan, min(balance, 500) AS capped FROM customers

--@sqlite released
SELECT id, customer_id, occurred_at,
       (strftime('%s', occurred_at) - strftime('%s', LAG(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id))) / 60 AS gap_min
FROM events

--@sqlite released
SELECT total.plan, total.n, ROUND(100.0 * total.n / SUM(total.n) OVER (), 1) AS pct
FROM (SELECT plan, COUNT(*) AS n FROM customers GROUP BY plan) AS total

--@sqlite released
SELECT AVG(balance) AS median FROM (
    SELECT balance, ROW_NUMBER() OVER (ORDER BY balance) AS rn, COUNT(*) OVER () AS n FROM customers
) WHERE rn IN ((n + 1) / 2, (n + 2) / 2)

--@sqlite released
SELECT c.id, c.email, o.id AS order_id FROM customers c FULL OUTER JOIN orders o ON o.contact_email = c.email

--@sqlite released
SELECT id, first_value(amount) OVER w AS first_amount, last_value(amount) OVER w AS last_amount, nth_value(amount, 2) OVER w AS second
FROM orders
WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)

--@sqlite released
SELECT customer_id, json_group_array(id) AS order_ids, json_object('n', COUNT(*), 'sum', SUM(amount)) AS stats
FROM (SELECT customer_id, id, amount FROM orders ORDER BY id)
GROUP BY customer_id

--@sqlite released
SELECT id, plan, substr(created_at, 1, 10) AS day, replace(plan, 'team', 'business') AS product, length(coalesce(region, '')) AS len FROM customers

--@sqlite released
WITH x AS MATERIALIZED (SELECT customer_id, SUM(amount) AS s FROM orders WHERE status <> 'refunded' GROUP BY customer_id)
SELECT c.id, c.phone, x.s FROM customers c JOIN x ON x.customer_id = c.id WHERE x.s > (SELECT AVG(s) FROM x)

--@sqlite released
SELECT plan, country, COUNT(*) AS n, total(balance) AS total FROM customers WHERE (plan, country) IN (VALUES ('free', 'DE'), ('pro', 'FR'), ('team', 'US')) GROUP BY plan, country

--@sqlite released
SELECT full_name, national_id, birth_date, email FROM customers WHERE active = 1 AND referrer_id IS NOT NULL ORDER BY created_at LIMIT 10 OFFSET 5

--@sqlite released
with base as (
    select e.customer_id, e.kind, date(e.occurred_at) as day, e.payload ->> '$.ms' as ms from events e
), agg as (
    select customer_id, day, count(*) as n, sum(ms) as ms, sum(kind = 'buy') as buys from base group by customer_id, day
)
select agg.*, c.email, c.plan, lag(agg.n) over (partition by agg.customer_id order by agg.day) as prev_n
from agg join customers c on c.id = agg.customer_id

--@sqlite released
SELECT c.*, o.n FROM customers c LEFT JOIN (SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id) o ON o.customer_id = c.id

--@sqlite released
SELECT id, plan GLOB 'p*' AS p, plan LIKE '%e%' AS e, instr(plan, 'r') AS pos, trim(' ' || plan) AS t, substr(plan, -2) AS tail, hex(plan) AS h, quote(plan) AS q FROM customers

--@sqlite released
SELECT datetime(placed_at, '-1 day') AS prev, time(placed_at) AS t, strftime('%s', placed_at) AS epoch, unixepoch(placed_at) AS ue, id FROM orders

--@sqlite released
SELECT id, CAST(strftime('%m', created_at) AS INTEGER) AS m, (CAST(strftime('%m', created_at) AS INTEGER) + 2) / 3 AS q FROM customers

--@sqlite released
SELECT e.id, k.key, k.type, k.atom FROM events e, json_each(e.payload) k WHERE k.type <> 'array'

--@sqlite released
SELECT id, json_array_length(attrs, '$.langs') AS n, json_type(attrs, '$.flags') AS t, json_extract(attrs, '$.langs[0]') AS l0, json_valid(attrs) AS ok FROM customers

--@sqlite released
SELECT fullkey, COUNT(*) AS n FROM customers, json_tree(customers.attrs) WHERE json_tree.type NOT IN ('object', 'array') GROUP BY fullkey

--@sqlite released
WITH RECURSIVE seq(n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM seq WHERE n < 9)
SELECT seq.n * 100 AS lo, COUNT(c.id) AS n_customers FROM seq LEFT JOIN customers c ON c.balance >= seq.n * 100 AND c.balance < (seq.n + 1) * 100 GROUP BY seq.n

--@sqlite released
SELECT region, email, MAX(balance) AS top FROM customers WHERE region IS NOT NULL GROUP BY region

--@sqlite released
SELECT min(email) AS e, region FROM customers GROUP BY region

--@sqlite released
SELECT COUNT(*) AS n, COUNT(email) AS e, COUNT(DISTINCT email) AS de, SUM(email IS NULL) AS missing FROM customers

--@sqlite released
SELECT customer_id, amount, AVG(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma, COUNT(*) FILTER (WHERE status = 'paid') OVER (PARTITION BY customer_id) AS paid FROM orders

--@sqlite released
SELECT id, SUM(balance) OVER (ORDER BY created_at, id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s, LEAD(id, 2, -1) OVER (ORDER BY created_at, id) AS nx FROM customers

--@sqlite released
SELECT plan, country, cnt FROM (SELECT plan, country, COUNT(*) AS cnt, RANK() OVER (PARTITION BY plan ORDER BY COUNT(*) DESC, country) AS rk FROM customers GROUP BY plan, country) WHERE rk = 1

--@sqlite released
SELECT a.email, COUNT(*) AS pairs FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id GROUP BY a.email

--@sqlite released
SELECT o.customer_id, o.id FROM orders o WHERE o.amount = (SELECT MAX(x.amount) FROM orders x WHERE x.customer_id = o.customer_id)

--@sqlite released
SELECT 'customers' AS t, COUNT(*) AS n FROM customers UNION ALL SELECT 'orders', COUNT(*) FROM orders UNION ALL SELECT 'events', COUNT(*) FROM events

--@sqlite released
SELECT round(sum(balance * balance) / count(*) - avg(balance) * avg(balance), 2) AS var, max(balance) - min(balance) AS rng, abs(min(balance - 500)) AS a FROM customers

--@sqlite released
SELECT customer_id FROM orders WHERE status = 'paid' INTERSECT SELECT customer_id FROM events WHERE kind = 'buy' ORDER BY 1 LIMIT 10

--@sqlite released
SELECT c.id, t.title FROM customers c NATURAL JOIN regions t

--@sqlite released
SELECT id, email IN (SELECT contact_email FROM orders) AS ordered_by_mail, balance IS NOT DISTINCT FROM 100 AS same FROM customers

--@sqlite released
SELECT id % 10 AS fold, COUNT(*) AS n, SUM(CASE WHEN active THEN 1 ELSE 0 END) * 1.0 / COUNT(*) AS rate FROM customers GROUP BY id % 10
