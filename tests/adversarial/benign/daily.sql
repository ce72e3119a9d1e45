--@duckdb released
WITH first_order AS (SELECT customer_id, date_trunc('month', min(placed_at)) AS cohort FROM orders GROUP BY customer_id) SELECT f.cohort, date_diff('month', f.cohort, date_trunc('month', o.placed_at)) AS month_no, count(DISTINCT o.customer_id) AS active FROM orders o JOIN first_order f USING (customer_id) GROUP BY ALL ORDER BY 1, 2
--@duckdb released
WITH steps AS (SELECT customer_id, min(occurred_at) FILTER (WHERE kind = 'view') AS viewed, min(occurred_at) FILTER (WHERE kind = 'click') AS clicked, min(occurred_at) FILTER (WHERE kind = 'buy') AS bought FROM events GROUP BY customer_id) SELECT count(viewed) AS views, count(clicked) FILTER (WHERE clicked > viewed) AS clicks, count(bought) FILTER (WHERE bought > clicked) AS buys FROM steps
--@duckdb released
SELECT * FROM customers QUALIFY row_number() OVER (PARTITION BY email ORDER BY created_at DESC, id) = 1
--@duckdb released
SELECT d::DATE AS day, coalesce(n, 0) AS n FROM unnest(generate_series(DATE '2026-03-01', DATE '2026-03-31', INTERVAL 1 DAY)) AS s(d) LEFT JOIN (SELECT occurred_at::DATE AS day, count(*) AS n FROM events GROUP BY 1) e ON e.day = s.d::DATE
--@duckdb released
SELECT id, payload->>'$.page' AS page, (payload->>'$.ms')::INTEGER AS ms, json_array_length(payload->'$.tags') AS tags FROM events
--@duckdb released
SELECT o.id, item->>'sku' AS sku, (item->>'qty')::INT AS qty FROM orders o, unnest(from_json(o.items, '["JSON"]')) AS u(item)
--@duckdb released
SELECT id, trim(regexp_replace(lower(plan), '[^a-z0-9]+', '_', 'g')) AS slug, concat_ws(' ', plan, region, country) AS label FROM customers
--@duckdb released
SELECT hash(id) % 10 AS bucket, count(*) AS n FROM customers GROUP BY bucket
--@duckdb released
SELECT id, plan FROM customers WHERE id % 10 < 3
--@duckdb released
SELECT 'order' AS source, id, customer_id, placed_at AS at FROM orders UNION ALL BY NAME SELECT 'event' AS source, id, customer_id, occurred_at AS at FROM events
--@duckdb released
SELECT plan, quantile_cont(balance, [0.25, 0.5, 0.75]) AS quartiles, mad(balance) AS spread FROM customers GROUP BY plan
--@duckdb released
SELECT plan, percentile_cont(0.5) WITHIN GROUP (ORDER BY balance) AS median, percentile_disc(0.9) WITHIN GROUP (ORDER BY balance) AS p90 FROM customers GROUP BY plan
--@duckdb released
SELECT id, placed_at, lag(placed_at) OVER w AS prev, date_diff('day', lag(placed_at) OVER w, placed_at) AS gap FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id)
--@duckdb released
WITH gaps AS (SELECT *, occurred_at - lag(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) > INTERVAL 30 MINUTE AS is_new FROM events), sessions AS (SELECT *, sum(CASE WHEN is_new IS NULL OR is_new THEN 1 ELSE 0 END) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS session FROM gaps) SELECT customer_id, session, min(occurred_at) AS started, max(occurred_at) AS ended, count(*) AS n FROM sessions GROUP BY customer_id, session
--@duckdb released
SELECT customer_id, count(*) AS frequency, sum(amount) AS monetary, max(placed_at) AS last_seen, ntile(5) OVER (ORDER BY sum(amount), customer_id) AS m_score FROM orders WHERE status = 'paid' GROUP BY customer_id
--@duckdb released
SELECT c.* EXCLUDE (api_token, notes), o.n FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY ALL) o ON o.customer_id = c.id
--@duckdb released
SELECT id FROM customers WHERE 'vip' IN tags
--@duckdb released
SELECT id, 'vip' = ANY(tags) AS vip FROM customers
--@duckdb released
SELECT t.tag, count(*) AS n FROM (SELECT unnest(tags) AS tag FROM customers) t GROUP BY t.tag ORDER BY n DESC, t.tag
--@duckdb released
SELECT placed_at, placed_at + INTERVAL (id % 7) DAY AS due, placed_at + to_days(3) AS later FROM orders
--@duckdb released
SELECT strftime(placed_at, '%G-W%V') AS week, sum(amount) AS revenue, sum(sum(amount)) OVER (ORDER BY strftime(placed_at, '%G-W%V')) AS running FROM orders GROUP BY 1
--@duckdb released
SELECT extract('dow' FROM placed_at) AS dow, extract(hour FROM placed_at) AS hour, count(*) AS n FROM orders GROUP BY 1, 2
--@duckdb released
SELECT id, floor(balance / 100) * 100 AS bin, count(*) OVER (PARTITION BY floor(balance / 100)) AS n FROM customers
--@duckdb released
SELECT coalesce(c.region, 'none') AS region, count(*) FILTER (WHERE o.status = 'paid') / count(*)::DOUBLE AS pay_rate FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1
--@duckdb released
SELECT split_part(payload->>'page', '/', 3)::INT AS page_no, count(*) AS n FROM events GROUP BY 1 HAVING n > 5
--@duckdb released
SELECT id, substring(plan FROM 1 FOR 2) AS code, position('r' IN plan) AS pos, overlay_ FROM (SELECT *, left(plan, 1) || '-' || right(plan, 1) AS overlay_ FROM customers)
--@duckdb released
SELECT customer_id, list(status ORDER BY placed_at, id) AS path, list(DISTINCT status) IS NOT NULL AS any_status FROM orders GROUP BY customer_id
--@duckdb released
SELECT customer_id, string_agg(kind, ' > ' ORDER BY occurred_at, id) AS journey FROM events GROUP BY customer_id
--@duckdb released
SELECT region, plan, count(*) AS n, grouping(region) AS g FROM customers GROUP BY GROUPING SETS ((region, plan), (region), ())
--@duckdb released
SELECT region, plan, sum(balance) AS total FROM customers GROUP BY CUBE (region, plan)
--@duckdb released
SELECT id, json_object('id', id, 'plan', plan, 'region', region) AS doc, to_json({'a': plan, 'b': balance}) AS doc2 FROM customers
--@duckdb released
SELECT id, attrs->'langs'->>0 AS first_lang, json_extract_string(attrs, '$.tier') AS tier, attrs.tier AS dotted FROM customers
--@duckdb released
SELECT id, {'plan': plan, 'region': region}.plan AS p, struct_pack(k := id, v := plan).v AS v FROM customers
--@duckdb released
FROM customers SELECT plan, count() AS n GROUP BY plan
--@duckdb released
SELECT id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id AND o.placed_at > c.created_at) AS later_orders FROM customers c
--@duckdb released
SELECT c.id, last_order.amount FROM customers c LEFT JOIN LATERAL (SELECT amount FROM orders o WHERE o.customer_id = c.id ORDER BY placed_at DESC, id LIMIT 1) last_order ON true
--@duckdb released
SELECT DISTINCT ON (customer_id) customer_id, status, placed_at FROM orders ORDER BY customer_id, placed_at DESC, id
--@duckdb released
SELECT arg_max(status, placed_at) AS last_status, arg_min(amount, placed_at) AS first_amount, customer_id FROM orders GROUP BY customer_id
--@duckdb released
SELECT id, balance, balance - avg(balance) OVER () AS diff, (balance - avg(balance) OVER ()) / stddev_samp(balance) OVER () AS z FROM customers
--@duckdb released
SELECT o.id, o.amount, avg(o.amount) OVER (ORDER BY o.placed_at, o.id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS ma7 FROM orders o
--@duckdb released
SELECT email, count(*) AS n, min(created_at) AS first_seen, list(id ORDER BY id) AS ids FROM customers WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1
--@duckdb released
SELECT md5(concat(id, '|', plan, '|', coalesce(region, ''))) AS row_key, id FROM customers
--@duckdb released
SELECT id, greatest(balance, 0) AS b, least(score, 50) AS s, nullif(region, '') AS r, ifnull(country, 'XX') AS c, coalesce(try_cast(plan AS INT), -1) AS n FROM customers
--@duckdb released
SELECT count(*) AS rows, count(DISTINCT id) AS ids, count(*) - count(region) AS null_regions, min(created_at) AS lo, max(created_at) AS hi, avg(balance)::DECIMAL(10,2) AS mean FROM customers
--@duckdb released
SELECT a.region AS r1, b.region AS r2 FROM regions a CROSS JOIN regions b WHERE a.region < b.region
--@duckdb released
WITH RECURSIVE tree AS (SELECT id, referrer_id, 1 AS depth, [id] AS path FROM customers WHERE referrer_id IS NULL UNION ALL SELECT c.id, c.referrer_id, t.depth + 1, list_append(t.path, c.id) FROM customers c JOIN tree t ON c.referrer_id = t.id) SELECT id, depth, path FROM tree
--@duckdb released
SELECT id, max(balance) OVER (PARTITION BY plan) - balance AS to_top, cume_dist() OVER (PARTITION BY plan ORDER BY balance, id) AS cd FROM customers
--@duckdb released
SELECT * FROM orders WHERE placed_at BETWEEN TIMESTAMP '2026-02-01' AND TIMESTAMP '2026-03-31 23:59:59' AND status NOT IN ('test', 'refunded')
--@duckdb released
SELECT id, status FROM orders WHERE status ILIKE 'P%' OR status SIMILAR TO '(open|refunded)' OR regexp_matches(status, '^x')
--@duckdb released
SELECT max(placed_at, 2) AS two_last, min(amount, 2) AS two_least FROM orders
--@duckdb released
SELECT e.kind, approx_quantile((e.payload->>'ms')::INT, 0.5) > 0 AS ok, avg((e.payload->>'ms')::INT) AS mean_ms, bool_and(e.id > 0) AS b FROM events e GROUP BY e.kind
--@duckdb released
WITH src AS (SELECT id, plan, region FROM customers), tgt AS (SELECT id, 'free' AS plan, region FROM customers WHERE id <= 30) SELECT coalesce(s.id, t.id) AS id, CASE WHEN t.id IS NULL THEN 'insert' WHEN s.id IS NULL THEN 'delete' WHEN s.plan IS DISTINCT FROM t.plan THEN 'update' ELSE 'same' END AS op FROM src s FULL OUTER JOIN tgt t ON s.id = t.id
--@duckdb released
SELECT make_date(year(placed_at), month(placed_at), 1) AS month, last_day(placed_at) AS month_end, dayofweek(placed_at) IN (0, 6) AS weekend, epoch_ms(placed_at) AS ms FROM orders
--@duckdb released
SELECT id FROM customers WHERE plan COLLATE NOCASE = 'PRO' ORDER BY region NULLS FIRST, id
--@sqlite released
WITH f AS (SELECT customer_id, strftime('%Y-%m', min(placed_at)) AS cohort FROM orders GROUP BY customer_id) SELECT f.cohort, strftime('%Y-%m', o.placed_at) AS month, count(DISTINCT o.customer_id) AS n FROM orders o JOIN f ON f.customer_id = o.customer_id GROUP BY 1, 2
--@sqlite released
SELECT count(DISTINCT CASE WHEN kind = 'view' THEN customer_id END) AS views, count(DISTINCT CASE WHEN kind = 'click' THEN customer_id END) AS clicks, count(DISTINCT CASE WHEN kind = 'buy' THEN customer_id END) AS buys FROM events
--@sqlite released
SELECT * FROM (SELECT c.*, row_number() OVER (PARTITION BY email ORDER BY created_at DESC, id) AS rn FROM customers c) WHERE rn = 1
--@sqlite released
WITH RECURSIVE cal(day) AS (VALUES ('2026-03-01') UNION ALL SELECT date(day, '+1 day') FROM cal WHERE day < '2026-03-31') SELECT cal.day, count(e.id) AS n FROM cal LEFT JOIN events e ON date(e.occurred_at) = cal.day GROUP BY cal.day
--@sqlite released
SELECT id, json_extract(payload, '$.page') AS page, json_extract(payload, '$.ms') AS ms, json_extract(payload, '$.tags[0]') AS tag FROM events
--@sqlite released
SELECT o.id, j.key AS pos, j.value ->> '$.sku' AS sku, j.value ->> 'qty' AS qty FROM orders o, json_each(o.items) j
--@sqlite released
SELECT e.kind, t.value AS tag, count(*) AS n FROM events e JOIN json_each(e.payload, '$.tags') t GROUP BY e.kind, t.value
--@sqlite released
SELECT id, lower(trim(replace(replace(plan, ' ', '_'), '-', '_'))) AS slug, plan || ' / ' || ifnull(region, '-') AS label FROM customers
--@sqlite released
SELECT id, plan FROM customers WHERE abs(id * 7919 % 100) < 30
--@sqlite released
SELECT id FROM customers WHERE id IN (VALUES (1), (2), (3))
--@sqlite released
SELECT 'order' AS src, id, customer_id, placed_at AS at FROM orders UNION ALL SELECT 'event', id, customer_id, occurred_at FROM events
--@sqlite released
SELECT customer_id, count(*) AS n, total(amount) AS spent, max(placed_at) AS last_seen, cast(julianday('2026-07-01') - julianday(max(placed_at)) AS INTEGER) AS recency FROM orders GROUP BY customer_id
--@sqlite released
SELECT id, CAST(strftime('%Y', created_at) AS INTEGER) AS y, CAST(strftime('%m', created_at) AS INTEGER) AS m, strftime('%w', created_at) AS dow, strftime('%W', created_at) AS week FROM customers
--@sqlite released
SELECT date(placed_at, 'start of month', '+1 month', '-1 day') AS month_end, sum(amount) AS s FROM orders GROUP BY 1
--@sqlite released
SELECT date(placed_at, 'weekday 0', '-6 days') AS week_start, count(*) AS n FROM orders GROUP BY week_start
--@sqlite released
WITH g AS (SELECT *, (julianday(occurred_at) - julianday(lag(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id))) * 24 * 60 AS gap FROM events), s AS (SELECT *, sum(gap IS NULL OR gap > 30) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS session FROM g) SELECT customer_id, session, count(*) AS n, min(occurred_at) AS started FROM s GROUP BY customer_id, session
--@sqlite released
SELECT region, sum(plan = 'free') AS free, sum(plan = 'pro') AS pro, sum(plan = 'team') AS team FROM customers GROUP BY region
--@sqlite released
SELECT region, sum(iif(active, balance, 0)) AS active_balance, avg(CASE WHEN active THEN 1.0 ELSE 0.0 END) AS share FROM customers GROUP BY region
--@sqlite released
SELECT count(*) AS n, count(region) AS with_region, sum(region IS NULL) AS no_region, count(DISTINCT plan) AS plans, min(created_at) AS lo, max(created_at) AS hi FROM customers
--@sqlite released
SELECT id, balance, sum(balance) OVER (ORDER BY id) AS running, avg(balance) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma3 FROM customers
--@sqlite released
SELECT id, percent_rank() OVER (ORDER BY balance) AS pr, cume_dist() OVER (ORDER BY balance) AS cd, ntile(10) OVER (ORDER BY balance, id) AS decile FROM customers
--@sqlite released
SELECT customer_id, group_concat(kind, ' > ') AS journey FROM (SELECT customer_id, kind FROM events ORDER BY customer_id, occurred_at, id) GROUP BY customer_id
--@sqlite released
SELECT plan, json_group_array(json_object('id', id, 'region', region)) AS docs FROM (SELECT plan, id, region FROM customers ORDER BY id) GROUP BY plan
--@sqlite released
SELECT id, json_remove(attrs, '$.langs') AS slim, json_set(attrs, '$.seen', 1) AS marked, json_patch(attrs, '{"x":1}') AS patched FROM customers
--@sqlite released
SELECT id, json_valid(attrs) AS ok, json_type(attrs) AS ty, json_array_length(attrs, '$.langs') AS n FROM customers
--@sqlite released
SELECT email, count(*) AS n, min(id) AS keep FROM customers WHERE email IS NOT NULL GROUP BY email HAVING n > 1
--@sqlite released
SELECT c.id, o.amount FROM customers c LEFT JOIN orders o ON o.id = (SELECT id FROM orders x WHERE x.customer_id = c.id ORDER BY placed_at DESC, id LIMIT 1)
--@sqlite released
SELECT id, substr(plan, 1, 1) || substr(plan, -1) AS code, instr(plan, 'e') AS e_at, length(plan) - length(replace(plan, 'e', '')) AS e_count FROM customers
--@sqlite released
SELECT id, round(balance / 100) * 100 AS bin, balance / 100.0 AS c, CAST(balance AS INTEGER) / 100 AS whole FROM customers
--@sqlite released
SELECT region, plan, count(*) AS n FROM customers GROUP BY region, plan UNION ALL SELECT region, 'all', count(*) FROM customers GROUP BY region
--@sqlite released
WITH RECURSIVE tree(id, depth, path) AS (SELECT id, 0, '/' || id FROM customers WHERE referrer_id IS NULL UNION ALL SELECT c.id, t.depth + 1, t.path || '/' || c.id FROM customers c JOIN tree t ON c.referrer_id = t.id) SELECT id, depth, path FROM tree WHERE depth < 10
--@sqlite released
SELECT id, ship_note, amount FROM orders WHERE ship_note IS NOT NULL AND amount > 50
--@sqlite released
SELECT * FROM orders WHERE placed_at >= date('2026-03-01') AND placed_at < date('2026-03-01', '+1 month')
--@sqlite released
SELECT o.id, c.email, c.plan, r.title FROM orders o JOIN customers c ON c.id = o.customer_id LEFT JOIN regions r ON r.region = c.region WHERE o.status = 'paid'
--@sqlite released
SELECT id, coalesce(nullif(trim(region), ''), 'unknown') AS region, upper(substr(plan, 1, 1)) || lower(substr(plan, 2)) AS nice FROM customers
--@sqlite released
SELECT status, count(*) AS n, round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS pct FROM orders GROUP BY status
--@sqlite released
SELECT customer_id, amount, rank() OVER (PARTITION BY customer_id ORDER BY amount DESC) AS rk FROM orders
--@sqlite released
SELECT a.id, b.id AS dup FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id
--@sqlite released
SELECT id, typeof(balance) AS t, CAST(id AS REAL) AS r, CAST(balance AS NUMERIC) AS n, CAST(id AS TEXT) AS s FROM customers
--@sqlite released
SELECT s.id, CASE WHEN t.id IS NULL THEN 'insert' WHEN s.plan IS NOT t.plan THEN 'update' ELSE 'same' END AS op FROM customers s LEFT JOIN (SELECT id, 'free' AS plan FROM customers WHERE id < 30) t ON t.id = s.id
--@sqlite released
SELECT id, hex(plan) AS h, quote(region) AS q, printf('%.2f', balance) AS money, printf('%08d', id) AS code FROM customers
--@sqlite released
SELECT id FROM customers WHERE plan IN ('pro', 'team') AND EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = customers.id AND o.amount > 100) ORDER BY id LIMIT 10 OFFSET 2
--@sqlite released
SELECT strftime('%Y-%m-%d %H:00:00', occurred_at) AS hour, count(*) AS n FROM events GROUP BY hour ORDER BY hour
--@sqlite released
SELECT unixepoch(placed_at) AS epoch, datetime(unixepoch(placed_at), 'unixepoch') AS back, strftime('%s', placed_at) AS s FROM orders
--@sqlite released
SELECT customer_id, first_value(status) OVER w AS first_status, last_value(status) OVER w AS last_status FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
--@sqlite released
SELECT DISTINCT kind, json_extract(payload, '$.page') AS page FROM events
--@sqlite released
WITH m AS (SELECT amount, row_number() OVER (ORDER BY amount, id) AS rn, count(*) OVER () AS n FROM orders) SELECT avg(amount) AS median FROM m WHERE rn IN ((n + 1) / 2, (n + 2) / 2)
--@sqlite released
SELECT count(*) FILTER (WHERE status = 'paid') AS paid, sum(amount) FILTER (WHERE status = 'paid' AND placed_at >= '2026-03-01') AS march FROM orders
--@sqlite released
SELECT region FROM customers WHERE region IS NOT NULL EXCEPT SELECT region FROM regions WHERE title = 'North'
--@sqlite released
SELECT max(amount) AS top, customer_id, status FROM orders GROUP BY customer_id, status HAVING max(amount) > 100
--@sqlite released
SELECT id, likelihood_ FROM (SELECT id, CASE plan WHEN 'pro' THEN 0.9 ELSE 0.1 END AS likelihood_ FROM customers)
--@sqlite released
SELECT id, strftime('%d/%m/%Y', created_at) AS eu, substr(created_at, 12, 5) AS hm, date('2026-01-31', '+' || (id % 5) || ' days') AS d FROM customers
--@sqlite released
SELECT tags, count(*) AS n FROM customers GROUP BY tags
--@sqlite released
SELECT c.region, max(o.amount) - min(o.amount) AS spread, group_concat(DISTINCT o.status) IS NOT NULL AS any_status FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.region
--@sqlite released
WITH v(plan, price) AS (VALUES ('free', 0), ('pro', 20), ('team', 50)) SELECT c.id, v.price FROM customers c JOIN v ON v.plan = c.plan
--@sqlite released
SELECT id, balance, lag(balance, 1, 0) OVER (ORDER BY id) AS prev, balance - lag(balance, 1, 0) OVER (ORDER BY id) AS change FROM customers ORDER BY id
--@mysql released
WITH f AS (SELECT customer_id, DATE_FORMAT(MIN(placed_at), '%Y-%m-01') AS cohort FROM orders GROUP BY customer_id) SELECT f.cohort, TIMESTAMPDIFF(MONTH, f.cohort, o.placed_at) AS month_no, COUNT(DISTINCT o.customer_id) AS n FROM orders o JOIN f USING (customer_id) GROUP BY f.cohort, month_no
--@mysql released
SELECT COUNT(DISTINCT CASE WHEN kind = 'view' THEN customer_id END) AS views, COUNT(DISTINCT IF(kind = 'click', customer_id, NULL)) AS clicks, COUNT(DISTINCT IF(kind = 'buy', customer_id, NULL)) AS buys FROM events
--@mysql released
SELECT id, plan FROM (SELECT c.*, ROW_NUMBER() OVER (PARTITION BY email ORDER BY created_at DESC, id) AS rn FROM customers c) x WHERE rn = 1
--@mysql released
WITH RECURSIVE cal AS (SELECT CAST('2026-03-01' AS DATE) AS d UNION ALL SELECT DATE_ADD(d, INTERVAL 1 DAY) FROM cal WHERE d < '2026-03-31') SELECT cal.d, COUNT(e.id) AS n FROM cal LEFT JOIN events e ON DATE(e.occurred_at) = cal.d GROUP BY cal.d
--@mysql released
SELECT id, JSON_UNQUOTE(JSON_EXTRACT(payload, '$.page')) AS page, JSON_VALUE(payload, '$.ms') AS ms, JSON_LENGTH(payload, '$.tags') AS tags FROM events
--@mysql released
SELECT id FROM events WHERE JSON_CONTAINS(payload, '"a"', '$.tags')
--@mysql released
SELECT id FROM customers WHERE JSON_CONTAINS(tags, '"vip"')
--@mysql released
SELECT id FROM customers WHERE JSON_EXTRACT(attrs, '$.flags.beta') = TRUE
--@mysql released
SELECT id, LOWER(TRIM(REPLACE(plan, ' ', '_'))) AS slug, CONCAT(UPPER(LEFT(plan, 1)), SUBSTRING(plan, 2)) AS nice, REGEXP_REPLACE(plan, '[^a-z]', '') AS letters FROM customers
--@mysql released
SELECT id FROM customers WHERE MOD(CRC32(id), 100) < 30
--@mysql released
SELECT 'order' AS src, id, customer_id, placed_at AS at_ FROM orders UNION ALL SELECT 'event', id, customer_id, occurred_at FROM events
--@mysql released
SELECT customer_id, COUNT(*) AS f, SUM(amount) AS m, DATEDIFF('2026-07-01', MAX(placed_at)) AS r FROM orders GROUP BY customer_id
--@mysql released
SELECT region, SUM(plan = 'free') AS free, SUM(CASE WHEN plan = 'pro' THEN balance ELSE 0 END) AS pro_balance, AVG(IF(active, 1, 0)) AS share FROM customers GROUP BY region
--@mysql released
SELECT region, plan, COUNT(*) AS n FROM customers GROUP BY region, plan WITH ROLLUP
--@mysql released
SELECT IFNULL(region, 'none') AS region, IF(balance > 500, 'high', 'low') AS b, CASE plan WHEN 'pro' THEN 1 ELSE 0 END AS is_pro FROM customers
--@mysql released
SELECT YEAR(placed_at) AS y, MONTH(placed_at) AS m, WEEK(placed_at, 3) AS w, YEARWEEK(placed_at, 1) AS yw, DAYNAME(placed_at) AS dn, WEEKDAY(placed_at) AS wd FROM orders
--@mysql released
SELECT DATE_SUB(DATE(placed_at), INTERVAL WEEKDAY(placed_at) DAY) AS week_start, COUNT(*) AS n FROM orders GROUP BY week_start
--@mysql released
SELECT DATE_ADD(placed_at, INTERVAL id % 7 DAY) AS due, placed_at + INTERVAL 2 HOUR AS later, LAST_DAY(placed_at) AS eom FROM orders
--@mysql released
SELECT DATE_FORMAT(occurred_at, '%Y-%m-%d %H:00:00') AS hour_, COUNT(*) AS n FROM events GROUP BY hour_ ORDER BY hour_
--@mysql released
SELECT FROM_UNIXTIME(UNIX_TIMESTAMP(placed_at)) AS back, TIMESTAMPDIFF(MINUTE, placed_at, '2026-06-01') AS mins, TIME(placed_at) AS t FROM orders
--@mysql released
WITH g AS (SELECT *, TIMESTAMPDIFF(MINUTE, LAG(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id), occurred_at) AS gap FROM events), s AS (SELECT customer_id, occurred_at, SUM(gap IS NULL OR gap > 30) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS session_no FROM g) SELECT customer_id, session_no, COUNT(*) AS n FROM s GROUP BY customer_id, session_no
--@mysql released
SELECT customer_id, GROUP_CONCAT(kind ORDER BY occurred_at, id SEPARATOR ' > ') AS journey FROM events GROUP BY customer_id
--@mysql released
SELECT plan, GROUP_CONCAT(DISTINCT country ORDER BY country) AS countries FROM customers GROUP BY plan
--@mysql released
SELECT email, COUNT(*) AS n, MIN(id) AS keep_id FROM customers WHERE email IS NOT NULL GROUP BY email HAVING n > 1
--@mysql released
SELECT o.id, c.email, c.plan, r.title FROM orders o JOIN customers c ON c.id = o.customer_id LEFT JOIN regions r ON r.region = c.region WHERE o.status = 'paid'
--@mysql released
SELECT COUNT(*) AS n, COUNT(region) AS with_region, SUM(ISNULL(region)) AS no_region, COUNT(DISTINCT plan, country) AS combos FROM customers
--@mysql released
SELECT id, balance, SUM(balance) OVER (ORDER BY id) AS running, AVG(balance) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma3 FROM customers
--@mysql released
SELECT plan, MEDIAN(balance) OVER (PARTITION BY plan) AS med, id FROM customers
--@mysql released
SELECT plan, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY balance) OVER (PARTITION BY plan) AS med FROM customers
--@mysql released
SELECT id, PERCENT_RANK() OVER (ORDER BY balance) AS pr, CUME_DIST() OVER (ORDER BY balance) AS cd, NTILE(10) OVER (ORDER BY balance, id) AS decile FROM customers
--@mysql released
SELECT status, COUNT(*) AS n, ROUND(100 * COUNT(*) / SUM(COUNT(*)) OVER (), 2) AS pct FROM orders GROUP BY status
--@mysql released
SELECT c.id, (SELECT o.amount FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC, o.id LIMIT 1) AS last_amount FROM customers c
--@mysql released
SELECT id, CAST(balance AS DECIMAL(8,1)) AS b, CAST(id AS UNSIGNED) AS u, CONVERT(id, CHAR(10)) AS c, CAST(placed_at AS DATE) AS d FROM (SELECT c.id, c.balance, c.created_at AS placed_at FROM customers c) t
--@mysql released
SELECT id FROM customers WHERE BINARY plan = 'pro'
--@mysql released
SELECT id FROM customers WHERE plan COLLATE utf8mb4_bin = 'pro' AND country REGEXP '^[A-F]'
--@mysql released
SELECT id FROM orders WHERE placed_at BETWEEN '2026-03-01' AND '2026-03-31 23:59:59' AND status NOT IN ('refunded')
--@mysql released
SELECT id FROM customers WHERE created_at >= DATE_SUB('2026-06-30', INTERVAL 90 DAY)
--@mysql released
SELECT id, JSON_OBJECT('id', id, 'plan', plan) AS doc, JSON_ARRAY(id, plan) AS arr, JSON_SET(attrs, '$.seen', 1) AS marked, JSON_REMOVE(attrs, '$.langs') AS slim FROM customers
--@mysql released
SELECT plan, JSON_ARRAYAGG(id ORDER BY id) AS ids, JSON_OBJECTAGG(id, country) IS NOT NULL AS o FROM customers GROUP BY plan
--@mysql released
SELECT id, SUBSTRING_INDEX(SUBSTRING_INDEX('a,b,c', ',', 2), ',', -1) AS part, SUBSTRING_INDEX(JSON_VALUE(payload, '$.page'), '/', -1) AS page_no FROM events
--@mysql released
SELECT id, FORMAT(balance, 2) AS money, LPAD(id, 8, '0') AS code, REPEAT('*', 3) AS stars, SPACE(2) AS sp, STRCMP(plan, 'pro') AS cmp FROM customers
--@mysql released
SELECT id, MD5(CONCAT_WS('|', id, plan, region)) AS row_key, SHA1(plan) AS s1, SHA2(plan, 256) AS s2 FROM customers
--@mysql released
SELECT id, ship_note, amount FROM orders WHERE ship_note IS NOT NULL
--@mysql released
SELECT s.id, CASE WHEN t.id IS NULL THEN 'insert' WHEN NOT (s.plan <=> t.plan) THEN 'update' ELSE 'same' END AS op FROM customers s LEFT JOIN (SELECT id, 'free' AS plan FROM customers WHERE id < 30) t ON t.id = s.id
--@mysql released
WITH RECURSIVE tree AS (SELECT id, 0 AS depth FROM customers WHERE referrer_id IS NULL UNION ALL SELECT c.id, t.depth + 1 FROM customers c JOIN tree t ON c.referrer_id = t.id) SELECT depth, COUNT(*) AS n FROM tree GROUP BY depth
--@mysql released
SELECT a.id, b.id AS dup FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id
--@mysql released
SELECT region FROM customers WHERE region IS NOT NULL EXCEPT SELECT region FROM regions WHERE title = 'North'
--@mysql released
SELECT customer_id FROM orders INTERSECT SELECT customer_id FROM events
--@mysql released
SELECT customer_id, FIRST_VALUE(status) OVER w AS first_status, LAST_VALUE(status) OVER w AS last_status FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
--@mysql released
SELECT FLOOR(balance / 100) * 100 AS bin, COUNT(*) AS n, ROUND(STDDEV_SAMP(balance), 3) AS sd, ROUND(VAR_POP(balance), 3) AS vp FROM customers GROUP BY bin
--@mysql released
SELECT id, GREATEST(balance, 0) AS g, LEAST(score, 50) AS l, COALESCE(NULLIF(TRIM(region), ''), 'unknown') AS region, ROUND(balance, -2) AS r FROM customers
--@mysql released
SELECT DISTINCT kind, JSON_VALUE(payload, '$.page') AS page FROM events
--@mysql released
SELECT HOUR(occurred_at) AS h, DAYOFWEEK(occurred_at) AS dow, SUM(kind = 'buy') / COUNT(*) AS rate FROM events GROUP BY h, dow HAVING COUNT(*) > 1
--@mysql released
SELECT id, EXTRACT(YEAR_MONTH FROM placed_at) AS ym, MAKEDATE(YEAR(placed_at), 1) AS jan1, STR_TO_DATE(DATE_FORMAT(placed_at, '%Y-%m-01'), '%Y-%m-%d') AS m FROM orders
--@mysql released
SELECT v.plan, v.price, c.id FROM (SELECT 'free' AS plan, 0 AS price UNION ALL SELECT 'pro', 20) v JOIN customers c ON c.plan = v.plan
--@mysql released
SELECT id FROM customers WHERE (plan, region) IN (('pro', 'north'), ('free', 'south')) ORDER BY id LIMIT 5 OFFSET 1
--@mysql released
SELECT id, plan, region FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id HAVING SUM(o.amount) > 200)
--@duckdb released
FROM customers SELECT plan, list_sort(list_transform(tags, lambda x: upper(x))) AS tags
--@sqlite released
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 12) SELECT n.i, count(o.id) AS orders FROM n LEFT JOIN orders o ON CAST(strftime('%m', o.placed_at) AS INTEGER) = n.i GROUP BY n.i
--@mysql released
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 12) SELECT n.i, COUNT(o.id) AS orders FROM n LEFT JOIN orders o ON MONTH(o.placed_at) = n.i GROUP BY n.i
--@all released
WITH f AS (SELECT customer_id, count(*) AS n FROM events GROUP BY customer_id) SELECT o.id, f.n FROM orders o JOIN f USING (customer_id)
--@all released
WITH x AS (SELECT customer_id, count(*) AS n FROM events GROUP BY customer_id) SELECT x.n, x_2.id FROM x JOIN orders x_2 USING (customer_id)
--@all released
WITH contacts AS (SELECT contact_email AS email, count(*) AS n FROM orders GROUP BY contact_email) SELECT customers.id, email, n FROM customers LEFT JOIN contacts USING (email)
--@duckdb released
SELECT o.id, pos, k FROM orders o, json_each(o.items) j(pos, v, ty, k)
--@duckdb released
SELECT o.id, j.key AS pos, j.value->>'sku' AS sku FROM orders o, json_each(o.items) j
--@duckdb released
SELECT e.id, t.fullkey, t.type FROM events e, json_tree(e.payload) t WHERE t.atom IS NOT NULL
--@duckdb released
SELECT id, jaro_winkler_similarity(plan, 'pro') AS j, list_distance([1.0, 2.0], [2.0, 4.0]) AS d, regexp_full_match(plan, 'p.*') AS f, weekday(created_at) AS w, try_strptime(plan, '%Y') AS t, from_json(attrs, '{"tier":"INTEGER"}').tier AS tier FROM customers
--@duckdb released
SELECT u.id, u.tag, u.pos FROM (SELECT id, unnest(tags) AS tag, generate_subscripts(tags, 1) AS pos FROM customers) u
--@duckdb released
SELECT * FROM orders TABLESAMPLE 100 PERCENT (bernoulli)
--@duckdb released
SELECT * FROM orders USING SAMPLE 100 PERCENT (bernoulli)
--@sqlite released
SELECT id, sinh(id / 100.0) AS a, cosh(id / 100.0) AS b, tanh(id / 100.0) AS c FROM customers
--@postgres released
SELECT id, sinh(id / 100.0) AS a, cosh(id / 100.0) AS b, tanh(id / 100.0) AS c, normalize(plan) AS n, regexp_instr(plan, 'r') AS i, regexp_substr(plan, '[a-z]') AS s, to_number('12,454', '99G999') AS t, json_strip_nulls('{"a":null}'::json) AS j FROM customers
--@postgres released
SELECT regr_sxx(id, balance) AS a, regr_sxy(id, balance) AS b, regr_syy(id, balance) AS c FROM customers
