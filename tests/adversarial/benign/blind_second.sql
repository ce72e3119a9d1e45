--@postgres released
WITH base AS (
    SELECT customer_id, date_trunc('month', placed_at)::date AS month, sum(amount) AS mrr FROM orders WHERE status = 'paid' GROUP BY 1, 2
), with_prev AS (
    SELECT *, lag(mrr) OVER (PARTITION BY customer_id ORDER BY month) AS prev_mrr, lag(month) OVER (PARTITION BY customer_id ORDER BY month) AS prev_month FROM base
)
SELECT month,
       sum(CASE WHEN prev_mrr IS NULL THEN mrr ELSE 0 END) AS new_mrr,
       sum(CASE WHEN mrr > prev_mrr THEN mrr - prev_mrr ELSE 0 END) AS expansion,
       sum(CASE WHEN mrr < prev_mrr THEN prev_mrr - mrr ELSE 0 END) AS contraction,
       sum(CASE WHEN prev_month < month - interval '1 month' THEN 1 ELSE 0 END) AS reactivated
FROM with_prev GROUP BY month

--@postgres released
SELECT customer_id, min(d) AS island_start, max(d) AS island_end, count(*) AS days FROM (
    SELECT customer_id, d, d - (row_number() OVER (PARTITION BY customer_id ORDER BY d))::int AS grp
    FROM (SELECT DISTINCT customer_id, occurred_at::date AS d FROM events) x
) y GROUP BY customer_id, grp

--@postgres released
SELECT c.id, c.email, coalesce(o.n, 0) AS orders, coalesce(e.n, 0) AS events, o.last_order,
       CASE WHEN o.last_order >= date '2026-04-01' THEN 'active' WHEN o.last_order IS NULL THEN 'never' ELSE 'lapsed' END AS segment
FROM customers c
LEFT JOIN (SELECT customer_id, count(*) AS n, max(placed_at)::date AS last_order FROM orders GROUP BY 1) o ON o.customer_id = c.id
LEFT JOIN (SELECT customer_id, count(*) AS n FROM events GROUP BY 1) e ON e.customer_id = c.id

--@postgres released
SELECT id, ntile(5) OVER (ORDER BY recency, id) AS r, ntile(5) OVER (ORDER BY freq DESC, id) AS f, ntile(5) OVER (ORDER BY money DESC, id) AS m
FROM (SELECT customer_id AS id, date '2026-12-01' - max(placed_at)::date AS recency, count(*) AS freq, sum(amount) AS money FROM orders GROUP BY customer_id) t

--@postgres released
SELECT x.id, x.key, x.value FROM (SELECT c.id, e.key, e.value FROM customers c, jsonb_each(c.attrs) e) x

--@postgres released
SELECT id, jsonb_path_query_first(items, '$[0].sku') #>> '{}' AS first_sku, jsonb_array_length(items) AS n, items -> -1 ->> 'sku' AS last_sku FROM orders

--@postgres released
SELECT id FROM customers WHERE attrs ? 'tier' AND attrs ->> 'tier' IN ('0', '1') AND (attrs -> 'langs') ? 'de'

--@postgres released
SELECT c.id, count(*) FILTER (WHERE e.kind = 'buy') OVER (PARTITION BY c.id) AS buys, e.occurred_at::time AS t
FROM customers c JOIN events e ON e.customer_id = c.id AND e.occurred_at::date = date '2026-03-07'

--@postgres released
SELECT format('%s-%s', plan, lower(country)) AS slug, string_agg(id::text, ',' ORDER BY id) AS ids FROM customers GROUP BY plan, country

--@postgres released
SELECT o.id, o.amount, o.amount - avg(o.amount) OVER (PARTITION BY c.plan) AS diff, (o.amount - avg(o.amount) OVER ()) / nullif(stddev_pop(o.amount) OVER (), 0) AS z
FROM orders o JOIN customers c ON c.id = o.customer_id

--@postgres released
SELECT t.plan, t.metric, t.value FROM (SELECT plan, count(*)::numeric AS n, avg(balance) AS avg_balance, max(balance) AS max_balance FROM customers GROUP BY plan) s
CROSS JOIN LATERAL (VALUES ('n', s.n), ('avg_balance', s.avg_balance), ('max_balance', s.max_balance)) AS t2(metric, value)
JOIN LATERAL (SELECT s.plan, t2.metric, t2.value) t ON true

