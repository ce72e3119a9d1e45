--@postgres released
-- RFM features per customer as of a fixed date
WITH base AS (
    SELECT o.customer_id,
           max(o.placed_at) AS last_order_at,
           count(*)         AS n_orders,
           sum(o.amount)    AS revenue
    FROM orders o
    WHERE o.status = 'paid' AND o.placed_at < TIMESTAMP '2026-06-01'
    GROUP BY o.customer_id
)
SELECT b.customer_id,
       EXTRACT(DAY FROM TIMESTAMP '2026-06-01' - b.last_order_at)::int AS recency_days,
       b.n_orders AS frequency,
       b.revenue  AS monetary,
       ntile(4) OVER (ORDER BY b.last_order_at, b.customer_id) AS r_quartile,
       ntile(4) OVER (ORDER BY b.n_orders, b.customer_id)      AS f_quartile,
       ntile(4) OVER (ORDER BY b.revenue, b.customer_id)       AS m_quartile
FROM base b

--@postgres released
SELECT d::date AS day, count(o.id) AS orders, COALESCE(sum(o.amount), 0) AS revenue
FROM generate_series('2026-02-01'::date, '2026-05-31'::date, interval '1 day') AS d
LEFT JOIN orders o ON o.placed_at >= d AND o.placed_at < d + interval '1 day'
GROUP BY d
ORDER BY d

--@postgres released
SELECT DISTINCT ON (customer_id) customer_id, id AS last_order_id, amount, status, placed_at
FROM orders
ORDER BY customer_id, placed_at DESC, id DESC

--@postgres released
SELECT c.plan,
       count(*) FILTER (WHERE c.active)                       AS active,
       count(*) FILTER (WHERE NOT c.active)                   AS inactive,
       round(avg(c.balance) FILTER (WHERE c.active), 2)       AS avg_active_balance,
       bool_and(c.balance > 0)                                AS all_positive,
       bool_or(c.country = 'DE')                              AS any_german,
       string_agg(DISTINCT c.region, '|' ORDER BY c.region)   AS regions
FROM customers c
GROUP BY c.plan

--@postgres released
SELECT region, plan, count(*) AS n, sum(balance) AS balance,
       GROUPING(region) AS g_region, GROUPING(plan) AS g_plan
FROM customers
GROUP BY ROLLUP (region, plan)

--@postgres released
SELECT country, plan, active, count(*) AS n
FROM customers
GROUP BY GROUPING SETS ((country), (plan, active), ())

--@postgres released
SELECT o.id, i.value ->> 'sku' AS sku, (i.value ->> 'qty')::int AS qty, i.ordinality AS line_no
FROM orders o
CROSS JOIN LATERAL jsonb_array_elements(o.items) WITH ORDINALITY AS i(value, ordinality)

--@postgres released
SELECT i.sku, sum(i.qty) AS units, count(DISTINCT o.id) AS orders
FROM orders o, jsonb_to_recordset(o.items) AS i(sku text, qty int)
WHERE o.status IN ('paid', 'open')
GROUP BY i.sku
HAVING sum(i.qty) > 3

--@postgres released
WITH RECURSIVE tree AS (
    SELECT id, referrer_id, 0 AS depth, ARRAY[id] AS path
    FROM customers
    WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, c.referrer_id, t.depth + 1, t.path || c.id
    FROM customers c
    JOIN tree t ON c.referrer_id = t.id
    WHERE NOT c.id = ANY (t.path)
)
SELECT id, depth, array_to_string(path, ' > ') AS trail, cardinality(path) AS steps
FROM tree

--@postgres released
SELECT plan,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY balance) AS median,
       percentile_cont(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY balance) AS iqr,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY balance) AS p90,
       mode() WITHIN GROUP (ORDER BY country) AS top_country,
       stddev_samp(balance) AS sd, var_pop(balance) AS vp
FROM customers
GROUP BY plan

--@postgres released
SELECT customer_id, occurred_at, kind,
       sum(new_session) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS session_no
