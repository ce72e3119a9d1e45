--@postgres released
SELECT c.id AS customer_id, c.plan, c.region, COUNT(o.id) AS order_count,
       COALESCE(SUM(o.amount), 0) AS lifetime_value
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 'paid'
GROUP BY c.id, c.plan, c.region

--@postgres released
WITH monthly AS (
    SELECT date_trunc('month', placed_at)::date AS month, SUM(amount) AS revenue
    FROM orders
    WHERE status IN ('paid', 'open')
    GROUP BY 1
)
SELECT month, revenue,
       revenue - LAG(revenue) OVER (ORDER BY month) AS delta,
       ROUND(100.0 * revenue / NULLIF(SUM(revenue) OVER (), 0), 2) AS share_pct
FROM monthly
ORDER BY month

--@postgres released
SELECT customer_id, id AS order_id, placed_at, amount,
       SUM(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id
                         ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running_total
FROM orders
WHERE status = 'paid'

--@postgres released
with source as (
    select * from public.customers
),
renamed as (
    select
        id as customer_id,
        email as customer_email,
        full_name as customer_name,
        plan,
        lower(region) as region,
        upper(country) as country_code,
        active as is_active,
        created_at::date as signup_date
    from source
)
select * from renamed

--@postgres released
SELECT email, COUNT(*) AS n
FROM customers
WHERE email IS NOT NULL
GROUP BY email
HAVING COUNT(*) > 1
ORDER BY n DESC

--@postgres released
SELECT DISTINCT ON (o.customer_id) o.customer_id, o.id, o.placed_at, o.status, o.contact_email
FROM orders o
ORDER BY o.customer_id, o.placed_at DESC, o.id DESC

--@postgres released
SELECT * FROM (
    SELECT o.*, ROW_NUMBER() OVER (PARTITION BY o.customer_id ORDER BY o.amount DESC, o.id) AS rn
    FROM orders o
) ranked
WHERE rn <= 3

--@postgres released
SELECT plan,
       COUNT(*) FILTER (WHERE active) AS active_customers,
       COUNT(*) FILTER (WHERE NOT active) AS inactive_customers,
       AVG(balance) FILTER (WHERE active) AS avg_active_balance
FROM customers
GROUP BY plan

--@postgres released
SELECT c.id, c.email, c.created_at
FROM customers c
WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.placed_at >= DATE '2026-04-01')

--@postgres released
SELECT e.customer_id,
       MIN(e.occurred_at) AS first_seen,
       MAX(e.occurred_at) AS last_seen,
       MAX(e.occurred_at) - MIN(e.occurred_at) AS span,
       SUM(CASE WHEN e.kind = 'view' THEN 1 ELSE 0 END) AS views,
       SUM(CASE WHEN e.kind = 'click' THEN 1 ELSE 0 END) AS clicks,
       SUM(CASE WHEN e.kind = 'buy' THEN 1 ELSE 0 END) AS buys
FROM events e
GROUP BY e.customer_id

--@postgres released
WITH cohort AS (
    SELECT id AS customer_id, date_trunc('month', created_at) AS cohort_month FROM customers
),
activity AS (
    SELECT DISTINCT e.customer_id, date_trunc('month', e.occurred_at) AS activity_month FROM events e
)
SELECT cohort_month, activity_month, COUNT(DISTINCT a.customer_id) AS retained
FROM cohort
JOIN activity a USING (customer_id)
GROUP BY cohort_month, activity_month
ORDER BY 1, 2

--@postgres released
SELECT width_bucket(amount, 0, 300, 10) AS bucket, COUNT(*) AS n, MIN(amount) AS lo, MAX(amount) AS hi
FROM orders
GROUP BY bucket
ORDER BY bucket

--@postgres released
SELECT c.region, r.title, COUNT(*) AS customers, STRING_AGG(DISTINCT c.plan, ', ' ORDER BY c.plan) AS plans
FROM customers c
JOIN regions r ON r.region = c.region
GROUP BY c.region, r.title

--@postgres released
SELECT id, attrs ->> 'tier' AS tier, (attrs -> 'flags' ->> 'beta')::boolean AS beta,
       jsonb_array_length(attrs -> 'langs') AS n_langs
FROM customers

--@postgres released
SELECT o.id, item ->> 'sku' AS sku, (item ->> 'qty')::int AS qty
FROM orders o
CROSS JOIN LATERAL jsonb_array_elements(o.items) AS item

--@postgres released
SELECT item.sku, SUM(item.qty) AS units, COUNT(DISTINCT o.customer_id) AS buyers
FROM orders o, jsonb_to_recordset(o.items) AS item(sku text, qty int)
WHERE o.status = 'paid'
GROUP BY item.sku
ORDER BY units DESC, item.sku

