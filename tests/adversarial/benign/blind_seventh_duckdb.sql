--@duckdb released
SELECT plan, count(*) AS n, round(avg(balance), 2) AS avg_balance, median(balance) AS med
FROM customers
GROUP BY ALL
ORDER BY ALL

--@duckdb released
FROM orders
SELECT status, sum(amount) AS total, count() AS n
GROUP BY status

--@duckdb released
SELECT * EXCLUDE (profile, aliases, api_token, iban) FROM customers WHERE active

--@duckdb released
SELECT * EXCLUDE (ship_note, items) REPLACE (round(amount) AS amount) FROM orders

--@duckdb released
SELECT customer_id, id, amount, placed_at
FROM orders
QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY placed_at DESC, id) = 1

--@duckdb released
WITH m AS (
    SELECT date_trunc('month', placed_at) AS month, sum(amount) AS revenue FROM orders GROUP BY 1
)
SELECT month, revenue, lag(revenue) OVER (ORDER BY month) AS prev,
       revenue / nullif(lag(revenue) OVER (ORDER BY month), 0) - 1 AS growth
FROM m

--@duckdb released
SELECT c.id, c.email, c.full_name, sum(o.amount) AS spend
FROM customers c
JOIN orders o ON o.customer_id = c.id
WHERE o.status = 'paid'
GROUP BY c.id, c.email, c.full_name
HAVING sum(o.amount) > 100

--@duckdb released
SELECT customer_id,
       count(*) FILTER (WHERE kind = 'view') AS views,
       count(*) FILTER (WHERE kind = 'click') AS clicks,
       count(*) FILTER (WHERE kind = 'buy') AS buys
FROM events
GROUP BY customer_id

--@duckdb released
PIVOT (SELECT region, plan, balance FROM customers) ON plan IN ('free', 'pro', 'team') USING sum(balance) GROUP BY region

--@duckdb released
SELECT id, attrs->>'tier' AS tier, CAST(attrs->'flags'->>'beta' AS BOOLEAN) AS beta
FROM customers

--@duckdb released
SELECT id, json_extract_string(payload, '$.page') AS page, CAST(json_extract(payload, '$.ms') AS INTEGER) AS ms
FROM events
WHERE kind = 'view'

--@duckdb released
SELECT id, unnest(tags) AS tag FROM customers

--@duckdb released
SELECT tag, count(*) AS n
FROM (SELECT unnest(tags) AS tag FROM customers)
GROUP BY tag
ORDER BY n DESC, tag

--@duckdb released
SELECT id, list_contains(tags, 'vip') AS is_vip, len(tags) AS n_tags, array_to_string(tags, ',') AS tags_csv
FROM customers

--@duckdb released
SELECT d.day, count(e.id) AS events
FROM (SELECT CAST(range AS DATE) AS day FROM range(DATE '2026-03-01', DATE '2026-04-01', INTERVAL 1 DAY)) d
LEFT JOIN events e ON CAST(e.occurred_at AS DATE) = d.day
GROUP BY d.day
ORDER BY d.day

--@duckdb released
SELECT c.id, c.email
FROM customers c
ANTI JOIN orders o ON o.customer_id = c.id

--@duckdb released
SELECT c.id, c.plan
FROM customers c
SEMI JOIN events e ON e.customer_id = c.id AND e.kind = 'buy'

--@duckdb released
SELECT e.id, e.customer_id, e.occurred_at, o.id AS order_id, o.placed_at
FROM events e
ASOF JOIN orders o ON e.customer_id = o.customer_id AND e.occurred_at >= o.placed_at
WHERE o.id <> 108

--@duckdb released
SELECT plan, quantile_cont(balance, [0.25, 0.5, 0.75]) AS quartiles
FROM customers
GROUP BY plan

--@duckdb released
SELECT region, arg_max(id, balance) AS richest, max(balance) AS top_balance
FROM customers
GROUP BY region

--@duckdb released
WITH RECURSIVE chain(id, root, depth) AS (
    SELECT id, id, 0 FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, chain.root, chain.depth + 1 FROM customers c JOIN chain ON c.referrer_id = chain.id
)
SELECT depth, count(*) AS n FROM chain GROUP BY depth ORDER BY depth

--@duckdb released
SELECT contact_email, count(*) AS orders, count(DISTINCT ip) AS ips
FROM orders
GROUP BY contact_email
ORDER BY orders DESC, ips
LIMIT 5

--@duckdb released
SELECT email FROM customers WHERE email IS NOT NULL
UNION
SELECT contact_email FROM orders
UNION
SELECT actor_email FROM events

--@duckdb released
SELECT id AS customer_id, 'signup' AS event, created_at AS ts FROM customers
UNION ALL BY NAME
SELECT customer_id, kind AS event, occurred_at AS ts FROM events

