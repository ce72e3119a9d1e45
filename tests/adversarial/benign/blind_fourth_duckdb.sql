--@duckdb released
SELECT * FROM orders
QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY placed_at DESC, id DESC) = 1

--@duckdb released
SELECT plan, count(*) AS n, median(balance) AS med, quantile_cont(balance, [0.1, 0.9]) AS deciles,
       mode(plan) AS top_plan, any_value(plan) AS p, arg_max(id, balance) AS richest
FROM customers GROUP BY ALL ORDER BY ALL

--@duckdb released
FROM customers SELECT region, sum(balance) AS total GROUP BY region

--@duckdb released
SELECT * EXCLUDE (notes, api_token, iban) FROM customers WHERE active

--@duckdb released
SELECT * REPLACE (round(balance) AS balance) FROM (SELECT id, plan, balance FROM customers)

--@duckdb released
SELECT id, unnest(tags) AS tag FROM customers

--@duckdb released
SELECT id, t.tag, len(tags) AS n FROM customers, unnest(tags) AS t(tag) WHERE list_contains(tags, 'vip')

--@duckdb released
PIVOT (SELECT plan, country, balance FROM customers) ON country IN ('DE', 'FR', 'US', 'GB') USING sum(balance) GROUP BY plan

--@duckdb released
PIVOT (SELECT customer_id, kind FROM events) ON kind IN ('view', 'click', 'buy') USING count(*)

--@duckdb released
UNPIVOT (SELECT region, count(*) AS n, sum(balance)::BIGINT AS total FROM customers GROUP BY region)
ON n, total INTO NAME metric VALUE val

--@duckdb released
WITH wide AS (
    SELECT plan, count(*) AS n, count(*) FILTER (active) AS n_active, count(region) AS n_region FROM customers GROUP BY plan
)
UNPIVOT wide ON COLUMNS(* EXCLUDE plan) INTO NAME metric VALUE val

--@duckdb released
SELECT id, attrs ->> '$.tier' AS tier, json_extract_string(attrs, '$.flags.beta') AS beta,
       json_array_length(attrs, '$.langs') AS n_langs, attrs -> 'langs' ->> 0 AS lang
FROM customers

--@duckdb released
SELECT o.id, j.value ->> '$.sku' AS sku, CAST(j.value ->> '$.qty' AS INTEGER) AS qty
FROM orders o, json_each(o.items) AS j

--@duckdb released
SELECT sku, sum(qty) AS units
FROM (
    SELECT unnest(from_json(items, '[{"sku": "VARCHAR", "qty": "INTEGER"}]'), recursive := true) FROM orders WHERE status = 'paid'
)
GROUP BY sku

--@duckdb released
SELECT date_trunc('week', placed_at) AS week, count(*) AS n, sum(amount) AS revenue,
       sum(sum(amount)) OVER (ORDER BY date_trunc('week', placed_at)) AS running
FROM orders GROUP BY 1

--@duckdb released
SELECT d.day::DATE AS day, count(e.id) AS n
FROM range(DATE '2026-03-01', DATE '2026-04-01', INTERVAL 1 DAY) AS d(day)
LEFT JOIN events e ON e.occurred_at::DATE = d.day::DATE
GROUP BY d.day

--@duckdb released
SELECT e.id, e.customer_id, e.occurred_at, o.id AS last_order, o.amount
FROM events e ASOF LEFT JOIN (SELECT DISTINCT ON (customer_id, placed_at) * FROM orders ORDER BY customer_id, placed_at, id) o
  ON e.customer_id = o.customer_id AND e.occurred_at >= o.placed_at

--@duckdb released
SELECT customer_id, list(kind ORDER BY occurred_at, id) AS path, list_distinct(list(kind ORDER BY kind)).list_sort() AS kinds,
       array_to_string(list(kind ORDER BY occurred_at, id), '>') AS trail
FROM events GROUP BY customer_id

--@duckdb released
SELECT c.id FROM customers c SEMI JOIN orders o ON o.customer_id = c.id AND o.amount > 200

--@duckdb released
SELECT c.id, c.plan FROM customers c ANTI JOIN events e ON e.customer_id = c.id

--@duckdb released
SELECT id, list_transform(tags, lambda x: upper(x)) AS up, list_filter(tags, lambda x: x <> 'eu') AS not_eu,
       list_aggregate(tags, 'count') AS n, tags[1] AS first, tags[-1] AS last
FROM customers

--@duckdb released
SELECT [x * 2 FOR x IN [1, 2, 3] IF x > 1] AS doubled, id FROM customers WHERE id < 4

--@duckdb released
SELECT id, struct_pack(plan := plan, region := region) AS segment, {'a': id, 'b': country} AS s, row(id, plan) AS r
FROM customers

--@duckdb released
SELECT s.seg.plan AS plan, count(*) AS n FROM (SELECT {'plan': plan, 'country': country} AS seg FROM customers) s GROUP BY s.seg.plan

--@duckdb released
SELECT map_from_entries(list((kind, n) ORDER BY kind)) AS counts FROM (SELECT kind, count(*) AS n FROM events GROUP BY kind)

--@duckdb released
WITH RECURSIVE chain(id, root, depth) AS (
    SELECT id, id, 0 FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, chain.root, depth + 1 FROM customers c JOIN chain ON c.referrer_id = chain.id
)
SELECT root, count(*) AS size, max(depth) AS depth FROM chain GROUP BY root