--@postgres released
SELECT COALESCE(region, 'unknown') AS region, COALESCE(plan, 'all') AS plan, COUNT(*) AS n, SUM(balance) AS balance
FROM customers
GROUP BY GROUPING SETS ((region, plan), (region), ())

--@postgres released
SELECT plan,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY balance) AS median_balance,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY balance) AS p90_balance
FROM customers
GROUP BY plan

--@postgres released
WITH RECURSIVE tree AS (
    SELECT id, referrer_id, 0 AS depth, id AS root_id FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, c.referrer_id, t.depth + 1, t.root_id
    FROM customers c JOIN tree t ON c.referrer_id = t.id
)
SELECT root_id, MAX(depth) AS max_depth, COUNT(*) AS members FROM tree GROUP BY root_id

--@postgres released
WITH days AS (
    SELECT d::date AS day FROM generate_series(DATE '2026-03-01', DATE '2026-03-31', INTERVAL '1 day') AS g(d)
)
SELECT days.day, COUNT(e.id) AS events, COUNT(DISTINCT e.customer_id) AS dau
FROM days
LEFT JOIN events e ON e.occurred_at::date = days.day
GROUP BY days.day
ORDER BY days.day

--@postgres released
SELECT c.id, c.email, latest.id AS order_id, latest.amount
FROM customers c
LEFT JOIN LATERAL (
    SELECT o.id, o.amount FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC, o.id LIMIT 1
) latest ON TRUE

--@postgres released
SELECT customer_id, 'order' AS source, placed_at AS ts FROM orders WHERE status = 'paid'
UNION ALL
SELECT customer_id, kind, occurred_at FROM events
ORDER BY ts, customer_id, source

--@postgres released
SELECT contact_email AS email FROM orders
EXCEPT
SELECT email FROM customers

--@postgres released
SELECT email FROM customers WHERE email IS NOT NULL
INTERSECT
SELECT actor_email FROM events

--@postgres released
SELECT o.id, o.amount, c.full_name, c.plan
FROM orders o
JOIN customers c ON c.email = o.contact_email
WHERE o.amount > 100

--@postgres released
SELECT EXTRACT(isodow FROM placed_at)::int AS dow, EXTRACT(hour FROM placed_at)::int AS hour, COUNT(*) AS n
FROM orders
GROUP BY 1, 2

--@postgres released
SELECT customer_id,
       DATE '2026-07-01' - MAX(placed_at)::date AS recency_days,
       COUNT(*) AS frequency,
       ROUND(SUM(amount), 2) AS monetary,
       NTILE(4) OVER (ORDER BY SUM(amount) DESC, customer_id) AS m_quartile
FROM orders
GROUP BY customer_id

--@postgres released
WITH gaps AS (
    SELECT id, customer_id, occurred_at,
           CASE WHEN occurred_at - LAG(occurred_at) OVER w > INTERVAL '30 minutes' OR LAG(occurred_at) OVER w IS NULL
                THEN 1 ELSE 0 END AS is_new
    FROM events
    WINDOW w AS (PARTITION BY customer_id ORDER BY occurred_at, id)
)
SELECT customer_id, occurred_at,
       SUM(is_new) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS session_no
FROM gaps

--@postgres released
SELECT id, tags, cardinality(tags) AS n_tags, 'vip' = ANY (tags) AS is_vip
FROM customers

--@postgres released
SELECT tag, COUNT(*) AS n
FROM customers, unnest(tags) AS tag
GROUP BY tag
ORDER BY n DESC, tag

--@postgres released
SELECT payload ->> 'page' AS page, COUNT(*) AS hits, AVG((payload ->> 'ms')::numeric) AS avg_ms
FROM events
WHERE payload ->> 'page' ~ '^/p/[0-4]$'
GROUP BY page

--@postgres released
SELECT id, birth_date, score,
       CASE WHEN balance >= 750 THEN 'high' WHEN balance >= 250 THEN 'mid' ELSE 'low' END AS balance_band
FROM customers

--@postgres released
SELECT extract(year FROM birth_date) AS birth_year, COUNT(*) AS n
FROM customers
GROUP BY 1
ORDER BY 1

--@postgres released
SELECT score, COUNT(*) AS customers, AVG(balance) AS avg_balance
FROM customers
GROUP BY score
ORDER BY score DESC

--@postgres released
SELECT "Id" AS campaign_id, "Title" AS title, "ownerEmail" AS owner_email FROM "Campaigns"

