--@duckdb released
FROM regions
--@duckdb released
FROM orders SELECT status, sum(amount) AS total GROUP BY status
--@duckdb released
SELECT * EXCLUDE (notes, profile) FROM customers
--@duckdb released
SELECT * REPLACE (upper(plan) AS plan) FROM customers
--@duckdb released
SELECT * RENAME (plan AS tier) FROM customers
--@duckdb released
SELECT COLUMNS('^(id|plan|region)$') FROM customers
--@duckdb released
SELECT COLUMNS(['id', 'country']) FROM customers
--@duckdb released
SELECT max(COLUMNS('^(balance|created_at)$')) FROM customers
--@duckdb released
SELECT id, COLUMNS(* EXCLUDE (id, ship_note)) FROM orders
--@duckdb released
SELECT plan, region, count(*) AS n FROM customers GROUP BY ALL ORDER BY ALL
--@duckdb released
SELECT customer_id, id, amount FROM orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY placed_at DESC, id) = 1
--@duckdb released
SELECT date_trunc('month', placed_at) AS month, count(*) AS n FROM orders GROUP BY month ORDER BY month
--@duckdb released
SELECT strftime(placed_at, '%Y-%m') AS ym, year(placed_at) AS y, month(placed_at) AS m, dayname(placed_at) AS d, epoch(placed_at) AS e, date_diff('day', placed_at, TIMESTAMP '2026-06-01') AS age, datediff('hour', placed_at, TIMESTAMP '2026-06-01') AS hours FROM orders
--@duckdb released
SELECT placed_at + INTERVAL 3 DAY AS due, placed_at - INTERVAL '1' MONTH AS before, date_add(placed_at, INTERVAL 1 HOUR) AS later, last_day(placed_at) AS eom, placed_at::DATE AS d FROM orders
--@duckdb released
SELECT unnest(tags) AS tag, id FROM customers
--@duckdb released
SELECT c.id, t.tag FROM customers c, unnest(c.tags) AS t(tag)
--@duckdb released
SELECT id, len(tags) AS n, tags[1] AS first, list_contains(tags, 'vip') AS vip, array_to_string(tags, '|') AS joined, list_sort(tags) AS sorted, list_distinct(tags) AS uniq, tags[1:2] AS two FROM customers
--@duckdb released
SELECT id, list_transform(tags, lambda x: upper(x)) AS up, list_filter(tags, lambda x: x <> 'new') AS kept FROM customers
--@duckdb released
SELECT id, [upper(x) FOR x IN tags IF x <> 'new'] AS up FROM customers
--@duckdb released
SELECT id, attrs->>'tier' AS tier, attrs->'flags'->>'beta' AS beta, attrs->>'$.flags.beta' AS beta2, json_extract(attrs, '$.langs') AS langs, json_extract_string(attrs, '$.langs[0]') AS lang0 FROM customers
--@duckdb released
SELECT o.id, i->>'sku' AS sku FROM (SELECT id, unnest(CAST(items AS JSON[])) AS i FROM orders) o
--@duckdb released
SELECT e.payload->>'page' AS page, avg(CAST(e.payload->>'ms' AS INTEGER)) AS ms FROM events e GROUP BY 1
--@duckdb released
SELECT json_keys(attrs) AS k, json_array_length(attrs, '$.langs') AS n, json_type(attrs, '$.tier') AS t FROM customers
--@duckdb released
SELECT plan, list(id ORDER BY id) AS ids, array_agg(DISTINCT region ORDER BY region) AS regions, string_agg(region, ',' ORDER BY region) AS joined, count_if(active) AS act, arg_max(id, balance) AS richest, median(balance) AS med, mode(plan) AS mc, quantile_cont(balance, 0.9) AS p90, approx_count_distinct(region) AS ar FROM customers GROUP BY plan
--@duckdb released
SELECT plan, cardinality(histogram(region)) AS h, first(country ORDER BY id) AS f, last(country ORDER BY id) AS l, any_value(plan) AS a, bool_or(active) AS b, stddev(balance) AS sd, max_by(id, balance) AS mb FROM customers GROUP BY plan
--@duckdb released
SELECT struct_extract(struct_pack(a := id, b := plan), 'a') AS p, {'plan': plan, 'region': region}['plan'] AS s, struct_extract({'x': id}, 'x') AS x FROM customers
--@duckdb released
SELECT s.plan, s.n FROM (SELECT {'plan': plan, 'n': id} AS s FROM customers) t
--@duckdb released
SELECT e.id, o.id AS order_id FROM events e ASOF JOIN orders o ON e.customer_id = o.customer_id AND e.occurred_at >= o.placed_at
--@duckdb released
SELECT count(*) AS n FROM customers USING SAMPLE 100%
--@duckdb released
SELECT id FROM customers SEMI JOIN orders ON orders.customer_id = customers.id
--@duckdb released
SELECT id FROM customers ANTI JOIN orders ON orders.customer_id = customers.id
--@duckdb released
SELECT d.d::DATE AS day, count(o.id) AS n FROM generate_series(DATE '2026-02-01', DATE '2026-02-10', INTERVAL 1 DAY) AS d(d) LEFT JOIN orders o ON o.placed_at::DATE = d.d GROUP BY ALL
--@duckdb released
SELECT regexp_extract(plan, '(.)$', 1) AS tail, regexp_matches(plan, '^p') AS p, regexp_replace(plan, '[aeiou]', '', 'g') AS cons, split_part('a-b', '-', 2) AS part, string_split('a,b', ',') AS parts, plan[1:2] AS two, lpad(id::VARCHAR, 4, '0') AS padded, format('{}-{}', plan, id) AS f, printf('%s', plan) AS pf, plan SIMILAR TO 'p.*' AS sim, starts_with(plan, 'p') AS sw, contains(plan, 'r') AS co, strlen(plan) AS sl, levenshtein(plan, 'pro') AS lev, md5(plan) AS h FROM customers
--@duckdb released
SELECT id, try_cast(plan AS INTEGER) AS n, balance::DOUBLE AS d, id::VARCHAR AS t, ifnull(region, '?') AS r, if(active, 'y', 'n') AS yn, greatest(id, 3) AS g, round(balance, 1) AS rb, balance // 10 AS tens, id ** 2 AS sq, bround FROM (SELECT *, round_even(balance, 0) AS bround FROM customers)
--@duckdb released
SELECT id * 2 AS twice, twice + 1 AS more FROM customers WHERE twice > 6
--@duckdb released
SELECT plan, region, count(*) AS n, grouping_id(plan, region) AS g FROM customers GROUP BY ROLLUP (plan, region)
--@duckdb released
SELECT DISTINCT ON (customer_id) customer_id, amount FROM orders ORDER BY customer_id, id
--@duckdb released
WITH t AS MATERIALIZED (SELECT customer_id, sum(amount) AS s FROM orders GROUP BY 1) SELECT c.plan, sum(t.s) AS s FROM t JOIN customers c ON c.id = t.customer_id GROUP BY ALL
--@duckdb released
SELECT email, id FROM customers UNION BY NAME SELECT id, contact_email AS email FROM orders
--@duckdb released
SELECT sum(amount) OVER (ORDER BY placed_at RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW) AS week, id FROM orders
--@duckdb released
SELECT time_bucket(INTERVAL '15 minutes', occurred_at) AS slot, count(*) AS n FROM events GROUP BY 1
--@duckdb released
SELECT id, list_value(id, 1) AS l, list_aggregate([1, 2, 3], 'sum') AS s, flatten([[1], [2]]) AS f, map_keys(map(['a'], [id])) AS m, element_at(map(['a'], [id]), 'a') AS e FROM customers
--@duckdb released
SELECT c.id, l.amount FROM customers c, LATERAL (SELECT amount FROM orders o WHERE o.customer_id = c.id ORDER BY amount DESC LIMIT 1) l
--@duckdb released
SELECT r.range AS n, c.id FROM range(5) r JOIN customers c ON c.id = r.range
--@duckdb released
SELECT v.a, v.b, c.id FROM (VALUES ('pro', 'x'), ('free', 'y')) v(a, b) JOIN customers c ON c.plan = v.a
--@duckdb released
SELECT plan, percentile_cont(0.5) WITHIN GROUP (ORDER BY balance) AS p50, percentile_disc(0.9) WITHIN GROUP (ORDER BY balance) FILTER (active) AS p90 FROM customers GROUP BY plan
--@duckdb released
SELECT id, 'vip' IN tags AS vip, 'x' IN string_split(plan, ',') AS x FROM customers WHERE 'eu' IN tags OR plan IN ('pro', 'free')
--@duckdb released
SELECT id, repeat(plan, 3) AS r, repeat('-', 10) AS line FROM customers
--@duckdb released
SELECT id, range(3) AS r, generate_series(1, 5, 2) AS g FROM customers
--@duckdb released
SELECT id, unnest(generate_series(DATE '2026-01-01', DATE '2026-01-05', INTERVAL 1 DAY)) AS d FROM regions JOIN customers USING (region)
--@duckdb released
WITH days AS (SELECT unnest(range(TIMESTAMP '2026-03-01', TIMESTAMP '2026-03-08', INTERVAL '1' DAY)) AS d) SELECT d, count(e.id) AS n FROM days LEFT JOIN events e ON e.occurred_at::DATE = d::DATE GROUP BY d
--@duckdb released
SELECT {'a': id, 'b': plan}.a AS x, (struct_pack(k := region)).k AS k FROM customers
--@duckdb released
SELECT id, created_at + INTERVAL (id) DAY AS d, created_at - INTERVAL (id % 3 + 1) HOUR AS h, created_at + to_days(id) AS t FROM customers
--@duckdb released
SELECT id, $$it's$$ AS s, E'a\tb\'c' AS e FROM customers
--@duckdb released
SELECT id FROM customers WHERE plan COLLATE NOCASE = 'PRO'
--@duckdb released
SELECT plan, max(balance, 2) AS top, min(id, 3) AS first, max_by(id, balance, 2) AS ids FROM customers GROUP BY plan
--@duckdb released
SELECT hash(plan) % 4 AS bucket, count(*) AS n FROM customers GROUP BY 1