FROM (
    SELECT *, CASE WHEN occurred_at - lag(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) > interval '30 minutes'
                     OR lag(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) IS NULL
                   THEN 1 ELSE 0 END AS new_session
    FROM events
) e

--@postgres released
SELECT c.id, c.email
FROM customers c
WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.amount > 100)
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e.customer_id = c.id AND e.kind = 'buy')

--@postgres released
SELECT email, count(*) AS n_accounts, array_agg(id ORDER BY id) AS ids
FROM customers
WHERE email IS NOT NULL
GROUP BY email
HAVING count(*) > 1

--@postgres released
SELECT id, attrs ->> 'tier' AS tier, attrs #>> '{flags,beta}' AS beta, attrs -> 'langs' ->> 0 AS first_lang,
       jsonb_array_length(attrs -> 'langs') AS n_langs
FROM customers
WHERE attrs @> '{"flags": {"beta": true}}'

--@postgres released
SELECT id, k.key, k.value
FROM customers, jsonb_each_text(attrs) AS k(key, value)
WHERE k.key <> 'langs'

--@postgres released
SELECT id, tag
FROM customers
CROSS JOIN unnest(tags) AS tag
WHERE 'vip' = ANY (tags)

--@postgres released
SELECT t.tag, count(*) AS n, avg(c.balance)::numeric(12,2) AS avg_balance
FROM customers c
LEFT JOIN LATERAL unnest(c.tags) AS t(tag) ON true
GROUP BY t.tag
ORDER BY n DESC, t.tag NULLS LAST

--@postgres released
SELECT to_char(date_trunc('month', placed_at), 'YYYY-MM') AS month,
       sum(CASE WHEN status = 'paid' THEN amount ELSE 0 END)     AS paid,
       sum(CASE WHEN status = 'refunded' THEN amount ELSE 0 END) AS refunded,
       sum(CASE WHEN status = 'open' THEN amount ELSE 0 END)     AS open,
       round(100.0 * count(*) FILTER (WHERE status = 'refunded') / NULLIF(count(*), 0), 2) AS refund_rate_pct
FROM orders
GROUP BY 1
ORDER BY 1

--@postgres released
SELECT customer_id, placed_at, amount,
       amount - lag(amount, 1, 0::numeric) OVER w AS delta,
       avg(amount) OVER (w ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma3,
       first_value(amount) OVER w AS first_amount,
       row_number() OVER w AS rn,
       cume_dist() OVER (PARTITION BY customer_id ORDER BY amount) AS cd
FROM orders
WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id)

--@postgres released
SELECT id, placed_at,
       sum(amount) OVER (PARTITION BY customer_id ORDER BY placed_at RANGE BETWEEN interval '30 days' PRECEDING AND CURRENT ROW) AS rolling_30d
FROM orders

--@postgres released
SELECT customer_id FROM orders WHERE status = 'paid'
INTERSECT
SELECT customer_id FROM events WHERE kind = 'click'
EXCEPT
SELECT id FROM customers WHERE NOT active

--@postgres released
SELECT 'order' AS source, customer_id, placed_at AS ts, amount AS value FROM orders WHERE status <> 'open'
UNION ALL
SELECT 'event', customer_id, occurred_at, NULL::numeric FROM events WHERE kind = 'buy'
ORDER BY ts, source, customer_id

--@postgres released
SELECT c.id, c.plan, c.region, lo.amount AS latest_amount, lo.placed_at AS latest_at
FROM customers c
LEFT JOIN LATERAL (
    SELECT o.amount, o.placed_at FROM orders o
    WHERE o.customer_id = c.id
    ORDER BY o.placed_at DESC, o.id DESC
    LIMIT 1
) lo ON TRUE

--@postgres released
SELECT id, upper(left(region, 1)) || substr(region, 2) AS region_label, initcap(plan) AS plan_label,
       lpad(id::text, 6, '0') AS padded, concat_ws('-', country, plan, region) AS segment,
       regexp_replace(lower(region), '[aeiou]', '', 'g') AS short, split_part('a/b/c', '/', 2) AS part,
       length(region) AS len, position('o' IN region) AS pos, replace(plan, 'free', 'basic') AS plan2