--@postgres released
SELECT c.id, c.email, cm."Title" AS campaign
FROM customers c
JOIN "Campaigns" cm ON cm."ownerEmail" = c.email

--@postgres released
SELECT id, email, phone, plan, balance,
       RANK() OVER (PARTITION BY plan ORDER BY balance DESC) AS balance_rank,
       balance / NULLIF(MAX(balance) OVER (PARTITION BY plan), 0) AS balance_rel
FROM active_customers

--@postgres released
SELECT c.region,
       COUNT(DISTINCT c.id) AS customers,
       COUNT(DISTINCT o.customer_id) AS buyers,
       ROUND(COUNT(DISTINCT o.customer_id)::numeric / COUNT(DISTINCT c.id), 4) AS conversion
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.id
GROUP BY c.region
HAVING COUNT(DISTINCT c.id) >= 3

--@postgres released
SELECT to_char(placed_at, 'YYYY-MM') AS ym,
       SUM(amount) FILTER (WHERE status = 'paid') AS paid,
       SUM(amount) FILTER (WHERE status = 'refunded') AS refunded,
       SUM(amount) FILTER (WHERE status = 'open') AS open
FROM orders
GROUP BY to_char(placed_at, 'YYYY-MM')

--@postgres released
SELECT c.id, c.plan,
       (SELECT COUNT(*) FROM events e WHERE e.customer_id = c.id) AS n_events,
       (SELECT MAX(o.placed_at) FROM orders o WHERE o.customer_id = c.id) AS last_order_at
FROM customers c
WHERE c.country IN ('DE', 'FR')

--@postgres released
SELECT ip, COUNT(DISTINCT customer_id) AS customers, MIN(placed_at) AS first_seen
FROM orders
GROUP BY ip
ORDER BY customers DESC, first_seen
LIMIT 10

--@postgres released
SELECT c.id AS customer_id, coalesce(c.email, o.contact_email) AS best_email
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 'open'

--@postgres released
SELECT plan, country, COUNT(*) AS n
FROM customers
WHERE created_at >= TIMESTAMP '2026-02-01' AND created_at < TIMESTAMP '2026-02-01' + INTERVAL '3 months'
GROUP BY CUBE (plan, country)

--@postgres released
SELECT e.id, e.kind, e.occurred_at, jsonb_build_object('page', e.payload -> 'page', 'ms', e.payload -> 'ms') AS props
FROM events e
WHERE e.kind <> 'view'

--@postgres released
SELECT customer_id, array_agg(kind ORDER BY occurred_at, id) AS path
FROM events
GROUP BY customer_id

--@postgres released
WITH last_order AS (
    SELECT customer_id, MAX(placed_at) AS last_at FROM orders GROUP BY customer_id
), features AS (
    SELECT c.id, c.plan, c.score, c.country,
           extract(epoch FROM (TIMESTAMP '2026-07-01' - l.last_at)) / 86400 AS days_since,
           (l.last_at IS NULL)::int AS never_ordered
    FROM customers c LEFT JOIN last_order l ON l.customer_id = c.id
)
SELECT *, CASE WHEN days_since > 90 OR never_ordered = 1 THEN 1 ELSE 0 END AS churned FROM features

--@postgres released
SELECT r.region, r.title, r.manager_email, COALESCE(t.n, 0) AS customers
FROM regions r
LEFT JOIN (SELECT region, COUNT(*) AS n FROM customers WHERE active GROUP BY region) t ON t.region = r.region

--@postgres released
SELECT a.id, b.id AS referred_by, a.email AS email, b.email AS referrer_email
FROM customers a
JOIN customers b ON a.referrer_id = b.id
WHERE a.plan <> b.plan

--@postgres released
SELECT id, initcap(plan) || ' / ' || coalesce(initcap(region), 'n/a') AS segment,
       lpad(id::text, 6, '0') AS customer_key, md5(plan || '|' || country) AS segment_key
FROM customers