--@postgres released
SELECT region, count(*) AS n FROM customers WHERE region IS DISTINCT FROM 'north' GROUP BY region ORDER BY n DESC NULLS LAST FETCH FIRST 3 ROWS ONLY

--@postgres released
WITH RECURSIVE months(m) AS (VALUES (date '2026-01-01') UNION ALL SELECT (m + interval '1 month')::date FROM months WHERE m < date '2026-06-01')
SELECT months.m, count(c.id) AS signups, sum(count(c.id)) OVER (ORDER BY months.m) AS cumulative FROM months LEFT JOIN customers c ON date_trunc('month', c.created_at) = months.m GROUP BY months.m

--@postgres released
SELECT id, translate(plan, 'aeiou', '*****') AS masked_vowels, btrim(plan, 'f') AS b, position('r' in plan) AS pos, overlay(plan placing 'X' from 1 for 1) AS o, repeat('*', 3) AS stars, chr(65) AS a, ascii(plan) AS code, substring(plan from 2 for 2) AS mid, starts_with(plan, 'p') AS sw FROM customers

--@postgres released
SELECT regexp_match(status, '^(p)(a)') AS m, regexp_split_to_array(status, 'e') AS parts, string_to_array(status, 'n') AS arr, count(*) FROM orders GROUP BY status

--@postgres released
SELECT make_date(2026, extract(month FROM created_at)::int, 1) AS d, to_date('2026-03-01', 'YYYY-MM-DD') AS td, to_timestamp('2026-03-01 10:00', 'YYYY-MM-DD HH24:MI') > timestamp '2026-01-01' AS late, to_number('12.5', '99.9') AS num, date_bin('15 minutes', created_at, timestamp '2026-01-01') AS bin, isfinite(created_at) AS fin, justify_hours(created_at - timestamp '2026-01-01') > interval '1 day' AS j FROM customers

--@postgres released
SELECT id, row_to_json(x) AS doc FROM (SELECT id, plan, region FROM customers) x

--@postgres released
SELECT json_build_object('plan', plan, 'n', count(*), 'total', sum(balance)) AS doc FROM customers GROUP BY plan

--@postgres released
SELECT c.email, c.full_name, c.national_id, c.iban, c.phone, c.birth_date, c.notes, c.profile FROM customers AS c WHERE c.id BETWEEN 1 AND 10

--@postgres released
SELECT count(*) AS rows, count(DISTINCT email) AS emails, count(*) - count(email) AS missing_email, max(created_at) AS fresh, min(balance) AS lo, sum((region IS NULL)::int) AS null_region FROM customers

--@postgres released
SELECT ip, count(DISTINCT customer_id) AS n FROM orders GROUP BY ip HAVING count(DISTINCT customer_id) >= 1

--@postgres released
(SELECT 'top' AS w, id, balance FROM customers ORDER BY balance DESC, id LIMIT 5) UNION ALL (SELECT 'bottom', id, balance FROM customers ORDER BY balance, id LIMIT 5)

--@postgres released
SELECT DISTINCT ON (c.email) c.email, c.id, c.plan FROM customers c WHERE c.email IS NOT NULL ORDER BY c.email, c.created_at DESC, c.id

