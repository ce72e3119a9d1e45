--@sqlite released
SELECT strftime('%Y-%m', placed_at) AS month, status, count(*) AS orders, round(sum(amount), 2) AS revenue
FROM orders
GROUP BY 1, 2
ORDER BY 1, 2

--@sqlite released
WITH RECURSIVE days(d) AS (
  SELECT date('2026-02-01')
  UNION ALL
  SELECT date(d, '+1 day') FROM days WHERE d < '2026-05-31'
)
SELECT days.d AS day,
       count(o.id) AS n_orders,
       coalesce(round(sum(o.amount), 2), 0) AS revenue
FROM days
LEFT JOIN orders o ON date(o.placed_at) = days.d
GROUP BY days.d
ORDER BY days.d

--@sqlite released
SELECT o.id AS order_id, je.key AS line_no, je.value ->> '$.sku' AS sku, CAST(je.value ->> '$.qty' AS INTEGER) AS qty
FROM orders AS o, json_each(o.items) AS je
WHERE o.status <> 'refunded'
ORDER BY o.id, je.key

--@sqlite released
select json_extract(i.value, '$.sku') as sku,
       sum(json_extract(i.value, '$.qty')) as units,
       count(distinct o.id) as orders_with_sku,
       count(distinct o.customer_id) as buyers
from orders o join json_each(o.items) i
where o.status = 'paid'
group by sku
having units > 1
order by units desc, sku
limit 10

--@sqlite released
SELECT id, customer_id, placed_at, amount,
       row_number() OVER w AS order_seq,
       round(sum(amount) OVER (w ROWS UNBOUNDED PRECEDING), 2) AS running_total,
       round(julianday(placed_at) - julianday(lag(placed_at) OVER w), 3) AS days_since_prev
FROM orders
WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id)
ORDER BY customer_id, order_seq

--@sqlite released
SELECT c.id, c.email, c.plan, c.region,
       count(o.id) AS order_cnt,
       total(o.amount) FILTER (WHERE o.status = 'paid') AS paid_amount,
       max(o.placed_at) AS last_order_at
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.id
GROUP BY c.id, c.email, c.plan, c.region
ORDER BY c.id

--@sqlite released
SELECT o.id AS order_id, o.customer_id, o.contact_email, c.email AS account_email
FROM orders o
JOIN customers c ON c.id = o.customer_id
WHERE o.contact_email IS DISTINCT FROM c.email
ORDER BY o.id

--@sqlite released
SELECT plan,
       CASE
         WHEN birth_date IS NULL THEN 'unknown'
         WHEN 2026 - CAST(strftime('%Y', birth_date) AS INTEGER) < 30 THEN '<30'
         WHEN 2026 - CAST(strftime('%Y', birth_date) AS INTEGER) < 45 THEN '30-44'
         WHEN 2026 - CAST(strftime('%Y', birth_date) AS INTEGER) < 60 THEN '45-59'
         ELSE '60+'
       END AS age_band,
       count(*) AS customers,
       round(avg(balance), 2) AS avg_balance
FROM customers
GROUP BY plan, age_band
ORDER BY plan, age_band

--@sqlite released
SELECT score AS score_bucket, count(*) AS n, sum(active) AS n_active, printf('%.1f%%', 100.0 * sum(active) / count(*)) AS active_pct
FROM customers
WHERE score IS NOT NULL
GROUP BY score
ORDER BY score

--@sqlite released
SELECT 'email' AS column_name, count(*) AS total_rows, count(*) - count(email) AS null_rows, count(DISTINCT email) AS distinct_values FROM customers
UNION ALL
SELECT 'full_name', count(*), count(*) - count(full_name), count(DISTINCT full_name) FROM customers
UNION ALL
SELECT 'national_id', count(*), count(*) - count(national_id), count(DISTINCT national_id) FROM customers
UNION ALL
SELECT 'region', count(*), count(*) - count(region), count(DISTINCT region) FROM customers
UNION ALL
SELECT 'country', count(*), count(*) - count(country), count(DISTINCT country) FROM customers

--@sqlite released
SELECT email, count(*) AS dup_count, min(id) AS keep_id, max(created_at) AS newest
FROM customers
WHERE email IS NOT NULL
GROUP BY email
HAVING count(*) > 1
ORDER BY min(id)