--@duckdb released
SELECT datediff('day', c.created_at, min(o.placed_at)) AS days_to_first_order, count(*) OVER () AS n_rows, c.id
FROM customers c
JOIN orders o ON o.customer_id = c.id
GROUP BY c.id, c.created_at

--@duckdb released
SELECT floor(amount / 50) * 50 AS bin, count(*) AS n, bar(count(*), 0, 80, 20) AS chart
FROM orders
GROUP BY 1
ORDER BY 1

--@duckdb released
SELECT strftime(placed_at, '%Y-%W') AS week, status, sum(amount) AS amount
FROM orders
GROUP BY week, status

--@duckdb released
SELECT customer_id, list(kind ORDER BY occurred_at, id) AS path
FROM events
GROUP BY customer_id

--@duckdb released
SELECT dayname(occurred_at) AS day, hour(occurred_at) AS hour, count(*) AS n
FROM events
GROUP BY day, hour

--@duckdb released
SELECT id, plan, country, hash(plan) % 10 >= 8 AS is_test FROM customers

--@duckdb released
SELECT c.region, r.title, r.manager_email, count(*) AS n
FROM customers AS c LEFT JOIN regions AS r USING (region)
GROUP BY ALL

--@duckdb released
SELECT o.id, o.item->>'sku' AS sku, CAST(o.item->>'qty' AS INTEGER) AS qty
FROM (SELECT id, unnest(json_extract(items, '$[*]')) AS item FROM orders) o

--@duckdb released
SELECT id, CASE plan WHEN 'free' THEN 0 WHEN 'pro' THEN 1 ELSE 2 END AS plan_code,
       CAST(active AS INTEGER) AS active, ln(1 + balance) AS log_balance,
       (balance - avg(balance) OVER ()) / stddev_samp(balance) OVER () AS z_balance
FROM customers

--@duckdb released
SELECT plan, region, grouping(plan, region) AS g, count(*) AS n
FROM customers
GROUP BY ROLLUP (plan, region)

--@duckdb released
SELECT id, email, created_at, email IS NULL AS missing_email, phone IS NULL AS missing_phone
FROM customers
WHERE created_at BETWEEN TIMESTAMP '2026-01-01' AND TIMESTAMP '2026-03-31'

--@duckdb released
WITH sess AS (
    SELECT id, customer_id, occurred_at,
           date_diff('hour', lag(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id), occurred_at) AS gap_h
    FROM events
)
SELECT customer_id, count(*) FILTER (WHERE gap_h IS NULL OR gap_h > 24) AS sessions, avg(gap_h) AS avg_gap
FROM sess
GROUP BY customer_id

--@duckdb released
SELECT birth_date, count(*) AS n FROM customers GROUP BY birth_date

--@duckdb released
SELECT year(birth_date) AS y, avg(balance) AS b FROM customers GROUP BY y ORDER BY y

--@duckdb released
SELECT o.customer_id, first(o.id ORDER BY o.placed_at, o.id) AS first_order, last(o.id ORDER BY o.placed_at, o.id) AS last_order
FROM orders o
GROUP BY o.customer_id

--@duckdb released
SELECT c.id, c.email, t.total
FROM customers c,
LATERAL (SELECT sum(o.amount) AS total FROM orders o WHERE o.customer_id = c.id) t
WHERE t.total > 0

--@duckdb released
SELECT payload->>'page' AS page, approx_count_distinct(customer_id) > 0 AS seen, count(DISTINCT customer_id) AS visitors
FROM events
GROUP BY page

--@duckdb released
SELECT regexp_extract(json_extract_string(payload, '$.page'), '/p/(\d+)', 1) AS page_no, count(*) AS n
FROM events
GROUP BY 1

--@duckdb released
UNPIVOT (SELECT plan, sum(balance) AS total, max(balance) AS top FROM customers GROUP BY plan)
ON total, top INTO NAME metric VALUE amount

--@duckdb released
SELECT score, count(*) AS n, sum(count(*)) OVER (ORDER BY score) AS cumulative
FROM customers
GROUP BY score

--@duckdb released
SELECT c.id, COLUMNS('^(plan|region|country)$') FROM customers c

--@duckdb released
SELECT national_id, count(*) AS n FROM customers GROUP BY national_id HAVING n > 1

--@duckdb released
SELECT {'plan': plan, 'country': country} AS segment, count(*) AS n FROM customers GROUP BY plan, country

--@duckdb released
SELECT id, plan, if(balance > 500, 'rich', 'poor') AS band, ifnull(region, 'none') AS region, try_cast(attrs->>'tier' AS INTEGER) AS tier
FROM customers

--@duckdb released
SELECT list_transform(tags, lambda x: upper(x)) AS tags_upper, list_filter(tags, lambda x: x <> 'new') AS rest, id FROM customers

--@duckdb released
SELECT k."Id", k."Title", k."ownerEmail", c.id AS customer_id FROM "Campaigns" k LEFT JOIN customers c ON c.email = k."ownerEmail"