--@postgres released
SELECT id, coalesce(lag(balance) OVER w, 0) AS prev, last_value(balance) OVER (w ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS last FROM customers WINDOW w AS (PARTITION BY plan ORDER BY id)

--@postgres released
SELECT d.dow, h.hr, count(e.id) AS n FROM generate_series(0, 6) AS d(dow) CROSS JOIN generate_series(0, 23, 6) AS h(hr)
LEFT JOIN events e ON extract(dow FROM e.occurred_at) = d.dow AND floor(extract(hour FROM e.occurred_at) / 6) * 6 = h.hr GROUP BY d.dow, h.hr

--@postgres released
SELECT a.customer_id, a.kind AS from_kind, b.kind AS to_kind, count(*) AS n FROM events a JOIN LATERAL (SELECT kind FROM events b WHERE b.customer_id = a.customer_id AND b.occurred_at > a.occurred_at ORDER BY b.occurred_at, b.id LIMIT 1) b ON true GROUP BY 1, 2, 3

--@postgres released
SELECT id, CASE WHEN status = ANY (ARRAY['paid', 'open']) THEN amount ELSE 0 END AS net, status NOT IN ('refunded') AS ok FROM orders WHERE (placed_at, id) > (timestamp '2026-03-01', 110)

--@postgres released
SELECT regr_slope(balance, score) AS slope, regr_r2(balance, score) AS r2, covar_samp(balance, score) AS cov, var_samp(balance) AS v, bit_or(id) AS b, count(*) FILTER (WHERE active IS TRUE) AS act FROM customers

--@postgres released
SELECT u.id, u.tag, u.nr FROM (SELECT id, t.tag, t.nr FROM customers LEFT JOIN LATERAL unnest(tags) WITH ORDINALITY AS t(tag, nr) ON true) u WHERE u.nr IS NULL OR u.nr = 1

--@postgres released
SELECT plan, country, sum(balance) AS s, rank() OVER (PARTITION BY plan ORDER BY sum(balance) DESC) AS rk, sum(sum(balance)) OVER (PARTITION BY plan) AS plan_total FROM customers GROUP BY plan, country HAVING count(*) > 0

--@duckdb released
WITH base AS (SELECT customer_id, date_trunc('month', placed_at)::DATE AS month, sum(amount) AS mrr FROM orders WHERE status = 'paid' GROUP BY ALL)
SELECT month, sum(mrr) AS mrr, sum(mrr) - lag(sum(mrr)) OVER (ORDER BY month) AS delta FROM base GROUP BY month

--@duckdb released
SELECT customer_id, min(d) AS s, max(d) AS e, count(*) AS days FROM (SELECT customer_id, d, d - (row_number() OVER (PARTITION BY customer_id ORDER BY d))::INTEGER AS grp FROM (SELECT DISTINCT customer_id, occurred_at::DATE AS d FROM events)) GROUP BY customer_id, grp

--@duckdb released
SELECT c.id, c.email, coalesce(o.n, 0) AS orders FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY 1) o ON o.customer_id = c.id

--@duckdb released
SELECT ntile(5) OVER (ORDER BY money DESC, id) AS m, id FROM (SELECT customer_id AS id, sum(amount) AS money FROM orders GROUP BY customer_id)

--@duckdb released
SELECT id, json_extract(items, '$[*].sku') AS skus, items->0->>'sku' AS s0, json_keys(items->0) AS k FROM orders

--@duckdb released
SELECT plan, list(DISTINCT country ORDER BY country) AS countries, count(*) AS n FROM customers GROUP BY plan

--@duckdb released
SELECT u.id, u.tag FROM (SELECT id, unnest(tags) AS tag FROM customers) u WHERE u.tag <> 'new'

--@duckdb released
SELECT id, tags.list_transform(lambda x: x || '_t') AS t, list_distinct(tags) AS d, list_slice(tags, 1, 2) AS sl, flatten([tags, tags]) AS f FROM customers

--@duckdb released
WITH ids AS MATERIALIZED (SELECT id FROM customers ORDER BY id LIMIT 5 OFFSET 1) SELECT * FROM ids

--@duckdb released
SELECT region, count(*) AS n FROM customers WHERE region IS DISTINCT FROM 'north' GROUP BY region ORDER BY n DESC NULLS LAST, region LIMIT 3

--@duckdb released
SELECT plan, round(avg(balance), 2) AS a, quantile_cont(balance, [0.25, 0.5, 0.75]) AS q, kurtosis(balance) IS NOT NULL AS k, skewness(balance) AS sk, entropy(country) AS e FROM customers GROUP BY ALL

--@duckdb released
SELECT d::DATE AS d, count(o.id) AS n FROM generate_series(TIMESTAMP '2026-02-01', TIMESTAMP '2026-02-10', INTERVAL 1 DAY) AS t(d) LEFT JOIN orders o ON o.placed_at::DATE = t.d::DATE GROUP BY 1

--@duckdb released
SELECT customer_id, count(*) FILTER (WHERE kind = 'buy') / count(*) AS rate, max(occurred_at) - min(occurred_at) > INTERVAL 1 HOUR AS long FROM events GROUP BY customer_id

--@duckdb released
SELECT id, regexp_extract(plan, '([a-z])(.*)', 2) AS rest, regexp_split_to_array(plan, 'r') AS p, split_part(plan, 'r', 1) AS sp, concat(plan, '/', country) AS c, reverse(plan) AS r, repeat('x', 3) AS x, initcap IS NULL AS no FROM (SELECT id, plan, country, NULL AS initcap FROM customers)

