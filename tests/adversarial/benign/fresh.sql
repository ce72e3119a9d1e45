--@all released
WITH firsts AS (SELECT customer_id, MIN(placed_at) AS first_at FROM orders GROUP BY customer_id), nexts AS (SELECT o.customer_id, COUNT(*) AS again FROM orders o JOIN firsts f ON f.customer_id = o.customer_id AND o.placed_at > f.first_at GROUP BY o.customer_id) SELECT f.customer_id, f.first_at, COALESCE(n.again, 0) AS again FROM firsts f LEFT JOIN nexts n ON n.customer_id = f.customer_id
--@all released
SELECT c.id, c.email, c.plan, o.amount FROM customers c JOIN orders o ON o.contact_email = c.email WHERE o.status = 'paid'
--@all released
SELECT status, COUNT(*) AS n, SUM(CASE WHEN amount > 100 THEN 1 ELSE 0 END) AS big, ROUND(AVG(amount), 2) AS mean FROM orders GROUP BY status HAVING COUNT(*) > 3 ORDER BY n DESC, status
--@all released
SELECT * FROM (SELECT o.id, o.customer_id, o.amount, ROW_NUMBER() OVER (PARTITION BY o.customer_id ORDER BY o.placed_at DESC, o.id DESC) AS rn FROM orders o) AS ranked WHERE rn <= 2
--@all released
SELECT id, customer_id, amount, SUM(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running, amount - LAG(amount, 1) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS delta FROM orders
--@all released
SELECT e.customer_id, SUM(CASE WHEN e.kind = 'view' THEN 1 ELSE 0 END) AS views, SUM(CASE WHEN e.kind = 'click' THEN 1 ELSE 0 END) AS clicks, SUM(CASE WHEN e.kind = 'buy' THEN 1 ELSE 0 END) AS buys FROM events e GROUP BY e.customer_id
--@all released
SELECT c.id, EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status = 'refunded') AS has_refund, (SELECT MAX(o.amount) FROM orders o WHERE o.customer_id = c.id) AS biggest FROM customers c
--@all released
SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.actor_email = c.email) AND c.id IN (SELECT customer_id FROM orders)
--@all released
SELECT 'order' AS what, id, placed_at AS at_time FROM orders UNION ALL SELECT 'event', id, occurred_at FROM events ORDER BY at_time, id
--@all released
SELECT COUNT(*) AS total, COUNT(email) AS with_mail, COUNT(DISTINCT email) AS mails, COUNT(DISTINCT region) AS regions FROM customers
--@all released
SELECT r.region, r.title, COUNT(c.id) AS customers, COALESCE(SUM(c.balance), 0) AS balance FROM regions r LEFT JOIN customers c ON c.region = r.region AND c.active GROUP BY r.region, r.title ORDER BY r.region
--@all released
SELECT plan, region, COUNT(*) AS n, RANK() OVER (PARTITION BY plan ORDER BY COUNT(*) DESC) AS rk FROM customers GROUP BY plan, region
--@all released
SELECT id, UPPER(TRIM(plan)) AS plan, COALESCE(region, 'unknown') AS region, CASE WHEN balance >= 500 THEN 'high' WHEN balance >= 100 THEN 'mid' ELSE 'low' END AS tier FROM customers WHERE plan IS NOT NULL AND balance BETWEEN 10 AND 900
--@all released
SELECT a.id AS one, b.id AS other FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id
--@all released
SELECT c.id, c.plan, r.id AS referrer, r.plan AS referrer_plan FROM customers c LEFT JOIN customers r ON r.id = c.referrer_id ORDER BY c.id
--@all released
WITH RECURSIVE chain AS (SELECT id, referrer_id, 0 AS depth FROM customers WHERE referrer_id IS NULL UNION ALL SELECT c.id, c.referrer_id, chain.depth + 1 FROM customers c JOIN chain ON c.referrer_id = chain.id WHERE chain.depth < 5) SELECT id, depth FROM chain
--@all released
SELECT contact_email, COUNT(*) AS orders, SUM(amount) AS total FROM orders GROUP BY contact_email HAVING SUM(amount) > 50
--@all released
SELECT id, email, national_id, birth_date, score, notes FROM customers WHERE active AND created_at >= '2026-01-01'
--@all released
SELECT DISTINCT c.email, c.plan FROM customers c JOIN orders o ON o.customer_id = c.id
--@all released
SELECT customer_id, AVG(amount) AS mean, MIN(amount) AS low, MAX(amount) AS high, COUNT(DISTINCT status) AS states FROM orders WHERE status <> 'refunded' GROUP BY customer_id ORDER BY mean DESC, customer_id LIMIT 10
--@all released
SELECT id, amount, NTILE(4) OVER (ORDER BY amount, id) AS quartile, PERCENT_RANK() OVER (ORDER BY amount) AS pr, FIRST_VALUE(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS first_amount FROM orders
--@all released
SELECT t.plan, t.n, t.n * 100.0 / SUM(t.n) OVER () AS share FROM (SELECT plan, COUNT(*) AS n FROM customers GROUP BY plan) t
--@all released
SELECT o.id FROM orders o WHERE o.amount > (SELECT AVG(i.amount) FROM orders i WHERE i.customer_id = o.customer_id)
--@all released
SELECT c.plan, o.status, COUNT(*) AS n FROM customers c CROSS JOIN (SELECT DISTINCT status FROM orders) o GROUP BY c.plan, o.status
--@all released
SELECT id FROM customers WHERE plan LIKE '%r%' AND region NOT IN ('north') AND (country = 'DE' OR country IS NULL OR id % 2 = 0)
--@all released
SELECT LOWER(plan) AS p, LENGTH(plan) AS len, REPLACE(plan, 'e', '3') AS leet, SUBSTR(plan, 1, 2) AS two FROM customers
--@all released
SELECT COALESCE(c.email, o.contact_email) AS mail, COUNT(*) AS n FROM orders o LEFT JOIN customers c ON c.id = o.customer_id GROUP BY COALESCE(c.email, o.contact_email)
--@all released
SELECT id, ABS(balance - 500) AS away, ROUND(balance / 7, 1) AS wk, CAST(id AS CHAR(10)) AS k, NULLIF(region, 'north') AS nr FROM customers
--@postgres released
SELECT date_trunc('week', o.placed_at) AS week, c.plan, count(DISTINCT o.customer_id) AS buyers, sum(o.amount) FILTER (WHERE o.status = 'paid') AS paid FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1, 2 ORDER BY 1, 2
--@postgres released
SELECT c.id, t.tag FROM customers c, unnest(c.tags) WITH ORDINALITY AS t(tag, pos) WHERE t.pos = 1
--@postgres released
SELECT id, attrs ->> 'tier' AS tier, (attrs -> 'flags' ->> 'beta')::boolean AS beta, attrs #>> '{langs,0}' AS lang, attrs @> '{"tier": 1}' AS one, jsonb_array_length(attrs -> 'langs') AS n FROM customers
--@postgres released
SELECT o.id, i ->> 'sku' AS sku, (i ->> 'qty')::int AS qty FROM orders o CROSS JOIN LATERAL jsonb_array_elements(o.items) AS i
--@postgres released
SELECT DISTINCT ON (customer_id) customer_id, id, amount, placed_at FROM orders ORDER BY customer_id, placed_at DESC, id
--@postgres released
SELECT g.day::date AS day, coalesce(sum(o.amount), 0) AS revenue FROM generate_series(timestamp '2026-02-01', timestamp '2026-02-28', interval '1 day') AS g(day) LEFT JOIN orders o ON o.placed_at >= g.day AND o.placed_at < g.day + interval '1 day' GROUP BY g.day
--@postgres released
SELECT plan, percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY balance) AS q, mode() WITHIN GROUP (ORDER BY region) AS m, string_agg(DISTINCT region, ',' ORDER BY region) AS regions, array_agg(id ORDER BY id) AS ids FROM customers GROUP BY plan
--@postgres released
SELECT CASE GROUPING(plan) WHEN 1 THEN 'all' ELSE plan END AS plan, count(*) AS n FROM customers GROUP BY ROLLUP (plan)
--@postgres released
SELECT extract(epoch FROM (max(placed_at) - min(placed_at))) / 86400 AS days FROM orders GROUP BY customer_id
--@postgres released
SELECT id, to_char(placed_at, 'YYYY-MM') AS ym, placed_at AT TIME ZONE 'UTC' AS utc, extract(isodow FROM placed_at) AS dow, width_bucket(amount, 0, 300, 6) AS bucket FROM orders WHERE placed_at >= timestamp '2026-03-01' - interval '2 weeks'
--@postgres released
SELECT id, regexp_replace(plan, '[aeiou]', '', 'g') AS cons, split_part('a-b', '-', 2) AS p, plan ~* '^PR' AS pr, plan || '/' || coalesce(region, '-') AS path, lpad(id::text, 6, '0') AS padded, format('%s:%s', plan, region) AS f FROM customers
--@postgres released
WITH w AS MATERIALIZED (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id) SELECT c.id, w.total, ntile(3) OVER (ORDER BY w.total) AS band FROM w JOIN customers c ON c.id = w.customer_id
--@postgres released
SELECT id FROM customers TABLESAMPLE BERNOULLI (100) WHERE email = ANY (SELECT contact_email FROM orders)
--@postgres released
SELECT v.plan, v.price, count(c.id) AS n FROM (VALUES ('free', 0), ('pro', 20), ('team', 50)) AS v(plan, price) LEFT JOIN customers c USING (plan) GROUP BY v.plan, v.price
--@postgres released
SELECT c.id, last.amount, last.placed_at FROM customers c LEFT JOIN LATERAL (SELECT o.amount, o.placed_at FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC, o.id LIMIT 1) last ON true
--@postgres released
SELECT id, greatest(balance, 10) AS g, make_date(2026, 1, 1) AS d, now() > created_at AS past, coalesce(tags, '{}') AS tags, array_length(tags, 1) AS n, 'vip' = ANY (tags) AS vip, tags && ARRAY['eu'] AS eu, cardinality(tags) AS card FROM customers
--@postgres released
SELECT kind, count(*) AS n, avg((payload ->> 'ms')::numeric) AS ms, bool_or(payload ->> 'page' = '/p/1') AS p1, jsonb_object_agg(id, kind) AS doc FROM events GROUP BY kind
--@postgres released
SELECT customer_id, sum(amount) AS total FROM orders WHERE (status, customer_id) IN (('paid', 1), ('open', 2)) GROUP BY customer_id FETCH FIRST 5 ROWS ONLY
--@postgres released
SELECT count(*) AS n, ct.kind FROM (SELECT kind, lead(kind) OVER w AS next FROM events WINDOW w AS (PARTITION BY customer_id ORDER BY occurred_at, id)) ct WHERE ct.next IS DISTINCT FROM ct.kind GROUP BY ct.kind
--@duckdb released
SELECT date_trunc('week', o.placed_at) AS week, c.plan, count(DISTINCT o.customer_id) AS buyers, sum(o.amount) FILTER (WHERE o.status = 'paid') AS paid FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY ALL
--@duckdb released
SELECT id, unnest(tags) AS tag, len(tags) AS n FROM customers
--@duckdb released
SELECT id, attrs ->> '$.tier' AS tier, json_extract_string(attrs, '$.flags.beta') AS beta, CAST(attrs -> 'langs' AS VARCHAR[]) AS langs FROM customers
--@duckdb released
SELECT customer_id, arg_max(id, placed_at) AS last_order, max(placed_at) AS at_time, count(*) AS n, sum(amount) AS total, quantile_cont(amount, [0.25, 0.5]) AS q FROM orders GROUP BY customer_id
--@duckdb released
SELECT * EXCLUDE (rn) FROM (SELECT id, customer_id, amount, row_number() OVER (PARTITION BY customer_id ORDER BY placed_at DESC, id) AS rn FROM orders) WHERE rn = 1
--@duckdb released
FROM orders o JOIN customers c ON c.id = o.customer_id SELECT c.plan, round(sum(o.amount), 2) AS total, list(DISTINCT o.status ORDER BY o.status) AS states GROUP BY c.plan HAVING total > 0
--@duckdb released
SELECT g.day::DATE AS day, coalesce(sum(o.amount), 0) AS revenue FROM generate_series(TIMESTAMP '2026-02-01', TIMESTAMP '2026-02-28', INTERVAL 1 DAY) AS g(day) LEFT JOIN orders o ON o.placed_at::DATE = g.day::DATE GROUP BY g.day
--@duckdb released
SELECT id, strftime(placed_at, '%Y-%m') AS ym, date_diff('day', placed_at, TIMESTAMP '2026-06-01') AS age, dayofweek(placed_at) AS dow, epoch_ms(placed_at) AS ms, time_bucket(INTERVAL '1 week', placed_at) AS wk FROM orders
--@duckdb released
SELECT plan, regexp_replace(plan, '[aeiou]', '', 'g') AS cons, string_split('a-b', '-')[2] AS p, regexp_matches(plan, '^p') AS pr, concat_ws('/', plan, region) AS path, lpad(id::VARCHAR, 6, '0') AS padded, plan[1] AS initial, plan LIKE 'p%' AS lk, plan ILIKE 'PRO' AS il FROM customers
--@duckdb released
SELECT kind, avg(CAST(payload ->> 'ms' AS DOUBLE)) AS ms, count(*) AS n, mode(customer_id) IS NOT NULL AS m FROM events GROUP BY kind
--@duckdb released
SELECT v.plan, v.price, count(c.id) AS n FROM (VALUES ('free', 0), ('pro', 20), ('team', 50)) AS v(plan, price) LEFT JOIN customers c USING (plan) GROUP BY v.plan, v.price
--@duckdb released
SELECT c.id, l.amount FROM customers c LEFT JOIN LATERAL (SELECT o.amount FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC, o.id LIMIT 1) l ON true
--@duckdb released
SELECT id, coalesce(try_cast(plan AS INTEGER), 0) AS i, balance::INTEGER AS b, greatest(balance, 10) AS g, ifnull(region, '-') AS r, list_filter(tags, lambda t: t <> 'new') AS kept, array_to_string(tags, ',') AS joined FROM customers
--@duckdb released
SELECT status, count(*) AS n FROM orders GROUP BY ROLLUP (status) ORDER BY status NULLS LAST
--@duckdb released
SELECT count(*) AS n, ct.kind FROM (SELECT kind, lead(kind) OVER w AS next FROM events WINDOW w AS (PARTITION BY customer_id ORDER BY occurred_at, id)) ct WHERE ct.next IS DISTINCT FROM ct.kind GROUP BY ct.kind
--@duckdb released
SELECT e.kind, o.status, count(*) AS n FROM events e ASOF JOIN orders o ON e.customer_id = o.customer_id AND e.occurred_at >= o.placed_at GROUP BY e.kind, o.status
--@duckdb released
SELECT median(amount) AS med, stddev_samp(amount) AS sd, approx_quantile(amount, 0.5) IS NOT NULL AS aq, count_if(status = 'paid') AS paid, bool_and(amount >= 0) AS pos, sum(amount) / count(*) AS mean, corr(amount, customer_id) AS c FROM orders
--@sqlite released
SELECT strftime('%Y-%m', placed_at) AS ym, COUNT(*) AS n, ROUND(SUM(amount), 2) AS total, SUM(amount) FILTER (WHERE status = 'paid') AS paid FROM orders GROUP BY ym ORDER BY ym
--@sqlite released
SELECT id, date(placed_at, 'start of month') AS m, julianday('2026-06-01') - julianday(placed_at) AS age, strftime('%w', placed_at) AS dow, time(placed_at) AS t FROM orders
--@sqlite released
SELECT id, json_extract(attrs, '$.tier') AS tier, attrs ->> '$.flags.beta' AS beta, json_array_length(attrs, '$.langs') AS n FROM customers
--@sqlite released
SELECT o.id, json_extract(i.value, '$.sku') AS sku, i.key AS pos FROM orders o, json_each(o.items) AS i
--@sqlite released
SELECT plan, group_concat(region, '|') IS NOT NULL AS any_region, total(balance) AS t, MAX(balance) AS mx FROM customers GROUP BY plan
--@sqlite released
SELECT id, printf('%06d', id) AS padded, iif(active, 'y', 'n') AS a, ifnull(region, '-') AS r, plan || '/' || coalesce(region, '-') AS path, instr(plan, 'r') AS pos, plan GLOB 'p*' AS g, typeof(balance) AS ty, hex(plan) AS h, MAX(balance, 10) AS mx FROM customers
--@sqlite released
SELECT v.column1 AS plan, COUNT(c.id) AS n FROM (VALUES ('free'), ('pro'), ('team')) AS v LEFT JOIN customers c ON c.plan = v.column1 GROUP BY v.column1
--@sqlite released
SELECT id, lead(kind) OVER w AS next, row_number() OVER w AS n FROM events WINDOW w AS (PARTITION BY customer_id ORDER BY occurred_at, id)
--@sqlite released
WITH RECURSIVE days(d) AS (SELECT date('2026-03-01') UNION ALL SELECT date(d, '+1 day') FROM days WHERE d < '2026-03-07') SELECT d, (SELECT COUNT(*) FROM events e WHERE date(e.occurred_at) = days.d) AS n FROM days
--@mysql released
SELECT DATE_FORMAT(placed_at, '%Y-%m') AS ym, COUNT(*) AS n, ROUND(SUM(amount), 2) AS total, SUM(IF(status = 'paid', amount, 0)) AS paid FROM orders GROUP BY ym ORDER BY ym
--@mysql released
SELECT id, DATE(placed_at) AS d, DATEDIFF('2026-06-01', placed_at) AS age, DAYNAME(placed_at) AS dow, DATE_ADD(placed_at, INTERVAL 1 WEEK) AS due, TIMESTAMPDIFF(MINUTE, placed_at, '2026-06-01') AS mins, UNIX_TIMESTAMP(placed_at) > 0 AS u FROM orders
--@mysql released
SELECT id, JSON_UNQUOTE(JSON_EXTRACT(attrs, '$.tier')) AS tier, JSON_EXTRACT(attrs, '$.flags.beta') AS beta, JSON_LENGTH(attrs, '$.langs') AS n FROM customers
--@mysql released
SELECT plan, GROUP_CONCAT(DISTINCT region ORDER BY region SEPARATOR ',') AS regions, STDDEV_SAMP(balance) AS sd FROM customers GROUP BY plan
--@mysql released
SELECT id, LPAD(id, 6, '0') AS padded, CONCAT_WS('/', plan, region) AS path, plan REGEXP '^p' AS pr, REGEXP_REPLACE(plan, '[aeiou]', '') AS cons, SUBSTRING_INDEX('a-b', '-', -1) AS p, IFNULL(region, '-') AS r, GREATEST(balance, 10) AS g FROM customers
--@mysql released
SELECT id, LEAD(kind) OVER w AS next_kind, ROW_NUMBER() OVER w AS n FROM events WINDOW w AS (PARTITION BY customer_id ORDER BY occurred_at, id)
--@mysql released
SELECT plan, COUNT(*) AS n FROM customers GROUP BY plan WITH ROLLUP
--@mysql released
SELECT c.id, c.plan, o.n FROM customers AS c JOIN (SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id) AS o ON o.customer_id = c.id WHERE c.active = 1 AND c.region <=> 'north'
