--@duckdb released
SELECT c.id, c.plan, NOT EXISTS (FROM orders o WHERE o.customer_id = c.id AND o.placed_at > DATE '2026-04-01' AND o.placed_at <= DATE '2026-04-01' + INTERVAL 30 DAYS) AS churned FROM customers c WHERE c.created_at < DATE '2026-04-01'

--@duckdb released
WITH m AS (SELECT customer_id, date_trunc('month', placed_at) AS month, sum(amount) AS mrr FROM orders WHERE status = 'paid' GROUP BY ALL),
mv AS (SELECT *, lag(mrr) OVER (PARTITION BY customer_id ORDER BY month) AS prev FROM m)
SELECT month, sum(mrr) FILTER (prev IS NULL) AS new_mrr, sum(greatest(mrr - prev, 0)) AS expansion, sum(least(mrr - prev, 0)) AS contraction FROM mv GROUP BY month ORDER BY month

--@duckdb released
SELECT if(id % 2 = 0, 'A', 'B') AS variant, count(*) AS n, avg(balance) AS mean, var_samp(balance) AS var, stddev_samp(balance) / sqrt(count(*)) AS stderr, avg(active::INT) AS cr FROM customers GROUP BY variant

--@duckdb released | {"since": "2026-03-01"}
SELECT id, customer_id, amount FROM orders WHERE placed_at >= :since::TIMESTAMP ORDER BY id

--@duckdb released
SELECT o.id, e.kind AS last_touch FROM orders o ASOF LEFT JOIN (SELECT DISTINCT ON (customer_id, occurred_at) customer_id, occurred_at, kind FROM events ORDER BY customer_id, occurred_at, id DESC) e ON o.customer_id = e.customer_id AND o.placed_at >= e.occurred_at

--@duckdb released
SELECT kind, nxt, count(*) AS n, n / sum(n) OVER (PARTITION BY kind) AS p FROM (SELECT kind, lead(kind) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS nxt FROM events) WHERE nxt IS NOT NULL GROUP BY kind, nxt

--@duckdb released
SELECT mad(amount) AS mad, median(amount) AS med, quantile_disc(amount, [0.05, 0.95]) AS q, list_sort(list(DISTINCT status)) AS st FROM orders

--@duckdb released
SELECT plan, list(balance ORDER BY balance DESC)[1:3] AS top3, max(balance, 2) AS top2, arg_max(id, balance, 2) AS ids FROM customers GROUP BY plan

--@duckdb released
SELECT tags, len(tags) AS n, list_filter(tags, lambda t: t <> 'new') AS rest, list_append(tags, 'x') AS more, list_concat(tags, ['y']) AS cat, array_to_string(list_sort(tags), ',') AS s, list_distinct(tags || tags) AS d, list_reverse(tags) AS r, tags = [] AS empty FROM customers

--@duckdb released
SELECT plan, list(DISTINCT t ORDER BY t) FILTER (t IS NOT NULL) AS tags FROM (SELECT plan, unnest(tags) AS t FROM customers) GROUP BY plan

--@duckdb released
SELECT k, count(*) AS n FROM (SELECT unnest(json_keys(attrs)) AS k FROM customers) GROUP BY k

--@duckdb released
SELECT id, (attrs ->> 'tier')::INT AS tier, (attrs -> 'flags' ->> 'beta')::BOOLEAN AS beta, json_contains(attrs -> 'langs', '"de"') AS german, CAST(attrs -> 'langs' AS VARCHAR[]) AS langs, from_json(attrs, '{"tier": "INTEGER", "langs": ["VARCHAR"]}').tier AS t2 FROM customers

--@duckdb released
SELECT occurred_at::DATE AS day, kind, count(*) AS n, sum(n) OVER (PARTITION BY kind ORDER BY day) AS cum, n - lag(n, 7) OVER (PARTITION BY kind ORDER BY day) AS vs FROM events GROUP BY day, kind

--@duckdb released
SELECT (SELECT count(*) FROM customers WHERE region IS NULL) AS nulls, (SELECT count(*) FROM orders WHERE amount < 0) AS neg, (SELECT bool_and(id > 0) FROM events) AS ok

--@duckdb released
SELECT id, log(balance + 1) AS lg, log2(balance + 1) AS l2, ln(balance + 1) AS l, exp(1) AS e, cbrt(balance) AS c, floor(balance / 100)::INT AS h, balance % 7 AS m, round(balance, 1) AS r, trunc(balance) AS t, abs(balance - 500) AS a, sign(balance) AS s, pow(2, 3) AS p FROM customers

--@duckdb released
SELECT customer_id, count(*) AS n, CASE count(*) WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END AS freq FROM orders GROUP BY customer_id HAVING sum(amount) > (SELECT avg(amount) FROM orders)

--@duckdb released
(SELECT id, balance FROM customers ORDER BY balance DESC, id LIMIT 3) UNION ALL (SELECT id, balance FROM customers ORDER BY balance, id LIMIT 3)