--@duckdb released
SELECT strptime('2026-03-01', '%Y-%m-%d') AS d, placed_at::TIME AS t, date_part(['year', 'month'], placed_at) IS NOT NULL AS parts, extract(epoch FROM placed_at) AS ep, date_sub('month', TIMESTAMP '2026-01-01', placed_at) AS months, placed_at - INTERVAL '1 week' AS w FROM orders

--@duckdb released
SELECT c.plan, o.status, sum(o.amount) AS s, sum(o.amount) / sum(sum(o.amount)) OVER (PARTITION BY c.plan) AS share FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.plan, o.status

--@duckdb released
PIVOT (SELECT kind, customer_id % 3 AS shard, id FROM events) ON kind IN ('view', 'click', 'buy') USING count(id) GROUP BY shard

--@duckdb released
UNPIVOT (SELECT id, balance, score::DECIMAL(10,2) AS score FROM customers) ON balance, score INTO NAME metric VALUE amount

--@duckdb released
SELECT email, full_name, national_id, phone, birth_date, iban, notes FROM customers WHERE id <= 10

--@duckdb released
SELECT count(*) AS n, count(DISTINCT email) AS e, min(email) IS NOT NULL AS has, sum(CASE WHEN region IS NULL THEN 1 END) AS missing FROM customers

--@duckdb released
SELECT o.id, c.email = o.contact_email AS same FROM orders o JOIN customers c ON c.id = o.customer_id

--@duckdb released
SELECT id, balance, balance > avg(balance) OVER (PARTITION BY plan) AS above, row_number() OVER (PARTITION BY plan ORDER BY balance DESC, id) AS rn FROM customers QUALIFY rn <= 3

--@duckdb released
SELECT id, plan FROM customers WHERE id IN (FROM orders SELECT customer_id WHERE amount > 100) AND NOT EXISTS (FROM events e WHERE e.customer_id = customers.id AND e.kind = 'buy')

--@duckdb released
SELECT a.kind AS f, b.kind AS t, count(*) AS n FROM events a, LATERAL (SELECT kind FROM events b WHERE b.customer_id = a.customer_id AND b.occurred_at > a.occurred_at ORDER BY b.occurred_at, b.id LIMIT 1) b GROUP BY ALL

--@duckdb released
SELECT to_json({'id': id, 'plan': plan}) AS doc, json_object('r', region) AS o FROM customers

--@duckdb released
SELECT plan, json_array_length(json_group_array(id)) AS n FROM customers GROUP BY plan

--@duckdb released
SELECT id, CASE WHEN balance BETWEEN 0 AND 100 THEN '0-100' WHEN balance <= 500 THEN '100-500' ELSE '500+' END AS bucket, floor(balance / 100) * 100 AS b, sign(balance - 500) AS s, pow(2, id % 5) AS p, ln(balance + 1) AS l, isnan(balance::DOUBLE) AS nan FROM customers

--@duckdb released
SELECT * EXCLUDE (rn) FROM (SELECT customer_id, id, amount, row_number() OVER (PARTITION BY customer_id ORDER BY id) AS rn FROM orders) WHERE rn = 1

--@duckdb released
SELECT e.* EXCLUDE (actor_email, payload), c.plan FROM events e LEFT JOIN customers c ON c.id = e.customer_id WHERE e.occurred_at::DATE = '2026-03-07'

--@sqlite released
WITH base AS (SELECT customer_id, strftime('%Y-%m-01', placed_at) AS month, sum(amount) AS mrr FROM orders WHERE status = 'paid' GROUP BY 1, 2)
SELECT month, sum(mrr) AS m, sum(mrr) - lag(sum(mrr)) OVER (ORDER BY month) AS d FROM base GROUP BY month

--@sqlite released
SELECT customer_id, min(d) AS s, max(d) AS e, count(*) AS n FROM (SELECT customer_id, d, julianday(d) - row_number() OVER (PARTITION BY customer_id ORDER BY d) AS grp FROM (SELECT DISTINCT customer_id, date(occurred_at) AS d FROM events)) GROUP BY customer_id, grp

--@sqlite released
SELECT c.id, c.email, coalesce(o.n, 0) AS n FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY 1) o ON o.customer_id = c.id