--@sqlite released
WITH RECURSIVE chain(root_id, id, depth) AS (
  SELECT id, id, 0 FROM customers WHERE referrer_id IS NULL
  UNION
  SELECT chain.root_id, c.id, chain.depth + 1
  FROM chain
  JOIN customers c ON c.referrer_id = chain.id
  WHERE chain.depth < 10
)
SELECT root_id, count(*) - 1 AS referred_total, max(depth) AS max_depth
FROM chain
GROUP BY root_id
HAVING count(*) > 1
ORDER BY referred_total DESC, root_id

--@sqlite released
SELECT t.value AS tag, count(DISTINCT c.id) AS customers, round(avg(c.balance), 2) AS avg_balance
FROM customers AS c
CROSS JOIN json_each(c.tags) AS t
WHERE c.active = 1
GROUP BY t.value
ORDER BY customers DESC, tag

--@sqlite released
SELECT id,
       plan,
       attrs ->> '$.tier' AS tier,
       iif(attrs ->> '$.flags.beta', 'beta', 'stable') AS channel,
       json_array_length(attrs, '$.langs') AS n_langs,
       coalesce(attrs ->> '$.langs[0]', 'n/a') AS first_lang
FROM customers
WHERE json_valid(attrs)
ORDER BY id

--@sqlite released
SELECT date(occurred_at) AS day,
       count(*) FILTER (WHERE kind = 'view')  AS views,
       count(*) FILTER (WHERE kind = 'click') AS clicks,
       count(*) FILTER (WHERE kind = 'buy')   AS buys,
       round(1.0 * count(*) FILTER (WHERE kind = 'buy') / nullif(count(*) FILTER (WHERE kind = 'view'), 0), 3) AS buy_per_view
FROM events
GROUP BY day
ORDER BY day

--@sqlite released
WITH marked AS (
  SELECT id, customer_id, kind, occurred_at,
         CASE WHEN unixepoch(occurred_at) - lag(unixepoch(occurred_at), 1, 0) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) > 1800
              THEN 1 ELSE 0 END AS is_new
  FROM events
), numbered AS (
  SELECT *, sum(is_new) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS session_no
  FROM marked
)
SELECT customer_id, session_no,
       min(occurred_at) AS started_at,
       max(occurred_at) AS ended_at,
       count(*) AS n_events,
       max(kind = 'buy') AS converted
FROM numbered
GROUP BY customer_id, session_no
ORDER BY customer_id, session_no

--@sqlite released
SELECT e.payload ->> '$.page' AS page,
       count(*) AS hits,
       min(CAST(e.payload ->> '$.ms' AS INTEGER)) AS min_ms,
       max(CAST(e.payload ->> '$.ms' AS INTEGER)) AS max_ms,
       round(avg(e.payload ->> '$.ms'), 1) AS avg_ms
FROM events e
WHERE e.kind IN ('view', 'click')
GROUP BY page
ORDER BY hits DESC, page

--@sqlite released
WITH r AS (
  SELECT kind, CAST(json_extract(payload, '$.ms') AS INTEGER) AS ms,
         row_number() OVER (PARTITION BY kind ORDER BY CAST(json_extract(payload, '$.ms') AS INTEGER), id) AS rn,
         count(*) OVER (PARTITION BY kind) AS n
  FROM events
  WHERE json_extract(payload, '$.ms') IS NOT NULL
)
SELECT kind, n,
       avg(CASE WHEN rn IN ((n + 1) / 2, (n + 2) / 2) THEN ms END) AS median_ms,
       min(CASE WHEN rn >= n * 0.9 THEN ms END) AS p90_ms
FROM r
GROUP BY kind, n
ORDER BY kind

--@sqlite released
SELECT r.region, r.title, r.manager_email,
       count(c.id) AS customers,
       round(coalesce(sum(c.balance), 0), 2) AS balance
FROM regions r
LEFT JOIN customers c USING (region)
GROUP BY r.region, r.title, r.manager_email
ORDER BY r.region

