--@postgres released
SELECT status, count(*) AS n, round(count(*) * 100.0 / sum(count(*)) OVER (), 1) AS pct, sum(count(*)) OVER (ORDER BY count(*) DESC, status) AS running FROM orders GROUP BY status

--@postgres released
WITH monthly AS (SELECT date_trunc('month', placed_at) AS m, customer_id FROM orders GROUP BY 1, 2)
SELECT a.m, count(*) AS active, count(b.customer_id) AS retained, round(count(b.customer_id)::numeric / count(*), 3) AS rate
FROM monthly a LEFT JOIN monthly b ON b.customer_id = a.customer_id AND b.m = a.m + interval '1 month' GROUP BY a.m

--@postgres released
SELECT c.region, c.plan, count(*) FILTER (WHERE o.status = 'paid') AS paid, coalesce(sum(o.amount) FILTER (WHERE o.status = 'paid'), 0) AS revenue
FROM customers AS c LEFT OUTER JOIN orders AS o ON (o.customer_id = c.id AND o.placed_at >= '2026-03-01'::timestamp) WHERE c.region IS NOT NULL GROUP BY c.region, c.plan HAVING count(*) > 1

--@postgres released
SELECT e.customer_id, e.kind, e.occurred_at, extract(epoch FROM e.occurred_at - first_value(e.occurred_at) OVER (PARTITION BY e.customer_id ORDER BY e.occurred_at, e.id))::int AS since_first FROM events e

--@postgres released
SELECT CASE WHEN grouping(plan) = 1 THEN 'TOTAL' ELSE plan END AS plan, count(*) AS n, avg(balance) AS b FROM customers GROUP BY ROLLUP (plan) ORDER BY 1

--@postgres released
SELECT id, jsonb_build_object('plan', plan, 'langs', attrs -> 'langs') AS doc, jsonb_typeof(attrs -> 'tier') AS t, coalesce((attrs ->> 'missing')::int, 0) AS m, attrs - 'flags' AS slim FROM customers

--@postgres released
SELECT k.key, count(*) AS n FROM customers c CROSS JOIN LATERAL jsonb_object_keys(c.attrs) AS k(key) GROUP BY k.key

--@postgres released
SELECT payload ->> 'page' AS page, percentile_cont(0.95) WITHIN GROUP (ORDER BY (payload ->> 'ms')::float) AS p95, count(*) AS n FROM events GROUP BY payload ->> 'page'

--@postgres released
SELECT id, amount, CASE ntile(10) OVER (ORDER BY amount, id) WHEN 10 THEN 'top' WHEN 1 THEN 'bottom' ELSE 'mid' END AS decile FROM orders WHERE status <> 'refunded'

--@postgres released
SELECT id, to_char(placed_at, 'IYYY-"W"IW') AS iso_week, to_char(amount, 'FM999990.00') AS amt, to_char(placed_at, 'Dy DD Mon') AS day, date_part('quarter', placed_at) AS q FROM orders

--@postgres released
SELECT DISTINCT first_value(id) OVER w AS newest, customer_id FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at DESC, id DESC)

--@postgres released
SELECT a.region, a.title, b.n FROM regions a LEFT JOIN (SELECT region, count(*) AS n FROM customers GROUP BY region) b USING (region) WHERE coalesce(b.n, 0) >= 0

--@postgres released
WITH RECURSIVE chain AS (
    SELECT id, referrer_id, id::text AS path FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, c.referrer_id, chain.path || '>' || c.id::text FROM customers c INNER JOIN chain ON c.referrer_id = chain.id
) SELECT id, path, length(path) - length(replace(path, '>', '')) AS depth FROM chain

--@postgres released
SELECT c.id, EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status = 'refunded') AS refunded, (SELECT count(*) FROM events e WHERE e.customer_id = c.id) AS events, ARRAY(SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.id) AS orders FROM customers c

--@postgres released
SELECT x.bucket, count(*) FROM (SELECT least(floor(balance / 100)::int, 9) AS bucket FROM customers) AS x GROUP BY x.bucket ORDER BY x.bucket

--@postgres released
SELECT c.email, count(*) AS events, max(e.occurred_at) AS last_seen FROM customers c JOIN events e ON e.actor_email = c.email GROUP BY c.email ORDER BY events DESC LIMIT 1000

--@postgres released
SELECT regexp_replace(lower(title), '\s+', '_', 'g') AS slug, char_length(title) AS len, md5(title) AS h, encode(sha256(convert_to(title, 'UTF8')), 'hex') AS s FROM regions

--@postgres released
SELECT id, created_at::date AS d, (created_at + interval '1 year 2 months')::date AS renewal, age(timestamp '2026-12-01', created_at) > interval '6 months' AS old, extract(isodow FROM created_at) IN (6, 7) AS weekend FROM customers

--@postgres released
SELECT t.id, t.amount FROM (SELECT o.id, o.amount, avg(o.amount) OVER () AS mean, stddev(o.amount) OVER () AS sd FROM orders o) t WHERE abs(t.amount - t.mean) > 1.5 * t.sd

--@postgres released
SELECT plan, v.name, v.val FROM (SELECT plan, sum(balance) AS total, count(*)::numeric AS n FROM customers GROUP BY plan) s, LATERAL (VALUES ('total', s.total), ('n', s.n)) v(name, val)

--@duckdb released
SELECT status, count(*) AS n, round(count(*) * 100.0 / sum(count(*)) OVER (), 1) AS pct FROM orders GROUP BY status

--@duckdb released
WITH monthly AS (SELECT DISTINCT date_trunc('month', placed_at) AS m, customer_id FROM orders)
SELECT a.m, count(*) AS active, count(b.customer_id) AS retained FROM monthly a LEFT JOIN monthly b ON b.customer_id = a.customer_id AND b.m = a.m + INTERVAL 1 MONTH GROUP BY a.m

--@duckdb released
SELECT payload->>'page' AS page, quantile_cont((payload->>'ms')::DOUBLE, 0.95) AS p95 FROM events GROUP BY 1

--@duckdb released
SELECT id, plan.upper() AS p, country.lower() AS c, list_aggr(tags, 'count') AS n, array_agg(DISTINCT plan) OVER (PARTITION BY country) IS NOT NULL AS a FROM customers

--@duckdb released
SELECT c.id, t.tag FROM customers c CROSS JOIN unnest(c.tags) AS t(tag)

--@duckdb released
SELECT plan, sum(balance) FILTER (region = 'north') AS north, sum(balance) FILTER (region = 'south') AS south FROM customers GROUP BY plan

--@duckdb released
SELECT id, strftime(placed_at, '%Y-W%V') AS w, placed_at::DATE - DATE '2026-01-01' AS days, date_diff('week', DATE '2026-01-01', placed_at::DATE) AS wk, isodow(placed_at) IN (6, 7) AS weekend FROM orders

--@duckdb released
SELECT customer_id, max(amount) AS hi, arg_max(id, amount) IS NOT NULL AS has, count(DISTINCT status) AS st, list(amount ORDER BY id)[1] AS first_amount FROM orders GROUP BY customer_id

--@duckdb released
SELECT DISTINCT ON (customer_id) customer_id, id, amount FROM orders ORDER BY customer_id, placed_at DESC, id DESC

--@duckdb released
SELECT coalesce(sum(amount), 0) AS total, sum(amount) / nullif(count(*), 0) AS avg FROM orders WHERE placed_at BETWEEN '2026-03-01' AND '2026-03-31 23:59:59' AND status NOT IN ('refunded')