FROM customers

--@postgres released
SELECT e.id, e.payload ->> 'page' AS page, (e.payload ->> 'ms')::int AS ms,
       substring(e.payload ->> 'page' from '/p/(\d+)')::int AS page_no
FROM events e
WHERE e.payload ->> 'page' ~ '^/p/[0-3]$'

--@postgres released
SELECT id, amount::money::numeric AS amount, amount::money AS shown, amount::float8 AS amount_f,
       placed_at::date AS day, placed_at::time AS tod, extract(epoch FROM placed_at)::bigint AS epoch
FROM orders
WHERE amount BETWEEN 50 AND 150

--@postgres released
SELECT width_bucket(balance, 0, 1000, 10) AS bucket, count(*) AS n,
       min(balance) AS lo, max(balance) AS hi
FROM customers
GROUP BY 1
ORDER BY 1

--@postgres released
SELECT a.id, a.plan, b.plan AS referrer_plan, a.region IS NOT DISTINCT FROM b.region AS same_region
FROM customers a
LEFT JOIN customers b ON b.id = a.referrer_id
WHERE a.plan IS DISTINCT FROM b.plan

--@postgres released
WITH orders_per_customer AS MATERIALIZED (
    SELECT customer_id, count(*) AS n, sum(amount) AS total FROM orders GROUP BY customer_id
), ranked AS (
    SELECT c.region, c.id, coalesce(p.total, 0) AS total,
           dense_rank() OVER (PARTITION BY c.region ORDER BY coalesce(p.total, 0) DESC) AS rnk
    FROM customers c LEFT JOIN orders_per_customer p ON p.customer_id = c.id
)
SELECT region, id, total FROM ranked WHERE rnk <= 3 ORDER BY region NULLS LAST, rnk, id

--@postgres released
SELECT extract(isodow FROM occurred_at) AS dow, extract(hour FROM occurred_at) AS hr, kind, count(*) AS n
FROM events
GROUP BY CUBE (1, 2), kind

--@postgres released
SELECT jsonb_build_object('plan', plan, 'n', count(*), 'avg', round(avg(balance), 1)) AS doc,
       jsonb_agg(id ORDER BY id) AS ids, jsonb_object_agg(id::text, country ORDER BY id) AS by_id
FROM customers
WHERE region IS NOT NULL
GROUP BY plan

--@postgres released
SELECT corr(ms, n_tags) AS r, regr_slope(ms, n_tags) AS slope, covar_samp(ms, n_tags) AS cov
FROM (SELECT (payload ->> 'ms')::float8 AS ms, json_array_length(payload -> 'tags')::float8 AS n_tags FROM events) s

--@postgres released
SELECT region, title, (SELECT count(*) FROM customers c WHERE c.region = r.region) AS customers,
       (SELECT max(o.amount) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.region = r.region) AS top_order
FROM regions r

--@postgres released
SELECT date_part('year', age(TIMESTAMP '2026-11-01', birth_date)) AS age_years, count(*) AS n
FROM customers
GROUP BY 1

--@postgres released
SELECT CASE WHEN score < 30 THEN 'low' WHEN score < 70 THEN 'mid' ELSE 'high' END AS band,
       count(*) AS n, avg(balance) AS avg_balance
FROM customers
GROUP BY CASE WHEN score < 30 THEN 'low' WHEN score < 70 THEN 'mid' ELSE 'high' END

--@postgres released
SELECT customer_id, kind, occurred_at, lead(kind) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS next_kind,
       lead(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) - occurred_at AS gap
FROM events
WHERE occurred_at >= '2026-03-05' AND occurred_at < '2026-03-20'

--@postgres released
SELECT coalesce(c.email, o.contact_email) AS email, count(*) AS n
FROM orders o JOIN customers c ON c.id = o.customer_id
GROUP BY 1