--@sqlite released
SELECT coalesce(c.region, '(none)') AS customer_region, coalesce(r.title, '(unmapped)') AS region_title, count(c.id) AS n
FROM customers c
FULL OUTER JOIN regions r ON r.region = c.region
GROUP BY 1, 2
ORDER BY 1, 2

--@sqlite released
SELECT k."Id" AS campaign_id, k."Title" AS campaign, k."ownerEmail" AS owner_email, c.id AS owner_customer_id, c.plan
FROM "Campaigns" AS k
LEFT JOIN customers AS c ON c.email = k."ownerEmail"
ORDER BY k."Id", c.id

--@sqlite released
SELECT s.id AS staff_id, s.full_name, c.id AS customer_id, c.plan, c.active
FROM staff s
JOIN customers c ON c.full_name = s.full_name
ORDER BY s.id, c.id

--@sqlite released
SELECT ip, count(*) AS n_orders, count(DISTINCT customer_id) AS n_customers, round(sum(amount), 2) AS amount
FROM orders
WHERE ip IS NOT NULL
GROUP BY ip
HAVING count(DISTINCT customer_id) > 1
ORDER BY n_orders DESC, min(id)

--@sqlite released
SELECT a.id AS order_a, b.id AS order_b, a.customer_id AS customer_a, b.customer_id AS customer_b, a.ip AS shared_ip
FROM orders a
JOIN orders b ON a.ip = b.ip AND a.id < b.id AND a.customer_id <> b.customer_id
ORDER BY a.id, b.id

--@sqlite released
SELECT id, email, phone, plan, region, balance
FROM active_customers
WHERE plan IN ('pro', 'team') AND balance >= 250
ORDER BY balance DESC, id
LIMIT 20

--@sqlite released
SELECT substr(phone, -2) AS phone_tail, count(*) AS n
FROM customers
WHERE phone IS NOT NULL AND phone <> ''
GROUP BY phone_tail
ORDER BY n DESC, phone_tail

--@sqlite released
SELECT o.id, o.customer_id, o.status, o.amount, o.ship_note
FROM orders o
WHERE o.status = 'open'
  AND o.placed_at < datetime('2026-05-31 00:00:00', '-14 days')
ORDER BY o.placed_at, o.id

--@sqlite released
SELECT c.*
FROM customers AS c
WHERE c.created_at >= '2026-03-01' AND c.created_at < '2026-04-01'
ORDER BY c.id

--@sqlite released
SELECT 'orders' AS source, o.id AS source_id, o.customer_id
FROM orders o
WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = o.customer_id)
UNION ALL
SELECT 'events', e.id, e.customer_id
FROM events e
WHERE e.customer_id NOT IN (SELECT id FROM customers WHERE id IS NOT NULL)
UNION ALL
SELECT 'referrals', c.id, c.referrer_id
FROM customers c
LEFT JOIN customers p ON p.id = c.referrer_id
WHERE c.referrer_id IS NOT NULL AND p.id IS NULL
ORDER BY source, source_id

--@sqlite released
SELECT id FROM customers WHERE active
EXCEPT
SELECT customer_id FROM orders WHERE placed_at >= '2026-04-01'
ORDER BY id

--@sqlite released
SELECT contact_email AS mail FROM orders WHERE contact_email IS NOT NULL
INTERSECT
SELECT actor_email FROM events WHERE kind = 'buy'

--@sqlite released
WITH all_mails(mail, src) AS (
  SELECT email, 'customers' FROM customers
  UNION
  SELECT contact_email, 'orders' FROM orders
  UNION
  SELECT actor_email, 'events' FROM events
  UNION
  SELECT "ownerEmail", 'campaigns' FROM Campaigns
)
SELECT n_sources, count(*) AS mails
FROM (
  SELECT mail, count(*) AS n_sources
  FROM all_mails
  WHERE mail IS NOT NULL
  GROUP BY mail
)
GROUP BY n_sources
ORDER BY n_sources

--@sqlite released
SELECT o.id, o.contact_email, o.placed_at, o.amount,
       count(*) OVER (PARTITION BY o.contact_email) AS orders_by_contact,
       row_number() OVER (PARTITION BY o.contact_email ORDER BY o.placed_at DESC, o.id DESC) AS recency_rank
FROM orders o
WHERE o.contact_email IS NOT NULL
ORDER BY o.id

