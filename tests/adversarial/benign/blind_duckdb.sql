--@duckdb released
SELECT id, email, plan FROM customers QUALIFY row_number() OVER (PARTITION BY email ORDER BY created_at DESC, id DESC) = 1

--@duckdb released
SELECT date_trunc('month', placed_at) AS month, status, count(*) AS n, sum(amount) AS revenue FROM orders GROUP BY ALL ORDER BY ALL

--@duckdb released
FROM orders SELECT customer_id, sum(amount) AS total, max(placed_at) AS last_at GROUP BY customer_id

--@duckdb released
SELECT * EXCLUDE (profile, aliases, api_token, iban, notes, national_id, full_name, attrs, tags) FROM customers

--@duckdb released
SELECT id, * EXCLUDE (id, ship_note, items) REPLACE (round(amount) AS amount) FROM orders

--@duckdb released
WITH gaps AS (
    SELECT id, customer_id, occurred_at, lag(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS prev FROM events
)
SELECT id, customer_id, sum(CASE WHEN prev IS NULL OR date_diff('minute', prev, occurred_at) > 30 THEN 1 ELSE 0 END) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS session_no
FROM gaps

--@duckdb released
SELECT strftime(placed_at, '%Y-%m') AS ym, count(*) FILTER (WHERE status = 'paid') AS paid FROM orders GROUP BY 1

--@duckdb released
SELECT plan, median(balance) AS med, quantile_cont(balance, 0.9) AS p90, quantile_disc(balance, 0.1) AS p10, mode(region) AS top_region, mad(balance) AS mad FROM customers GROUP BY plan

--@duckdb released
SELECT id, unnest(tags) AS tag FROM customers

--@duckdb released
SELECT tag, count(*) AS n FROM (SELECT unnest(tags) AS tag FROM customers) GROUP BY tag ORDER BY n DESC, tag

--@duckdb released
SELECT id, list_sort(tags) AS t, len(tags) AS n, list_contains(tags, 'vip') AS vip, list_filter(tags, lambda x: x <> 'eu') AS non_eu, list_aggregate(tags, 'string_agg', '|') AS flat FROM customers

--@duckdb released
SELECT id, attrs->>'$.tier' AS tier, json_extract_string(attrs, '$.langs[0]') AS lang, (attrs->'flags'->>'beta')::BOOLEAN AS beta FROM customers

--@duckdb released
SELECT id, json_array_length(items) AS lines, json_extract(items, '$[0].qty')::INT AS q0 FROM orders

--@duckdb released
SELECT o.id, (i.item->>'sku') AS sku, (i.item->>'qty')::INTEGER AS qty
FROM orders o, (SELECT unnest(from_json(o.items, '["json"]')) AS item) i

--@duckdb released
SELECT kind, avg((payload->>'ms')::DOUBLE) AS ms, approx_count_distinct(customer_id) >= 1 AS some FROM events GROUP BY kind

--@duckdb released
PIVOT (SELECT region, plan, balance FROM customers) ON plan IN ('free', 'pro', 'team') USING sum(balance) GROUP BY region

--@duckdb released
SELECT customer_id, list(kind ORDER BY occurred_at, id) AS path, string_agg(DISTINCT kind, ',' ORDER BY kind) AS kinds FROM events GROUP BY customer_id

--@duckdb released
SELECT customer_id, arg_max(status, placed_at) AS last_status, arg_min(amount, id) AS first_amount, max_by(id, id) AS last_id FROM orders GROUP BY customer_id

--@duckdb released
SELECT c.id, o.amount FROM customers c ASOF LEFT JOIN orders o ON c.id = o.customer_id AND c.created_at <= o.placed_at

--@duckdb released
SELECT c.id FROM customers c ANTI JOIN orders o ON o.customer_id = c.id

--@duckdb released
SELECT c.id, c.plan FROM customers c SEMI JOIN orders o ON c.id = o.customer_id

--@duckdb released
WITH RECURSIVE tree AS (
    SELECT id, referrer_id, 0 AS depth, [id] AS path FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, c.referrer_id, t.depth + 1, list_append(t.path, c.id) FROM customers c JOIN tree t ON c.referrer_id = t.id
)
SELECT id, depth, path[1] AS root, len(path) AS n FROM tree

--@duckdb released
SELECT coalesce(region, 'all') AS region, plan, sum(balance) AS s, grouping_id(region, plan) AS g FROM customers GROUP BY GROUPING SETS ((region, plan), (plan), ())

--@duckdb released
SELECT region, plan, count(*) FROM customers GROUP BY ROLLUP (region, plan)

--@duckdb released
SELECT d.day, count(o.id) AS n
FROM (SELECT unnest(generate_series(DATE '2026-02-01', DATE '2026-03-01', INTERVAL 1 DAY))::DATE AS day) d
LEFT JOIN orders o ON o.placed_at::DATE = d.day GROUP BY d.day

--@duckdb released
SELECT r.range AS n, count(c.id) FROM range(0, 10) r LEFT JOIN customers c ON c.id = r.range GROUP BY 1

--@duckdb released
SELECT id, placed_at + INTERVAL 30 DAY AS due, date_part('dow', placed_at) AS dow, dayname(placed_at) AS dn, last_day(placed_at) AS eom, datediff('day', placed_at, TIMESTAMP '2026-12-31') AS left_days, epoch(placed_at) AS ep FROM orders

--@duckdb released
SELECT id, upper(plan) || '-' || lower(coalesce(region, 'none')) AS slug, regexp_replace(country, '[^A-Z]', '', 'g') AS cc, regexp_extract(plan, '^(.)', 1) AS p1, lpad(id::VARCHAR, 6, '0') AS code, string_split(plan, 'e') AS parts, left(plan, 2) AS l FROM customers

--@duckdb released
SELECT email, count(*) AS n FROM customers GROUP BY email HAVING n > 1

--@duckdb released
SELECT c.id, count(*) AS n FROM customers c JOIN orders o ON o.contact_email = c.email GROUP BY c.id

--@duckdb released
SELECT plan, balance, sum(balance) OVER w AS running, avg(balance) OVER (w ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma FROM customers WINDOW w AS (PARTITION BY plan ORDER BY id)

--@duckdb released
SELECT id, rank() OVER (ORDER BY balance DESC) AS r, ntile(4) OVER (ORDER BY balance, id) AS q, percent_rank() OVER (ORDER BY balance) AS pr, cume_dist() OVER (ORDER BY balance) AS cd, nth_value(id, 2) OVER (PARTITION BY plan ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second FROM customers

--@duckdb released
SELECT 'c' AS src, count(*) AS n FROM customers UNION ALL BY NAME SELECT count(*) AS n, 'o' AS src FROM orders

--@duckdb released
SELECT email FROM customers INTERSECT SELECT contact_email FROM orders

--@duckdb released
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders

--@duckdb released
SELECT m.label, count(c.id) AS n FROM (VALUES ('free', 'Free'), ('pro', 'Professional')) AS m(code, label) LEFT JOIN customers c ON c.plan = m.code GROUP BY m.label

--@duckdb released
SELECT id, to_json({'plan': plan, 'region': region}) AS dims, struct_pack(bal := balance).bal AS b FROM customers

--@duckdb released
SELECT plan, map_keys(histogram(country)) AS h FROM customers GROUP BY plan

--@duckdb released
SELECT id, CASE plan WHEN 'free' THEN 0 WHEN 'pro' THEN 1 ELSE 2 END AS plan_no, if(active, 'y', 'n') AS act, ifnull(region, '?') AS reg, nullif(country, 'US') AS non_us FROM customers

--@duckdb released
SELECT id, balance::INTEGER AS b, try_cast(plan AS INTEGER) AS nope, round(balance, 1) AS r1, balance // 10 AS dek, id % 4 AS shard, greatest(balance, 100) AS g FROM customers

--@duckdb released
SELECT id, time_bucket(INTERVAL '6 hours', occurred_at) AS bucket FROM events

--@duckdb released
SELECT * FROM (SELECT plan, count(*) AS n FROM customers GROUP BY plan) t JOIN (SELECT plan, max(balance) AS m FROM customers GROUP BY plan) u USING (plan)

--@duckdb released
SELECT id, status FROM orders WHERE status LIKE 'p%' OR status SIMILAR TO '(open|refunded)' OR status ILIKE 'OP%' OR regexp_matches(status, '^x')

--@duckdb released
SELECT c.id, x.n, x.total FROM customers c, LATERAL (SELECT count(*) AS n, sum(o.amount) AS total FROM orders o WHERE o.customer_id = c.id) x

--@duckdb released
SELECT id, plan, email FROM customers WHERE (plan, country) IN (('pro', 'FR'), ('free', 'DE'))

--@duckdb released
SELECT count(DISTINCT email) AS people, count(DISTINCT plan) AS plans, count_if(active) AS act, bool_or(active) AS any_act, first(plan ORDER BY id) AS f, any_value(country ORDER BY id) AS c FROM customers

--@duckdb released
SELECT year(birth_date) // 10 * 10 AS decade, avg(score) AS s, stddev(balance) AS sd, corr(score, balance) AS c, var_pop(balance) AS v FROM customers GROUP BY decade

--@duckdb released
SELECT "Id", "Title", "ownerEmail" AS owner FROM "Campaigns"

--@duckdb released
SELECT md5(concat_ws('|', id, plan, region)) AS row_hash, hash(plan) IS NOT NULL AS h FROM customers

--@duckdb released
SELECT COLUMNS('^(id|plan|region)$') FROM customers

--@duckdb released
SELECT min(COLUMNS(* EXCLUDE (ship_note, items))) FROM orders

--@duckdb released
WITH funnel AS (
    SELECT customer_id, min(occurred_at) FILTER (kind = 'view') AS v, min(occurred_at) FILTER (kind = 'click') AS c, min(occurred_at) FILTER (kind = 'buy') AS b FROM events GROUP BY customer_id
)
SELECT count(*) AS n, count(v) AS viewed, countif(c > v) AS clicked, countif(b > c) AS bought FROM funnel

--@duckdb released
SELECT o.id, o.amount / sum(o.amount) OVER (PARTITION BY o.customer_id) AS share FROM orders o WHERE o.amount > 0

--@duckdb released
SELECT list_transform(tags, lambda t: upper(t)) AS up, [t || '!' FOR t IN tags IF t != 'new'] AS lc, array_to_string(tags, ',') AS s FROM customers

--@duckdb released
SELECT id, ship_note, contact_email FROM orders WHERE placed_at >= '2026-03-01' AND placed_at < DATE '2026-04-01' + INTERVAL 1 MONTH

--@duckdb released
SELECT map(['plan', 'region'], [plan, region])['plan'] AS m, map_from_entries([('a', id)])['a'] AS e FROM customers WHERE id < 5

--@duckdb released
SELECT c1.id AS a, c2.id AS b FROM customers c1 JOIN customers c2 ON c1.email = c2.email WHERE c1.id < c2.id

--@duckdb released
SELECT make_date(2026, 1 + (id % 6)::INT, 1) AS d, monthname(created_at) AS m, quarter(created_at) AS q, week(created_at) AS w, extract('isodow' FROM created_at) AS dow, age(TIMESTAMP '2026-12-01', created_at)::VARCHAR AS a FROM customers

--@duckdb released
SELECT customer_id, date_trunc('week', placed_at) AS wk, amount, amount - lag(amount, 1, 0) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS delta FROM orders QUALIFY count(*) OVER (PARTITION BY customer_id) > 1

--@duckdb released
SELECT id, printf('%05d', id) AS code, format('{}-{}', plan, country) AS f, trim(' x ') AS t, replace(plan, 'e', '3') AS leet, contains(plan, 'r') AS has_r, starts_with(plan, 'f') AS sw, strpos(plan, 'e') AS pos, plan[1] AS c1, plan[1:2] AS c12, bar(id, 0, 40, 10) AS b FROM customers