--@duckdb released
WITH base AS (SELECT customer_id, kind, occurred_at FROM events),
agg AS (
    SELECT customer_id, count(*) AS n, min(occurred_at) AS first_at, max(occurred_at) AS last_at,
           count(*) FILTER (kind = 'buy') AS buys, mode(kind) FILTER (kind <> 'view') IS NOT NULL AS acted
    FROM base GROUP BY customer_id
)
SELECT a.*, c.email, c.plan, c.score FROM agg a JOIN customers c ON c.id = a.customer_id

--@duckdb released
SELECT c.* EXCLUDE (profile, aliases, api_token), o.total FROM customers c LEFT JOIN (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY ALL) o ON o.customer_id = c.id

--@duckdb released
SELECT time_bucket(INTERVAL '1 week', placed_at) AS wk, sum(amount) AS s FROM orders GROUP BY wk ORDER BY wk

--@duckdb released
SELECT histogram(plan) AS h FROM customers

--@duckdb released
SELECT customer_id, max_by(status, placed_at) IS NOT NULL AS has_status, min_by(id, (placed_at, id)) AS first_id FROM orders GROUP BY customer_id

--@duckdb released
SELECT g.d::DATE AS d, count(o.id) AS n FROM generate_series(TIMESTAMP '2026-02-01', TIMESTAMP '2026-02-28', INTERVAL '1' DAY) AS g(d) LEFT JOIN orders o ON o.placed_at::DATE = g.d::DATE GROUP BY 1

--@duckdb released
SELECT customer_id, occurred_at, count(*) OVER (PARTITION BY customer_id ORDER BY occurred_at RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) AS n7 FROM events

--@duckdb released
SELECT id, regexp_matches(plan, '^p') AS p, regexp_replace(plan, 'e+', '3', 'g') AS r, string_split(plan, 'r') AS parts, plan[1] AS initial, plan ILIKE 'PR%' AS pro FROM customers

--@duckdb released
SELECT id, epoch(occurred_at) AS ts, make_timestamp(2026, month(occurred_at), 1, 0, 0, 0.0) AS m, occurred_at + INTERVAL 1 MONTH AS nxt, last_day(occurred_at) AS eom FROM events

--@duckdb released
PIVOT events ON kind IN ('view', 'click', 'buy') USING count(*) GROUP BY customer_id

--@duckdb released
SELECT plan, region, country, count(*) AS n FROM customers GROUP BY GROUPING SETS ((plan, region), (country), ())

--@duckdb released
SELECT id, json_keys(attrs) AS ks, json_array_length(attrs, '$.langs') AS nl, attrs->'$.langs[0]' AS l0, json_type(attrs, '$.tier') AS ty FROM customers

--@duckdb released
SELECT je.key, count(*) AS n FROM events e, json_each(e.payload) je GROUP BY je.key

--@duckdb released
SELECT cat, n FROM (VALUES ('free', 1), ('pro', 2)) v(cat, n) JOIN customers c ON c.plan = v.cat

--@duckdb released
SELECT email, list(DISTINCT plan ORDER BY plan) AS plans, string_agg(country, ',' ORDER BY id) AS cs FROM customers GROUP BY email

--@duckdb released
SELECT sum(amount) AS total, avg(amount)::DECIMAL(10, 2) AS aov, sum(amount) FILTER (WHERE status = 'paid') / sum(amount) AS paid_share, kurtosis(amount) AS k FROM orders

--@duckdb released
SELECT contact_email FROM orders WHERE contact_email NOT IN (SELECT email FROM customers WHERE email IS NOT NULL) ORDER BY ALL

--@duckdb released
SELECT a.plan, b.plan AS ref_plan, count(*) AS n FROM customers a JOIN customers b ON a.referrer_id = b.id GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 3 DESC, 1, 2

--@duckdb released
FROM customers SELECT id, email, plan WHERE plan <> 'free' ORDER BY id LIMIT 10 OFFSET 2

--@duckdb released
SELECT id, balance, balance BETWEEN 100 AND 500 AS mid, width_bucket_x FROM (SELECT id, balance, (balance // 100)::INT AS width_bucket_x FROM customers)

--@duckdb released
SELECT struct_pack(plan := plan, n := count(*)) AS s, any_value(plan) AS p FROM customers GROUP BY plan

--@duckdb released
SELECT id, tags[1] AS first_tag, list_sort(tags) AS sorted, list_has_any(tags, ['vip', 'eu']) AS hit, [plan, country] AS pc, cardinality(map([plan], [balance])) AS m FROM customers

--@duckdb released
SELECT e.customer_id, [t for t in list(e.kind ORDER BY e.id) if t <> 'view'] AS acts FROM events e GROUP BY e.customer_id

--@duckdb released
SELECT customer_id, sum(amount) OVER w AS s, avg(amount) OVER (w ROWS 2 PRECEDING) AS ma FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id)