--@sqlite released
SELECT x.customer_id, x.id AS last_order_id, x.status, x.amount, x.placed_at
FROM (
  SELECT o.id, o.customer_id, o.status, o.amount, o.placed_at, rank() OVER (PARTITION BY customer_id ORDER BY placed_at DESC, id DESC) AS rk
  FROM orders o
) x
WHERE x.rk = 1
ORDER BY x.customer_id

--@sqlite released
WITH cohort AS (
  SELECT id, strftime('%Y-%m', created_at) AS cohort_month FROM customers
), activity AS (
  SELECT c.cohort_month, o.customer_id,
         (CAST(strftime('%Y', o.placed_at) AS INTEGER) * 12 + CAST(strftime('%m', o.placed_at) AS INTEGER))
         - (CAST(substr(c.cohort_month, 1, 4) AS INTEGER) * 12 + CAST(substr(c.cohort_month, 6, 2) AS INTEGER)) AS month_no
  FROM orders o JOIN cohort c ON c.id = o.customer_id
)
SELECT cohort_month, month_no, count(DISTINCT customer_id) AS buyers
FROM activity
WHERE month_no >= 0
GROUP BY cohort_month, month_no
ORDER BY cohort_month, month_no

--@sqlite released
SELECT c.id,
       (SELECT count(*) FROM orders o WHERE o.customer_id = c.id AND o.status = 'paid') AS paid_orders,
       (SELECT count(*) FROM events e WHERE e.customer_id = c.id AND e.kind = 'click') AS clicks,
       (SELECT max(e.occurred_at) FROM events e WHERE e.customer_id = c.id) AS last_seen,
       EXISTS (SELECT 1 FROM customers r WHERE r.referrer_id = c.id) AS has_referred,
       c.score / 10 AS score_decile,
       CAST(substr(c.birth_date, 1, 4) AS INTEGER) AS birth_year
FROM customers c
ORDER BY c.id

--@sqlite released
WITH base AS (
  SELECT customer_id,
         CAST(julianday('2026-06-01') - julianday(max(placed_at)) AS INTEGER) AS recency_days,
         count(*) AS frequency,
         sum(amount) AS monetary
  FROM orders
  WHERE status = 'paid'
  GROUP BY customer_id
), scored AS (
  SELECT base.*,
         ntile(4) OVER (ORDER BY recency_days DESC, customer_id) AS r,
         ntile(4) OVER (ORDER BY frequency, customer_id) AS f,
         ntile(4) OVER (ORDER BY monetary, customer_id) AS m
  FROM base
)
SELECT customer_id, recency_days, frequency, round(monetary, 2) AS monetary, printf('%d%d%d', r, f, m) AS rfm,
       CASE WHEN r = 4 AND f >= 3 THEN 'champion' WHEN r = 1 THEN 'lapsing' ELSE 'regular' END AS segment
FROM scored
ORDER BY customer_id

--@sqlite released
SELECT status, round(amt, 2) AS amount, n, round(100.0 * amt / sum(amt) OVER (), 2) AS pct_of_total
FROM (SELECT status, sum(amount) AS amt, count(*) AS n FROM orders GROUP BY status)
ORDER BY status

--@sqlite released
WITH daily AS (
  SELECT date(placed_at) AS d, sum(amount) AS rev FROM orders WHERE status = 'paid' GROUP BY date(placed_at)
)
SELECT d, round(rev, 2) AS revenue,
       round(avg(rev) OVER (ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), 2) AS moving_avg_7,
       round(rev - first_value(rev) OVER (ORDER BY d), 2) AS diff_to_first
FROM daily
ORDER BY d

--@sqlite released
SELECT region, plan, count(*) AS n, 0 AS lvl FROM customers GROUP BY region, plan
UNION ALL
SELECT region, NULL, count(*), 1 FROM customers GROUP BY region
UNION ALL
SELECT NULL, NULL, count(*), 2 FROM customers
ORDER BY lvl, region NULLS LAST, plan

--@sqlite released
SELECT country,
       sum(CASE plan WHEN 'free' THEN 1 ELSE 0 END) AS free_cnt,
       sum(CASE plan WHEN 'pro'  THEN 1 ELSE 0 END) AS pro_cnt,
       sum(CASE plan WHEN 'team' THEN 1 ELSE 0 END) AS team_cnt,
       count(*) AS total_cnt