--@postgres released
SELECT month, plan, n, SUM(n) OVER (PARTITION BY plan ORDER BY month) AS cumulative,
       AVG(n) OVER (PARTITION BY plan ORDER BY month ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma3
FROM (
    SELECT date_trunc('month', created_at) AS month, plan, COUNT(*) AS n
    FROM customers GROUP BY 1, 2
) s

--@postgres released
with orders_clean as (
    select o.*, date_trunc('week', o.placed_at) as order_week
    from public.orders o
    where o.status not in ('refunded')
),
customer_weeks as (
    select customer_id, order_week, count(*) as orders, sum(amount) as revenue
    from orders_clean group by customer_id, order_week
),
final as (
    select cw.*, c.plan, c.region, c.email,
        row_number() over (partition by cw.customer_id order by cw.order_week) as week_no,
        coalesce(lead(cw.order_week) over (partition by cw.customer_id order by cw.order_week), '9999-12-31') as next_week
    from customer_weeks cw
    inner join customers c on cw.customer_id = c.id
)
select * from final

--@postgres released
SELECT c.*, o.n_orders, o.last_at
FROM customers AS c
LEFT JOIN (SELECT customer_id, COUNT(*) AS n_orders, MAX(placed_at) AS last_at FROM orders GROUP BY 1) AS o ON o.customer_id = c.id

--@postgres released
SELECT (c.created_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin')::date AS local_day, COUNT(*) FROM customers c GROUP BY 1

--@postgres released
SELECT id, json_build_object('id', id, 'plan', plan, 'tags', to_json(tags)) AS doc FROM customers

--@postgres released
SELECT plan, mode() WITHIN GROUP (ORDER BY country) AS top_country, corr(balance, score) IS NOT NULL AS has_corr FROM customers GROUP BY plan

--@postgres released
SELECT region, plan, GROUPING(region) AS g_region, SUM(balance) FROM customers GROUP BY ROLLUP (region, plan) ORDER BY region NULLS LAST, plan NULLS LAST

--@postgres released
SELECT e.customer_id, e.occurred_at, COUNT(*) OVER (PARTITION BY e.customer_id ORDER BY e.occurred_at RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) AS events_7d FROM events e

--@postgres released
SELECT id, regexp_replace(plan, '^(.)', '[\1]') AS p, (regexp_match(country, '^([A-Z])'))[1] AS c1, split_part(region, 'o', 1) AS rp, string_to_array(plan, 'e') AS parts FROM customers

--@postgres released
SELECT k.key, COUNT(*) AS n FROM events e, json_object_keys(e.payload) AS k(key) GROUP BY k.key

--@postgres released
SELECT c.id, x.ord, x.lang FROM customers c CROSS JOIN LATERAL jsonb_array_elements_text(c.attrs -> 'langs') WITH ORDINALITY AS x(lang, ord)

--@postgres released
SELECT p.plan, c.country, COUNT(cu.id) AS n FROM (VALUES ('free'), ('pro'), ('team')) AS p(plan) CROSS JOIN (SELECT DISTINCT country FROM customers) c LEFT JOIN customers cu ON cu.plan = p.plan AND cu.country = c.country GROUP BY 1, 2

--@postgres released
WITH RECURSIVE r AS (
    SELECT id, ARRAY[id] AS path FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, r.path || c.id FROM customers c JOIN r ON c.referrer_id = r.id
)
SELECT id, array_to_string(path, '/') AS path, array_length(path, 1) AS depth FROM r

--@postgres released
SELECT attrs #>> '{flags,beta}' AS beta, attrs @> '{"tier": 1}' AS is_tier1, attrs ? 'langs' AS has_langs, jsonb_path_query_first(attrs, '$.langs[0]') AS lang0, id FROM customers

--@postgres released
SELECT id, email FROM customers WHERE tags && ARRAY['vip', 'eu'] AND active IS TRUE

--@postgres released
SELECT contact_email, COUNT(*), SUM(amount), BOOL_OR(status = 'refunded') AS ever_refunded FROM orders GROUP BY contact_email HAVING BOOL_AND(amount < 290)

--@postgres released
SELECT customer_id, (array_agg(amount ORDER BY placed_at DESC, id DESC))[1:3] AS last3 FROM orders GROUP BY customer_id

--@postgres released
SELECT a.email, COUNT(*) AS pairs FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id GROUP BY a.email

--@postgres released
SELECT age(TIMESTAMP '2026-07-01', created_at) AS tenure, date_part('quarter', created_at) AS q, make_date(2026, extract(month from created_at)::int, 1) AS m, id FROM customers

--@postgres released
SELECT o.customer_id, o.amount, o.amount > ALL (SELECT x.amount FROM orders x WHERE x.status = 'refunded') AS above_refunds FROM orders o WHERE o.customer_id = ANY (ARRAY[1, 2, 3, 4])

--@postgres released
SELECT min(email) AS any_email, region FROM customers GROUP BY region

--@postgres released
SELECT count(*) AS n, count(email) AS with_email, count(DISTINCT email) AS distinct_email, count(DISTINCT (plan, region)) AS segs FROM customers

--@postgres released
(SELECT id, balance FROM customers WHERE plan = 'free' ORDER BY balance DESC, id LIMIT 3) UNION ALL (SELECT id, balance FROM customers WHERE plan = 'pro' ORDER BY balance DESC, id LIMIT 3)

--@postgres released
TABLE regions