--@duckdb released
SELECT strftime(placed_at, '%Y-%m') AS ym, dayname(placed_at) AS dow, monthname(placed_at) AS mon, epoch(placed_at) AS ep,
       datediff('day', DATE '2026-01-01', placed_at::DATE) AS age_days, date_part('isodow', placed_at) AS isodow,
       last_day(placed_at) AS eom, placed_at + INTERVAL 7 DAY AS due, time_bucket(INTERVAL '6 hours', placed_at) AS slot
FROM orders

--@duckdb released
SELECT TRY_CAST(attrs ->> '$.tier' AS INTEGER) AS tier, avg(balance) AS avg_balance, stddev(balance) AS sd,
       skewness(balance) AS skew, kurtosis(balance) AS kurt, entropy(country) AS ent
FROM customers GROUP BY tier

--@duckdb released
SELECT customer_id, amount, placed_at,
       avg(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id ROWS 3 PRECEDING) AS ma,
       sum(amount) OVER (PARTITION BY customer_id ORDER BY placed_at RANGE BETWEEN INTERVAL 14 DAYS PRECEDING AND CURRENT ROW) AS s14,
       percent_rank() OVER (ORDER BY amount) AS pr,
       lag(amount IGNORE NULLS) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS prev
FROM orders

--@duckdb released
SELECT region, plan, count(*) AS n, grouping_id(region, plan) AS gid FROM customers GROUP BY CUBE (region, plan)

--@duckdb released
SELECT COLUMNS('^(id|plan|region|balance)$') FROM customers

--@duckdb released
SELECT min(COLUMNS(['balance', 'created_at'])) AS "min_\0", max(COLUMNS(['balance', 'created_at'])) AS "max_\0" FROM customers

--@duckdb released
SELECT plan, count() AS n, count_if(active) AS n_active, sum(if(country = 'DE', 1, 0)) AS n_de, bool_or(active) AS some,
       string_agg(DISTINCT country, ',' ORDER BY country) AS countries, product(1 + id / 1000) AS p
FROM customers GROUP BY plan

--@duckdb released
SELECT plan, histogram(country) AS by_country, approx_count_distinct(id) > 0 AS has, list_sort(list_distinct(list(region))) AS regions
FROM customers WHERE region IS NOT NULL GROUP BY plan

--@duckdb released
SELECT a.region, b.n FROM regions a POSITIONAL JOIN (SELECT 1 AS n UNION ALL SELECT 2) b WHERE a.region IS NOT NULL

--@duckdb released
SELECT id, kind, occurred_at FROM events
UNION ALL BY NAME
SELECT placed_at AS occurred_at, id, 'order' AS kind FROM orders

--@duckdb released
SELECT id, regexp_extract(payload ->> '$.page', '/p/(\d+)', 1) AS page, regexp_matches(kind, '^(view|click)$') AS browse,
       payload ->> 'page' LIKE '/p/%' AS is_p, starts_with(kind, 'v') AS v, contains(kind, 'i') AS i, kind[1:2] AS k2, kind || '-' || id AS key
FROM events WHERE (payload ->> '$.ms')::INT > 100

--@duckdb released
SELECT id, list_reduce([1, 2, 3], lambda a, b: a + b) AS s, greatest(id, 10) AS g, id // 3 AS d, id % 3 AS m, round(balance, -1) AS r
FROM customers

--@duckdb released
SELECT email, count(*) AS n, max(created_at) AS last_seen FROM customers GROUP BY email HAVING n > 1

--@duckdb released
SELECT c.id, lo.amount FROM customers c LEFT JOIN LATERAL (
    SELECT max(amount) AS amount FROM orders o WHERE o.customer_id = c.id
) lo ON true ORDER BY lo.amount DESC NULLS LAST, c.id LIMIT 10

--@duckdb released
SELECT hash(id) % 10 < 8 AS in_train, count(*) AS n FROM customers GROUP BY in_train

--@duckdb released
SELECT customer_id, count(*) AS n, max(amount) - min(amount) AS spread, first(status ORDER BY placed_at, id) AS first_status,
       last(status ORDER BY placed_at, id) AS last_status, max_by(id, (placed_at, id)) AS last_id
FROM orders GROUP BY customer_id HAVING count(*) >= 2

--@duckdb released
SELECT plan, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n_orders, id FROM customers c WHERE id IN (SELECT customer_id FROM events)

--@duckdb released
WITH ages AS (SELECT id, date_diff('year', birth_date, DATE '2026-07-01') AS age FROM customers)
SELECT (age // 10) * 10 AS decade, count(*) AS n FROM ages GROUP BY decade ORDER BY decade

--@duckdb released
SELECT equi_width_bins(0, 1000, 5, false) AS bins, count(*) AS n FROM customers

--@duckdb released
SELECT country, bar(count(*), 0, 20, 10) AS b, format('{:d}', count(*)) AS f, printf('%05.1f', avg(balance)) AS pf FROM customers GROUP BY country

--@duckdb released
SELECT id, balance, balance IS DISTINCT FROM 0 AS nonzero, coalesce(region, 'none') AS region, ifnull(referrer_id, -1) AS ref,
       nullif(plan, 'free') AS paid_plan, CASE country WHEN 'DE' THEN 'EU' WHEN 'FR' THEN 'EU' ELSE 'other' END AS zone
FROM customers

--@duckdb released
SELECT unnest({'n': count(*), 'total': sum(amount)}) FROM orders

--@duckdb released
SELECT to_json({'id': id, 'plan': plan}) AS doc, json_object('region', region, 'n', id) AS obj, json_group_array(id) OVER (PARTITION BY plan ORDER BY id) AS ids FROM customers