FROM customers
GROUP BY country
ORDER BY total_cnt DESC, country

--@sqlite released
WITH price(plan, monthly_fee) AS (VALUES ('free', 0), ('pro', 19), ('team', 49))
SELECT p.plan, p.monthly_fee, count(c.id) AS active_customers, p.monthly_fee * count(c.id) AS mrr
FROM price p
LEFT JOIN customers c ON c.plan = p.plan AND c.active
GROUP BY p.plan, p.monthly_fee
ORDER BY mrr DESC, p.plan

--@sqlite released
SELECT DISTINCT customer_id,
       group_concat(kind, ' > ') OVER (PARTITION BY customer_id ORDER BY occurred_at, id
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS event_path
FROM events
WHERE occurred_at BETWEEN '2026-03-01' AND '2026-03-31 23:59:59'
ORDER BY customer_id

--@sqlite released
SELECT c.id AS doc_id,
       json_object('plan', c.plan, 'region', c.region, 'country', c.country,
                   'active', json(iif(c.active, 'true', 'false')),
                   'tags', json(c.tags), 'tier', json_extract(c.attrs, '$.tier')) AS doc
FROM customers c
WHERE c.tags IS NOT NULL AND json_valid(c.tags)
ORDER BY c.id

--@sqlite released
SELECT e.id, e.actor_email, c.id AS matched_customer_id, e.customer_id AS stated_customer_id
FROM events AS e
LEFT JOIN customers AS c ON c.email = e.actor_email
WHERE e.actor_email IS NOT NULL
  AND (c.id IS NULL OR c.id <> e.customer_id)
ORDER BY e.id, c.id

--@sqlite released
SELECT count(*) AS events_total,
       count(actor_email) AS events_with_actor,
       count(DISTINCT actor_email) AS actors,
       round(1.0 * count(actor_email) / count(DISTINCT actor_email), 2) AS events_per_actor
FROM events
WHERE kind <> 'view'

--@sqlite released
SELECT (CAST(strftime('%w', placed_at) AS INTEGER) + 6) % 7 + 1 AS iso_weekday,
       CAST(strftime('%H', placed_at) AS INTEGER) / 6 AS quarter_of_day,
       count(*) AS n,
       round(avg(amount), 2) AS avg_amount
FROM orders
GROUP BY iso_weekday, quarter_of_day
ORDER BY iso_weekday, quarter_of_day

--@sqlite released
WITH lines AS (
  SELECT DISTINCT o.id AS order_id, i.value ->> 'sku' AS sku
  FROM orders o, json_each(o.items) i
)
SELECT a.sku AS sku_a, b.sku AS sku_b, count(*) AS together
FROM lines a
JOIN lines b ON b.order_id = a.order_id AND a.sku < b.sku
GROUP BY a.sku, b.sku
ORDER BY together DESC, sku_a, sku_b
LIMIT 15

--@sqlite released
SELECT c.plan, e.kind, count(*) AS n_events, count(DISTINCT e.customer_id) AS n_customers
FROM events e
INNER JOIN customers c ON c.id = e.customer_id
WHERE c.region IN (SELECT region FROM regions WHERE title GLOB '[NS]*')
GROUP BY c.plan, e.kind
ORDER BY c.plan, e.kind

--@sqlite released
WITH f AS (
  SELECT customer_id,
         min(CASE WHEN kind = 'view' THEN occurred_at END) AS first_view,
         min(CASE WHEN kind = 'click' THEN occurred_at END) AS first_click,
         min(CASE WHEN kind = 'buy' THEN occurred_at END) AS first_buy
  FROM events
  GROUP BY customer_id
)
SELECT count(first_view) AS viewed,
       sum(first_click >= first_view) AS clicked_after_view,
       sum(first_buy >= first_click AND first_click >= first_view) AS bought_after_click
FROM f

--@sqlite released
SELECT CAST(amount / 50 AS INTEGER) * 50 AS bucket_from,
       CAST(amount / 50 AS INTEGER) * 50 + 49.99 AS bucket_to,
       count(*) AS n,
       printf('%5.2f', 100.0 * count(*) / (SELECT count(*) FROM orders)) AS pct
FROM orders
GROUP BY 1
ORDER BY 1

--@sqlite released
SELECT national_id, count(*) AS accounts, count(DISTINCT country) AS countries, round(sum(balance), 2) AS balance_sum
FROM customers
WHERE national_id IS NOT NULL
GROUP BY national_id
HAVING accounts > 1 OR countries > 1
ORDER BY min(id)

--@sqlite released
SELECT c.id AS customer_id, c.full_name, c.created_at, p.id AS referrer_id, p.full_name AS referrer_name,
       c.score - p.score AS score_diff
FROM customers c
JOIN customers p ON p.id = c.referrer_id
WHERE p.active = 1
ORDER BY c.id

--@sqlite released
SELECT c.id, c.full_name, c.phone, c.iban, c.notes
FROM customers c
WHERE c.plan = 'team'
  AND c.balance > (SELECT avg(b.balance) FROM customers b WHERE b.plan = c.plan)
ORDER BY c.id

--@sqlite released
WITH spend AS (
  SELECT c.id, c.region, sum(o.amount) AS spent
  FROM customers c JOIN orders o ON o.customer_id = c.id AND o.status = 'paid'
  GROUP BY c.id, c.region
)
SELECT id, region, round(spent, 2) AS spent, round(avg_region, 2) AS region_avg,
       round(pct, 4) AS pct_rank
FROM (
  SELECT spend.*, avg(spent) OVER (PARTITION BY region) AS avg_region,
         percent_rank() OVER (PARTITION BY region ORDER BY spent) AS pct
  FROM spend
)
WHERE spent > avg_region
ORDER BY region, id

--@sqlite released
SELECT date(created_at, 'weekday 0', '-6 days') AS week_start,
       count(*) AS signups,
       count(referrer_id) AS referred,
       sum(count(*)) OVER (ORDER BY date(created_at, 'weekday 0', '-6 days')) AS signups_cumulative
FROM customers
GROUP BY week_start
ORDER BY week_start

--@sqlite released
SELECT t.key AS attr_key, t.type AS json_type, count(*) AS n
FROM customers c, json_tree(c.attrs) t
WHERE t.atom IS NOT NULL AND typeof(t.key) = 'text'
GROUP BY t.key, t.type
ORDER BY attr_key, json_type

--@sqlite released
SELECT [Id] AS campaign_id, upper(trim([Title])) AS title_norm, length([Title]) AS title_len,
       CAST(replace([Title], 'Campaign ', '') AS INTEGER) AS campaign_no
FROM [Campaigns]
WHERE instr([Title], 'Campaign') = 1
ORDER BY [Id]

--@sqlite released
SELECT c.region, m.n_orders, c.n_customers, round(1.0 * m.n_orders / c.n_customers, 2) AS orders_per_customer
FROM (SELECT region, count(*) AS n_customers FROM customers GROUP BY region) c
JOIN (SELECT cu.region, count(*) AS n_orders FROM orders ord JOIN customers cu ON cu.id = ord.customer_id GROUP BY cu.region) m
  ON m.region IS c.region
ORDER BY c.region NULLS FIRST

--@sqlite released
WITH checks(rule_name, violations) AS (
  SELECT 'amount negative', count(*) FROM orders WHERE amount < 0
  UNION ALL
  SELECT 'unknown status', count(*) FROM orders WHERE status NOT IN ('paid', 'open', 'refunded')
  UNION ALL
  SELECT 'items not json array', count(*) FROM orders WHERE NOT json_valid(items) OR json_type(items) <> 'array'
  UNION ALL
  SELECT 'order before signup', count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.placed_at < c.created_at
  UNION ALL
  SELECT 'active without email', count(*) FROM customers WHERE active AND email IS NULL
  UNION ALL
  SELECT 'score out of range', count(*) FROM customers WHERE score NOT BETWEEN 0 AND 100
  UNION ALL
  SELECT 'birth year implausible', count(*) FROM customers WHERE birth_date < '1920-01-01' OR birth_date > '2012-01-01'
)
SELECT rule_name, violations, iif(violations = 0, 'ok', 'FAIL') AS verdict
FROM checks
ORDER BY rule_name