--@postgres released
SELECT *
FROM (VALUES ('free', 0), ('pro', 19), ('team', 49)) AS prices (plan, monthly)
JOIN (SELECT plan, count(*) AS seats FROM customers WHERE active GROUP BY plan) s USING (plan)

--@postgres released
SELECT o.id, o.customer_id, o.amount, o.status, o.placed_at, o.ip, o.ship_note
FROM orders o
WHERE o.placed_at >= date '2026-03-01'
  AND o.placed_at <  date '2026-03-01' + interval '1 month'
  AND o.status NOT IN ('refunded')

--@postgres released
SELECT m.month, c.plan, count(*) AS active_customers
FROM generate_series(timestamp '2026-01-01', timestamp '2026-06-01', '1 month') AS m(month)
JOIN customers c ON c.created_at < m.month + interval '1 month'
GROUP BY m.month, c.plan

--@postgres released
WITH firsts AS (
    SELECT customer_id, date_trunc('month', min(placed_at))::date AS cohort FROM orders GROUP BY customer_id
)
SELECT f.cohort,
       (extract(year FROM o.placed_at) - extract(year FROM f.cohort)) * 12
       + extract(month FROM o.placed_at) - extract(month FROM f.cohort) AS month_no,
       count(DISTINCT o.customer_id) AS customers
FROM firsts f JOIN orders o USING (customer_id)
GROUP BY 1, 2

--@postgres released
SELECT greatest(balance, 100) AS floored, least(balance, 500) AS capped, sign(balance - 500) AS s,
       abs(balance - 500) AS dist, ceil(balance / 100) * 100 AS up, trunc(balance, -1) AS ten,
       ln(balance + 1) AS ln_b, sqrt(balance) AS root, power(balance, 2) AS sq, mod(id, 10) AS fold
FROM customers

--@postgres released
SELECT "Id" AS campaign_id, "Title" AS title, "ownerEmail" AS owner FROM "Campaigns" WHERE "Title" ILIKE 'campaign%'

--@postgres released
SELECT c.id, (jsonb_each(c.attrs)).key AS attr FROM customers c WHERE c.id <= 10

--@postgres released
SELECT id, tags[1] AS first_tag, array_length(tags, 1) AS n_tags, tags && ARRAY['vip', 'eu'] AS premium,
       tags @> ARRAY['new'] AS is_new, array_position(tags, 'vip') AS vip_at, tags[1:2] AS two
FROM customers
WHERE coalesce(cardinality(tags), 0) > 0

--@postgres released
SELECT plan, country, count(*) FROM customers
WHERE (plan, country) IN (('free', 'DE'), ('pro', 'FR'), ('team', 'US'))
GROUP BY plan, country

--@postgres released
SELECT o.*, row_number() OVER (PARTITION BY o.customer_id ORDER BY o.placed_at) AS nth
FROM orders o
WHERE o.customer_id IN (SELECT id FROM customers WHERE plan = 'team' AND created_at >= '2026-02-01')

--@postgres released
SELECT count(*) AS rows, count(DISTINCT id) AS ids, count(email) AS with_email, count(DISTINCT email) AS distinct_emails,
       count(*) - count(region) AS null_regions, min(created_at) AS first, max(created_at) AS last
FROM customers

--@postgres released
SELECT make_date(2026, extract(month FROM created_at)::int, 1) AS month_start,
       (date_trunc('month', created_at) + interval '1 month - 1 day')::date AS month_end,
       to_char(created_at, 'Dy DD Mon YYYY HH24:MI') AS shown, date_bin('15 minutes', created_at, timestamp '2026-01-01') AS quarter_hour
FROM customers

--@postgres released
SELECT x.region, x.metric, x.val
FROM (SELECT region, count(*)::numeric AS n, avg(balance) AS avg_balance, max(balance) AS max_balance FROM customers GROUP BY region) r
CROSS JOIN LATERAL (VALUES (r.region, 'n', r.n), (r.region, 'avg', r.avg_balance), (r.region, 'max', r.max_balance)) AS x(region, metric, val)