--@sqlite released
SELECT id, ntile(5) OVER (ORDER BY money DESC, id) AS m FROM (SELECT customer_id AS id, sum(amount) AS money FROM orders GROUP BY customer_id)

--@sqlite released
SELECT json_extract(items, '$[0].sku') AS s, items ->> '$[0].qty' AS q, json_type(items) AS t, json_valid(items) AS v FROM orders

--@sqlite released
SELECT o.id, sum(json_extract(i.value, '$.qty')) AS q FROM orders o JOIN json_each(o.items) AS i GROUP BY o.id

--@sqlite released
SELECT plan, group_concat(id, ',') IS NOT NULL AS ids, max(country) AS c FROM customers GROUP BY plan

--@sqlite released
SELECT region, count(*) AS n FROM customers WHERE region IS NOT 'north' GROUP BY region ORDER BY n DESC NULLS LAST, region LIMIT 3

--@sqlite released
SELECT c.plan, o.status, sum(o.amount) AS s, sum(o.amount) / sum(sum(o.amount)) OVER (PARTITION BY c.plan) AS share FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.plan, o.status

--@sqlite released
SELECT email, full_name, national_id, phone, birth_date, iban, notes FROM customers WHERE id <= 10

--@sqlite released
SELECT count(*) AS n, count(DISTINCT email) AS e, sum(region IS NULL) AS missing, sum(iif(active, balance, 0)) AS b FROM customers

--@sqlite released
SELECT o.id, c.email = o.contact_email AS same FROM orders o JOIN customers c ON c.id = o.customer_id

--@sqlite released
SELECT id, balance > avg(balance) OVER (PARTITION BY plan) AS above FROM customers

--@sqlite released
SELECT CASE cast(strftime('%w', occurred_at) AS INTEGER) WHEN 0 THEN 'Sun' WHEN 6 THEN 'Sat' ELSE 'week' END AS d, count(*) AS n FROM events GROUP BY d

--@sqlite released
SELECT * FROM (SELECT id, balance FROM customers ORDER BY balance DESC, id LIMIT 5) UNION ALL SELECT * FROM (SELECT id, balance FROM customers ORDER BY balance, id LIMIT 5)

--@sqlite released
SELECT id, ltrim(plan, 'f') AS l, rtrim(plan, 'e') AS r, upper(substr(plan, 1, 1)) || substr(plan, 2) AS cap, lower(country) AS c, round(balance) AS b, CAST(id AS TEXT) AS t, sign(balance - 500) AS s FROM customers

--@sqlite released
SELECT date('2026-03-31', '-1 month') AS a, date(created_at, 'weekday 0') AS w, strftime('%j', created_at) AS j, datetime(created_at, 'start of day', '+9 hours') AS nine, strftime('%H:%M', created_at) AS hm FROM customers

--@sqlite released
WITH RECURSIVE split(id, word, rest) AS (
    SELECT id, '', status || ',' FROM orders WHERE id < 110
    UNION ALL
    SELECT id, substr(rest, 1, instr(rest, ',') - 1), substr(rest, instr(rest, ',') + 1) FROM split WHERE rest <> ''
)
SELECT id, word FROM split WHERE word <> ''

--@sqlite released
SELECT customer_id, sum(CASE WHEN kind = 'view' THEN 1 ELSE 0 END) AS v, sum(CASE WHEN kind = 'buy' THEN 1.0 ELSE 0 END) / count(*) AS rate FROM events GROUP BY customer_id HAVING count(*) > 1

--@sqlite released
SELECT c.id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n, (SELECT max(e.occurred_at) FROM events e WHERE e.customer_id = c.id) AS last FROM customers c

--@sqlite released
SELECT e.id, e.kind, c.plan FROM events e INNER JOIN customers c ON c.id = e.customer_id WHERE e.occurred_at BETWEEN '2026-03-05' AND '2026-03-10' AND c.country IN ('DE', 'FR')

--@sqlite released
SELECT ip, count(DISTINCT customer_id) AS n FROM orders GROUP BY ip

--@sqlite released
SELECT p.plan, r.region, count(c.id) AS n FROM (SELECT DISTINCT plan FROM customers) p CROSS JOIN (SELECT DISTINCT region FROM customers WHERE region IS NOT NULL) r LEFT JOIN customers c ON c.plan = p.plan AND c.region = r.region GROUP BY 1, 2

