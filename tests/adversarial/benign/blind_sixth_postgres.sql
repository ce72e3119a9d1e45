--@postgres released
-- churn label: no order in the 30 days after the cut-off
SELECT c.id, c.plan, c.region,
       NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.placed_at > DATE '2026-04-01' AND o.placed_at <= DATE '2026-04-01' + 30) AS churned
FROM customers c WHERE c.created_at < DATE '2026-04-01'

--@postgres released
WITH m AS (
    SELECT customer_id, date_trunc('month', placed_at)::date AS month, SUM(amount) AS mrr FROM orders WHERE status = 'paid' GROUP BY 1, 2
), moves AS (
    SELECT month, customer_id, mrr, LAG(mrr) OVER (PARTITION BY customer_id ORDER BY month) AS prev, LAG(month) OVER (PARTITION BY customer_id ORDER BY month) AS prev_month FROM m
)
SELECT month,
       SUM(CASE WHEN prev IS NULL THEN mrr END) AS new_mrr,
       SUM(CASE WHEN mrr > prev THEN mrr - prev END) AS expansion,
       SUM(CASE WHEN mrr < prev THEN mrr - prev END) AS contraction,
       COUNT(*) FILTER (WHERE prev_month < month - INTERVAL '1 month') AS resurrected
FROM moves GROUP BY month ORDER BY month

--@postgres released
SELECT CASE WHEN mod(id, 2) = 0 THEN 'A' ELSE 'B' END AS variant, COUNT(*) AS n, AVG(balance) AS mean, VARIANCE(balance) AS var,
       STDDEV(balance) / SQRT(COUNT(*)) AS stderr, SUM(active::int) AS conversions, ROUND(AVG(active::int), 4) AS cr
FROM customers GROUP BY 1

--@postgres released | {"since": "2026-03-01"}
SELECT id, customer_id, amount, status, placed_at FROM orders WHERE placed_at >= CAST(:since AS timestamp) ORDER BY placed_at, id

--@postgres released
SELECT to_char(occurred_at, 'Dy') AS day, width_bucket(EXTRACT(hour FROM occurred_at), 0, 24, 4) AS part, COUNT(*) FROM events GROUP BY 1, 2

--@postgres released
-- last touch before each order
SELECT o.id, o.customer_id, t.kind AS last_touch, t.occurred_at
FROM orders o
LEFT JOIN LATERAL (SELECT e.kind, e.occurred_at FROM events e WHERE e.customer_id = o.customer_id AND e.occurred_at <= o.placed_at ORDER BY e.occurred_at DESC, e.id DESC FETCH FIRST ROW ONLY) t ON TRUE

--@postgres released
SELECT kind, next_kind, COUNT(*) AS n, COUNT(*)::float / SUM(COUNT(*)) OVER (PARTITION BY kind) AS p
FROM (SELECT kind, LEAD(kind) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS next_kind FROM events) s
WHERE next_kind IS NOT NULL GROUP BY kind, next_kind

--@postgres released
WITH med AS (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS m FROM orders),
     dev AS (SELECT o.id, abs(o.amount::float8 - med.m) AS d FROM orders o, med)
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY d) AS mad FROM dev

--@postgres released
SELECT c.plan, o.status, COUNT(*) AS n FROM customers c CROSS JOIN (SELECT DISTINCT status FROM orders) s(status)
LEFT JOIN orders o ON o.customer_id = c.id AND o.status = s.status GROUP BY c.plan, o.status

--@postgres released
SELECT plan, MAX(balance) FILTER (WHERE rn = 1) AS top1, MAX(balance) FILTER (WHERE rn = 2) AS top2, MAX(balance) FILTER (WHERE rn = 3) AS top3
FROM (SELECT plan, balance, row_number() OVER (PARTITION BY plan ORDER BY balance DESC, id) AS rn FROM customers) t GROUP BY plan