--@duckdb released
SELECT id, placed_at, date_part('doy', placed_at) AS doy, week(placed_at) AS wk, strftime(placed_at, '%d/%m/%Y %H:%M') AS shown, placed_at::TIME AS t, quarter(placed_at) AS q, dayname(placed_at) AS dn, date_diff('hour', TIMESTAMP '2026-01-01', placed_at) AS h, date_add(placed_at, INTERVAL 3 MONTH) AS q3, strptime('2026-01-31', '%Y-%m-%d') AS p, year(placed_at) * 100 + month(placed_at) AS ym FROM orders

--@duckdb released
SELECT id, country IN ('DE', 'FR') AS eu, country LIKE '_R' AS r, region SIMILAR TO '(north|south)' AS ns, plan ILIKE 'P%' AS p, regexp_matches(plan, 'e+') AS e, plan NOT LIKE '%x' AS nx, region GLOB 'n*' AS g, plan ~ 'p.*' AS t FROM customers

--@duckdb released
WITH RECURSIVE walk AS (SELECT id, 1 AS lvl, id::VARCHAR AS path FROM customers WHERE id <= 3 UNION ALL SELECT c.id, w.lvl + 1, w.path || '/' || c.id FROM customers c JOIN walk w ON c.referrer_id = w.id WHERE w.lvl < 6)
SELECT lvl, count(*) AS n, string_agg(path, ',' ORDER BY path) AS paths FROM walk GROUP BY lvl

--@duckdb released
SELECT x.*, y.title FROM (SELECT region, plan, count(*) AS n FROM customers GROUP BY ALL) x NATURAL JOIN (SELECT region, title FROM regions) y

--@duckdb released
SELECT list({'id': id, 'tags': tags} ORDER BY id) AS docs, map(list('c' || id ORDER BY id), list(plan ORDER BY id)) AS m FROM customers WHERE id < 6

--@duckdb released
SELECT o.id, it.sku, it.qty FROM orders o, (SELECT unnest(from_json(o.items, '[{"sku": "VARCHAR", "qty": "INTEGER"}]')) AS it)

--@duckdb released
WITH lines AS (SELECT id, unnest(from_json(items, '[{"sku": "VARCHAR", "qty": "INTEGER"}]')) AS it FROM orders) SELECT it.sku, sum(it.qty) AS units, count(DISTINCT id) AS orders FROM lines GROUP BY it.sku

--@duckdb released
SELECT percent_rank() OVER w AS pr, cume_dist() OVER w AS cd, rank() OVER w AS r, id FROM orders WINDOW w AS (ORDER BY amount DESC)

--@duckdb released
SELECT customer_id, max(placed_at)::DATE - min(placed_at)::DATE AS days, count(*) / greatest(max(placed_at)::DATE - min(placed_at)::DATE, 1) AS per_day FROM orders GROUP BY customer_id

--@duckdb released
SELECT status, sum(amount) AS total, round(100 * total / sum(total) OVER (), 2) AS pct FROM orders GROUP BY status ORDER BY total DESC

--@duckdb released
SELECT id, last_value(region IGNORE NULLS) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS filled FROM customers

--@duckdb released
FROM customers SELECT plan, country, count(*) AS n WHERE active GROUP BY plan, country HAVING n > 1 ORDER BY n DESC, plan, country

--@duckdb released
SELECT * EXCLUDE (n) RENAME (total AS revenue) FROM (SELECT status, count(*) AS n, sum(amount) AS total FROM orders GROUP BY status)

--@duckdb released
PIVOT (SELECT plan, active, balance FROM customers) ON active IN (true, false) USING avg(balance) GROUP BY plan

--@duckdb released
SELECT t.id, t.v.plan, t.v.n FROM (SELECT c.id, {'plan': c.plan, 'n': (SELECT count(*) FROM orders o WHERE o.customer_id = c.id)} AS v FROM customers c) t

--@duckdb released
SELECT id, list_sum(list_transform(string_split('1,2,3', ','), lambda x: x::INT)) AS s, array_length(tags) AS al, list_any_value(tags) AS av, coalesce(tags[1], 'none') AS t1, list_has(tags, 'vip') AS vip, list_slice(tags, 1, 2) AS sl FROM customers

--@duckdb released
SELECT date_trunc('month', created_at) AS m, count(*) FILTER (WHERE plan = 'pro') / count(*) AS pro_share, bit_count(count(*)) AS bc, first(plan ORDER BY id) AS f, approx_count_distinct(plan) AS acd, sum(DISTINCT id % 3) AS sd FROM customers GROUP BY ALL

--@duckdb released
SELECT e.id, e.payload ->> '$.page' AS page, regexp_replace(e.payload ->> '$.page', '\D', '', 'g')::INT AS no, json_extract(e.payload, '$.tags[0]') AS t0, json_extract(e.payload, ['$.ms', '$.page']) AS both, e.payload.page AS dotted FROM events e

--@duckdb released
TABLE regions

--@duckdb released
SELECT id, greatest(*COLUMNS('^(id|referrer_id)$')) AS g, concat_ws('/', *COLUMNS('^(plan|region)$')) AS seg, [*COLUMNS('plan|country')] AS l FROM customers