--@sqlite released
SELECT sqrt(avg(balance * balance) - avg(balance) * avg(balance)) AS sd, max(balance) - min(balance) AS range FROM customers

--@sqlite released
SELECT id, sum(amount) OVER (ORDER BY placed_at, id RANGE UNBOUNDED PRECEDING) AS t, cume_dist() OVER (ORDER BY amount) AS cd, last_value(id) OVER (PARTITION BY customer_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l FROM orders

--@sqlite released
SELECT json_group_array(json_object('id', id, 'n', n)) IS NOT NULL AS doc FROM (SELECT plan AS id, count(*) AS n FROM customers GROUP BY plan)

--@sqlite released
SELECT min(email) AS a, max(email) AS b, plan FROM customers GROUP BY plan

--@sqlite released
SELECT id, coalesce(email, 'x') IS NOT NULL AS has FROM (SELECT id, email IS NULL AS email FROM customers)

--@sqlite released
SELECT c.*, rn * 2 AS twice FROM (SELECT id, plan, row_number() OVER (PARTITION BY plan ORDER BY id) AS rn FROM customers) AS c WHERE c.rn <= 2

--@sqlite released
SELECT DISTINCT c.email FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.contact_email = c.email) AND c.email IN (SELECT actor_email FROM events)

--@mysql released
WITH base AS (SELECT customer_id, DATE_FORMAT(placed_at, '%Y-%m-01') AS month, SUM(amount) AS mrr FROM orders WHERE status = 'paid' GROUP BY 1, 2)
SELECT month, SUM(mrr) AS m, SUM(mrr) - LAG(SUM(mrr)) OVER (ORDER BY month) AS d FROM base GROUP BY month

--@mysql released
SELECT customer_id, MIN(d) AS s, MAX(d) AS e, COUNT(*) AS n FROM (SELECT customer_id, d, DATE_SUB(d, INTERVAL ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY d) DAY) AS grp FROM (SELECT DISTINCT customer_id, DATE(occurred_at) AS d FROM events) x) y GROUP BY customer_id, grp

--@mysql released
SELECT c.id, c.email, COALESCE(o.n, 0) AS n FROM customers c LEFT JOIN (SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id) o ON o.customer_id = c.id

--@mysql released
SELECT id, NTILE(5) OVER (ORDER BY money DESC, id) AS m FROM (SELECT customer_id AS id, SUM(amount) AS money FROM orders GROUP BY customer_id) t

--@mysql released
SELECT id, JSON_EXTRACT(items, '$[0].sku') AS s, JSON_TYPE(items) AS t, JSON_VALID(items) AS v, JSON_KEYS(attrs) IS NULL AS k FROM (SELECT id, items, items AS attrs FROM orders) x

--@mysql released
SELECT region, COUNT(*) AS n FROM customers WHERE NOT region <=> 'north' GROUP BY region ORDER BY n DESC, region LIMIT 3

--@mysql released
SELECT c.plan, o.status, SUM(o.amount) AS s, SUM(o.amount) / SUM(SUM(o.amount)) OVER (PARTITION BY c.plan) AS share FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.plan, o.status

--@mysql released
SELECT email, full_name, national_id, phone, birth_date, iban, notes FROM customers WHERE id <= 10

--@mysql released
SELECT COUNT(*) AS n, COUNT(DISTINCT email) AS e, SUM(region IS NULL) AS missing, SUM(IF(active, balance, 0)) AS b FROM customers

--@mysql released
SELECT o.id, c.email = o.contact_email AS same FROM orders o JOIN customers c ON c.id = o.customer_id

--@mysql released
SELECT id, balance > AVG(balance) OVER (PARTITION BY plan) AS above FROM customers

--@mysql released
SELECT DAYNAME(occurred_at) AS d, COUNT(*) AS n FROM events GROUP BY DAYNAME(occurred_at)

--@mysql released
(SELECT id, balance FROM customers ORDER BY balance DESC, id LIMIT 5) UNION ALL (SELECT id, balance FROM customers ORDER BY balance, id LIMIT 5)

--@mysql released
SELECT id, LTRIM(plan) AS l, CONCAT(UPPER(LEFT(plan, 1)), SUBSTR(plan, 2)) AS cap, LOWER(country) AS c, ROUND(balance) AS b, CAST(id AS CHAR) AS t, SIGN(balance - 500) AS s, RPAD(plan, 6, '.') AS rp, SUBSTRING(plan FROM 2 FOR 2) AS m, MID(plan, 1, 2) AS mm, SPACE(2) AS sp FROM customers