--@postgres released
SELECT tags, cardinality(tags) AS n, array_remove(tags, 'new') AS rest, array_append(tags, 'x') AS more, array_cat(tags, ARRAY['y']) AS cat, tags || 'z'::text AS plus,
       tags = '{}' AS empty, 'eu' = ANY (tags) AS eu, array_to_string(ARRAY(SELECT DISTINCT unnest(tags) ORDER BY 1), ',') AS sorted
FROM customers

--@postgres released
SELECT plan, ARRAY_AGG(DISTINCT t ORDER BY t) FILTER (WHERE t IS NOT NULL) AS tags FROM customers LEFT JOIN LATERAL unnest(tags) t ON TRUE GROUP BY plan

--@postgres released
WITH d AS (SELECT id, attrs, jsonb_object_keys(attrs) AS k FROM customers) SELECT k, COUNT(*) AS n, COUNT(DISTINCT jsonb_typeof(attrs -> k)) AS types FROM d GROUP BY k

--@postgres released
SELECT id, (attrs ->> 'tier')::int AS tier, COALESCE((attrs #>> '{flags,beta}')::boolean, FALSE) AS beta, attrs -> 'langs' ? 'de' AS german,
       ARRAY(SELECT jsonb_array_elements_text(attrs -> 'langs')) AS langs
FROM customers WHERE (attrs ->> 'tier')::int >= 1

--@postgres released
SELECT date_trunc('day', occurred_at) AS day, kind, COUNT(*) AS n,
       SUM(COUNT(*)) OVER (PARTITION BY kind ORDER BY date_trunc('day', occurred_at)) AS cum,
       COUNT(*) - LAG(COUNT(*), 7) OVER (PARTITION BY kind ORDER BY date_trunc('day', occurred_at)) AS vs_last_week
FROM events GROUP BY 1, 2

--@postgres released
SELECT EXISTS (SELECT 1 FROM customers WHERE region IS NULL) AS has_null_region, (SELECT COUNT(*) FROM orders WHERE amount < 0) AS negative_amounts, (SELECT COUNT(*) FROM (SELECT id FROM events GROUP BY id HAVING COUNT(*) > 1) d) AS dup_events

--@postgres released
SELECT c.id, c.email, ntile(5) OVER (ORDER BY COALESCE(t.total, 0), c.id) AS value_quintile FROM customers c LEFT JOIN (SELECT customer_id, SUM(amount) AS total FROM orders GROUP BY customer_id) t ON t.customer_id = c.id

--@postgres released
SELECT id, CASE WHEN balance IS NULL THEN NULL WHEN balance = 0 THEN 0 ELSE log(balance::numeric) END AS lg, exp(1) AS e, round(ln(balance::numeric + 1), 3) AS ln1, cbrt(balance::float8) AS c, floor(balance / 100)::int AS h, balance % 7 AS m, div(balance, 7) AS d, abs(balance - 500) AS ab, |/ 16 AS root
FROM customers WHERE balance > 0

--@postgres released
SELECT s.g, s.g * s.g AS sq, c.n FROM generate_series(1, 5) s(g) LEFT JOIN (SELECT score / 20 AS b, COUNT(*) AS n FROM customers GROUP BY 1) c ON c.b = s.g

--@postgres released
SELECT o1.customer_id, o1.id AS first_id, o2.id AS second_id, o2.placed_at - o1.placed_at AS gap
FROM orders o1 JOIN orders o2 ON o1.customer_id = o2.customer_id AND o2.placed_at > o1.placed_at
WHERE NOT EXISTS (SELECT 1 FROM orders o3 WHERE o3.customer_id = o1.customer_id AND o3.placed_at > o1.placed_at AND o3.placed_at < o2.placed_at)

--@postgres released
SELECT customer_id, COUNT(*) AS n, CASE COUNT(*) WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END AS freq, MIN(amount), MAX(amount), AVG(amount)::numeric(10,2) FROM orders GROUP BY customer_id HAVING SUM(amount) > ALL (SELECT AVG(amount) FROM orders)

--@postgres released
SELECT DISTINCT ON (c.region) c.region, c.id, c.balance FROM customers c WHERE c.region IS NOT NULL ORDER BY c.region, c.balance DESC NULLS LAST, c.id

--@postgres released
(SELECT id, balance FROM customers ORDER BY balance DESC, id LIMIT 3) UNION ALL (SELECT id, balance FROM customers ORDER BY balance, id LIMIT 3)

--@postgres released
SELECT region, COUNT(*) OVER () AS total_regions, SUM(COUNT(*)) OVER (ORDER BY region ROWS UNBOUNDED PRECEDING) AS running FROM customers GROUP BY region

--@postgres released
SELECT id, placed_at, age(TIMESTAMP '2026-06-01', placed_at) AS old, date_part('doy', placed_at) AS doy, extract(week FROM placed_at) AS wk, placed_at::timestamptz AT TIME ZONE 'UTC' AS utc, (placed_at + '2 hours'::interval)::time AS later, justify_hours(interval '30 hours') AS j, isfinite(placed_at) AS fin
FROM orders

--@postgres released
SELECT id, daterange(created_at::date, (created_at + interval '1 year')::date) @> DATE '2026-05-05' AS valid, tsrange(created_at, created_at + interval '10 days') && tsrange('2026-02-01', '2026-03-01') AS in_feb FROM customers

--@postgres released
SELECT id, country, country IN ('DE', 'FR') AS eu, country LIKE '_R' AS ends_r, region SIMILAR TO '(north|south)' AS ns, plan ~* '^P' AS p, plan !~ 'x' AS no_x, region ILIKE ANY (ARRAY['n%', 's%']) AS anyl FROM customers

--@postgres released
WITH RECURSIVE walk AS (
  SELECT id, referrer_id, 1 AS lvl, id::text AS path FROM customers WHERE id <= 3
  UNION
  SELECT c.id, c.referrer_id, w.lvl + 1, w.path || '/' || c.id FROM customers c INNER JOIN walk w ON c.referrer_id = w.id WHERE w.lvl < 6
)
SELECT lvl, COUNT(*) AS n, string_agg(path, ',' ORDER BY path) AS paths FROM walk GROUP BY lvl ORDER BY lvl

--@postgres released
SELECT x.*, y.title FROM (SELECT region, plan, COUNT(*) AS n, AVG(score) AS avg_score FROM customers GROUP BY region, plan) AS x NATURAL JOIN (SELECT region, title FROM regions) AS y

--@postgres released
SELECT jsonb_agg(jsonb_build_object('id', id, 'tags', to_jsonb(tags)) ORDER BY id) AS docs, json_object_agg(plan, id ORDER BY id) AS j FROM customers WHERE id < 6

--@postgres released
SELECT o.id, it.sku, it.qty, SUM(it.qty) OVER (PARTITION BY it.sku ORDER BY o.placed_at, o.id) AS cum_qty FROM orders o CROSS JOIN LATERAL jsonb_to_recordset(o.items) AS it(sku text, qty integer)

--@postgres released
SELECT id, NULLIF(regexp_replace(payload ->> 'page', '\D', '', 'g'), '')::int AS page_no, payload #>> '{tags,0}' AS tag0, json_typeof(payload -> 'tags') AS tt, payload ->> 'ms' = '7' AS seven FROM events

--@postgres released
SELECT percent_rank() OVER w AS pr, cume_dist() OVER w AS cd, rank() OVER w AS r, dense_rank() OVER w AS dr, id FROM orders WINDOW w AS (ORDER BY amount DESC)

--@postgres released
SELECT customer_id, MAX(amount) - MIN(amount) AS rng, MAX(placed_at)::date - MIN(placed_at)::date AS days, COUNT(*) / GREATEST(MAX(placed_at)::date - MIN(placed_at)::date, 1)::numeric AS per_day FROM orders GROUP BY customer_id

--@postgres released
TABLE regions

--@postgres released
SELECT u.k, u.v, c.id FROM customers c, unnest(ARRAY['plan', 'region'], ARRAY[c.plan, c.region]) AS u(k, v)

--@postgres released
SELECT plan COLLATE "C" AS p, count(*) FROM customers GROUP BY plan COLLATE "C" ORDER BY p