--@mysql released
SELECT DATE_SUB('2026-03-31', INTERVAL 1 MONTH) AS a, DAYOFYEAR(created_at) AS j, DATE_FORMAT(created_at, '%H:%i') AS hm, WEEK(created_at) AS w, TIMESTAMPADD(HOUR, 9, DATE(created_at)) AS nine, DATE_FORMAT(created_at, '%W %M') AS wm, TO_DAYS(created_at) AS td, SEC_TO_TIME(60) IS NULL AS st, ADDDATE(created_at, 7) AS ad FROM customers

--@mysql released
SELECT customer_id, SUM(CASE WHEN kind = 'view' THEN 1 ELSE 0 END) AS v, SUM(kind = 'buy') / COUNT(*) AS rate FROM events GROUP BY customer_id HAVING COUNT(*) > 1

--@mysql released
SELECT c.id, (SELECT COUNT(*) FROM orders o WHERE o.customer_id = c.id) AS n, (SELECT MAX(e.occurred_at) FROM events e WHERE e.customer_id = c.id) AS last FROM customers c

--@mysql released
SELECT e.id, e.kind, c.plan FROM events e INNER JOIN customers c ON c.id = e.customer_id WHERE e.occurred_at BETWEEN '2026-03-05' AND '2026-03-10' AND c.country IN ('DE', 'FR')

--@mysql released
SELECT ip, COUNT(DISTINCT customer_id) AS n FROM orders GROUP BY ip

--@mysql released
SELECT p.plan, r.region, COUNT(c.id) AS n FROM (SELECT DISTINCT plan FROM customers) p CROSS JOIN (SELECT DISTINCT region FROM customers WHERE region IS NOT NULL) r LEFT JOIN customers c ON c.plan = p.plan AND c.region = r.region GROUP BY p.plan, r.region

--@mysql released
SELECT STDDEV_SAMP(balance) AS sd, MAX(balance) - MIN(balance) AS spread, SQRT(VARIANCE(balance)) AS v, BIT_OR(id) AS b FROM customers

--@mysql released
SELECT id, SUM(amount) OVER (ORDER BY placed_at, id) AS t, CUME_DIST() OVER (ORDER BY amount) AS cd, LAST_VALUE(id) OVER (PARTITION BY customer_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS l, NTH_VALUE(id, 2) OVER (PARTITION BY customer_id ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS n2 FROM orders

--@mysql released
SELECT MIN(email) AS a, MAX(email) AS b, plan FROM customers GROUP BY plan

--@mysql released
SELECT c.*, c.rn * 2 AS rn2 FROM (SELECT id, plan, ROW_NUMBER() OVER (PARTITION BY plan ORDER BY id) AS rn FROM customers) AS c WHERE c.rn <= 2

--@mysql released
SELECT DISTINCT c.email FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.contact_email = c.email) AND c.email IN (SELECT actor_email FROM events)

--@mysql released
WITH RECURSIVE seq AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM seq WHERE n < 3)
SELECT o.id, seq.n, JSON_VALUE(o.items, CONCAT('$[', seq.n - 1, '].sku')) AS sku FROM orders o JOIN seq ON seq.n <= JSON_LENGTH(o.items)

--@mysql released
SELECT region, MAX(CASE WHEN plan = 'free' THEN n END) AS free, MAX(CASE WHEN plan = 'pro' THEN n END) AS pro FROM (SELECT region, plan, COUNT(*) AS n FROM customers GROUP BY region, plan) t GROUP BY region

--@mysql released
SELECT id FROM customers WHERE created_at >= DATE_SUB(DATE '2026-06-01', INTERVAL 90 DAY) AND MONTH(created_at) IN (3, 4) AND country NOT IN ('US')

--@mysql released
SELECT COALESCE(region, 'total') AS region, SUM(balance) AS s FROM customers WHERE region IS NOT NULL GROUP BY region WITH ROLLUP

--@mysql released
SELECT a.id, b.id AS other FROM customers a LEFT JOIN customers b ON b.referrer_id = a.id AND b.active = TRUE WHERE a.plan = 'pro' AND (b.id IS NULL OR b.balance >= 0)
