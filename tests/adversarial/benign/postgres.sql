--@postgres released
TABLE regions
--@postgres released
SELECT date_trunc('month', placed_at)::date AS month, count(*) AS n, sum(amount) AS revenue FROM orders GROUP BY 1 ORDER BY 1
--@postgres released
SELECT d::date AS day, count(o.id) AS n FROM generate_series('2026-02-01'::date, '2026-03-01'::date, interval '1 day') AS d LEFT JOIN orders o ON o.placed_at::date = d::date GROUP BY 1
--@postgres released
SELECT g.n, count(*) AS c FROM generate_series(1, 5) AS g(n) CROSS JOIN regions GROUP BY g.n
--@postgres released
SELECT id, attrs->>'tier' AS tier, (attrs->>'tier')::int AS tier_no, attrs->'flags'->>'beta' AS beta, attrs #>> '{flags,beta}' AS beta2 FROM customers
--@postgres released
SELECT id FROM customers WHERE attrs @> '{"tier": 1}'
--@postgres released
SELECT id FROM customers WHERE attrs ? 'tier'
--@postgres released
SELECT o.id, i->>'sku' AS sku, (i->>'qty')::int AS qty FROM orders o CROSS JOIN LATERAL jsonb_array_elements(o.items) AS i
--@postgres released
SELECT o.id, item.value->>'sku' AS sku FROM orders o, jsonb_array_elements(o.items) AS item
--@postgres released
SELECT o.id, i.elem->>'sku' AS sku, i.ord FROM orders o, jsonb_array_elements(o.items) WITH ORDINALITY AS i(elem, ord)
--@postgres released
SELECT sum((i->>'qty')::int) AS qty, i->>'sku' AS sku FROM orders o, jsonb_array_elements(o.items) i GROUP BY 2
--@postgres released
SELECT e.id, k.key, k.value FROM events e, json_each_text(e.payload) AS k
--@postgres released
SELECT id, jsonb_object_keys(attrs) AS k FROM customers
--@postgres released
SELECT c.id, t.tag, t.pos FROM customers c CROSS JOIN LATERAL unnest(c.tags) WITH ORDINALITY AS t(tag, pos)
--@postgres released
SELECT id, unnest(tags) AS tag FROM customers
--@postgres released
SELECT id, tags[1] AS first_tag, array_length(tags, 1) AS n, cardinality(tags) AS c, array_to_string(tags, '|') AS joined FROM customers
--@postgres released
SELECT id FROM customers WHERE 'vip' = ANY(tags)
--@postgres released
SELECT id FROM customers WHERE tags && ARRAY['vip', 'eu'] AND tags @> ARRAY['new']
--@postgres released
SELECT id FROM customers WHERE plan = ANY(ARRAY['pro', 'team'])
--@postgres released
SELECT DISTINCT ON (customer_id) customer_id, id, amount FROM orders ORDER BY customer_id, placed_at DESC, id
--@postgres released
SELECT plan, region, count(*) AS n, grouping(plan, region) AS g FROM customers GROUP BY GROUPING SETS ((plan, region), (plan), ())
--@postgres released
SELECT plan, region, sum(balance) AS b FROM customers GROUP BY CUBE (plan, region)
--@postgres released
SELECT status, percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS median, percentile_disc(0.9) WITHIN GROUP (ORDER BY amount) AS p90, mode() WITHIN GROUP (ORDER BY status) AS m FROM orders GROUP BY status
--@postgres released
SELECT percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY amount) AS quartiles FROM orders
--@postgres released
SELECT id, to_char(placed_at, 'YYYY-MM') AS ym, to_char(amount, 'FM999990.00') AS shown, extract(epoch FROM placed_at) AS ts, extract(dow FROM placed_at) AS dow, date_part('hour', placed_at) AS h FROM orders
--@postgres released
SELECT id, placed_at + interval '1 day' * 3 AS due, age(timestamp '2026-06-01', placed_at) > interval '1 month' AS older, placed_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin' AS local FROM orders
--@postgres released
SELECT id FROM orders WHERE placed_at >= date '2026-03-01' - interval '2 weeks' AND placed_at < (date '2026-04-01' + 1)
--@postgres released
SELECT width_bucket(amount, 0, 300, 6) AS bucket, count(*) AS n FROM orders GROUP BY 1
--@postgres released
SELECT plan, string_agg(region, ',' ORDER BY region) AS regions, array_agg(DISTINCT region ORDER BY region) AS list, json_agg(id ORDER BY id) AS ids, jsonb_agg(DISTINCT region) AS jr FROM customers GROUP BY plan
--@postgres released
SELECT plan, jsonb_object_agg(region, n) AS by_region FROM (SELECT plan, coalesce(region, 'none') AS region, count(*) AS n FROM customers GROUP BY 1, 2) t GROUP BY plan
--@postgres released
SELECT id, json_build_object('plan', plan, 'region', region) AS doc, jsonb_build_array(id, plan) AS arr FROM customers
--@postgres released
SELECT id, plan ~ '^p' AS starts, regexp_replace(plan, '[aeiou]', '', 'g') AS consonants, (regexp_match(plan, '(..)$'))[1] AS tail, split_part('a-b-c', '-', 2) AS part, left(plan, 2) AS l, right(plan, 2) AS r, lpad(id::text, 5, '0') AS padded, initcap(plan) AS cap FROM customers
--@postgres released
SELECT id FROM customers WHERE plan ILIKE 'PR%' AND region !~* 'SOU'
--@postgres released
SELECT id FROM customers WHERE region IS DISTINCT FROM 'north' AND active IS TRUE AND plan IS NOT NULL
--@postgres released
SELECT a.id FROM customers a WHERE a.email IS NOT DISTINCT FROM (SELECT b.email FROM customers b WHERE b.id = 3)
--@postgres released
SELECT c.id, last.amount, last.placed_at FROM customers c LEFT JOIN LATERAL (SELECT o.amount, o.placed_at FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC, o.id LIMIT 1) last ON true
--@postgres released
SELECT v.code, count(c.id) AS n FROM (VALUES ('pro', 1), ('free', 2)) AS v(code, rank) LEFT JOIN customers c ON c.plan = v.code GROUP BY v.code
--@postgres released
SELECT plan, n FROM plan_totals
--@postgres released
SELECT bool_and(active) AS all_active, bool_or(active) AS any_active, every(active) AS ev, stddev(balance) AS sd, variance(balance) AS va, corr(balance, id) AS co, regr_slope(balance, id) AS slope FROM customers
--@postgres released
SELECT id, greatest(balance, 100) AS g, least(balance, 500) AS l, ceil(balance) AS c, floor(balance) AS f, trunc(balance, 1) AS t, sign(balance - 500) AS s, power(id, 2) AS p, sqrt(id) AS q, mod(id, 7) AS m, ln(id) AS ln FROM customers
--@postgres released
SELECT id, concat(plan, '-', region) AS k, concat_ws('/', plan, region, country) AS path, format('%s:%s', plan, id) AS f, md5(plan) AS h, reverse(plan) AS rv, strpos(plan, 'r') AS pos, position('r' in plan) AS pos2, translate(plan, 'abc', 'xyz') AS tr, chr(65) AS ch, ascii(plan) AS asc, btrim(plan, 'p') AS bt, overlay(plan placing 'X' from 1 for 1) AS ov FROM customers
--@postgres released
SELECT id, now() - created_at > interval '1 day' AS old, current_date >= created_at::date AS past FROM customers
--@postgres released
SELECT make_date(2026, 1, 1) AS d, date '2026-01-01' + make_interval(days => 3) AS i, to_date('2026-02-03', 'YYYY-MM-DD') AS td, to_timestamp('2026-02-03', 'YYYY-MM-DD')::date AS tt, date '2026-01-31' - date '2026-01-01' AS days FROM regions
--@postgres released
SELECT date_bin('15 minutes', occurred_at, timestamp '2026-01-01') AS slot, count(*) AS n FROM events GROUP BY 1
--@postgres released
SELECT customer_id, occurred_at, sum(CASE WHEN gap > interval '6 hours' OR gap IS NULL THEN 1 ELSE 0 END) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS session FROM (SELECT id, customer_id, occurred_at, occurred_at - lag(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS gap FROM events) e
--@postgres released
SELECT sum(amount) OVER (ORDER BY placed_at RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) AS week, id FROM orders
--@postgres released
SELECT id, avg(amount) OVER (PARTITION BY customer_id ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) AS ma, nth_value(amount, 2) OVER (PARTITION BY customer_id ORDER BY id) AS second, percent_rank() OVER (ORDER BY amount) AS pr, cume_dist() OVER (ORDER BY amount) AS cd FROM orders
--@postgres released
SELECT id, payload->>'page' AS page, (payload->>'ms')::numeric / 1000 AS s, json_array_length(payload->'tags') AS tags FROM events
--@postgres released
WITH RECURSIVE days(d) AS (SELECT date '2026-03-01' UNION ALL SELECT d + 1 FROM days WHERE d < date '2026-03-10') SELECT d, (SELECT count(*) FROM events WHERE occurred_at::date = d) AS n FROM days
--@postgres released
SELECT c.plan, c.active::text AS a, c.balance::float8 AS f, c.id::varchar(10) AS v, c.created_at::date AS d, c.balance::numeric(12,1) AS n, 'x'::char(3) AS ch FROM customers AS c
--@postgres released
SELECT id FROM customers ORDER BY region NULLS FIRST, created_at DESC NULLS LAST, id FETCH FIRST 10 ROWS ONLY
--@postgres released
SELECT "C"."Id" AS "Campaign Id", "C"."ownerEmail" AS "Owner" FROM "Campaigns" AS "C" ORDER BY "C"."Id"
--@postgres released
SELECT count(*) AS n FROM customers TABLESAMPLE BERNOULLI (100) REPEATABLE (1)
--@postgres released
SELECT id, tags || ARRAY['x'] AS more, array_append(tags, 'y') AS appended, array_position(tags, 'vip') AS pos, array_remove(tags, 'new') AS less FROM customers
--@postgres released
SELECT array(SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.id) AS order_ids, c.id FROM customers c
--@postgres released
SELECT id FROM customers WHERE id = ANY(SELECT customer_id FROM orders) AND balance >= ALL(SELECT 0)
--@postgres released
SELECT id, row_number() OVER () > 0 AS any_row, num_nulls(region, email IS NULL) AS nn FROM customers
--@postgres released
SELECT o.status, count(*) AS n, round(100.0 * count(*) / sum(count(*)) OVER (), 1) AS pct FROM orders o GROUP BY o.status
--@postgres released
SELECT jsonb_typeof(attrs->'langs') AS t, jsonb_array_length(attrs->'langs') AS n, attrs->'langs'->>0 AS first_lang, attrs - 'tier' AS rest, jsonb_path_query_first(attrs, '$.tier') AS tier FROM customers
--@postgres released
SELECT l.lang, count(*) AS n FROM customers c, jsonb_array_elements_text(c.attrs->'langs') AS l(lang) GROUP BY l.lang
--@postgres released
SELECT x.sku, x.qty FROM orders o, jsonb_to_recordset(o.items) AS x(sku text, qty int)
--@postgres released
SELECT r.region, s.part FROM regions r, regexp_split_to_table(r.title, 'r') AS s(part)
--@postgres released
SELECT region, s FROM regions, LATERAL unnest(string_to_array(title, 'r')) AS s
--@postgres released
SELECT id, amount, sum(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW) AS others, count(*) OVER (ORDER BY amount GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) AS n FROM orders
--@duckdb,sqlite released
SELECT id, amount, sum(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING EXCLUDE CURRENT ROW) AS others FROM orders
--@postgres released
SELECT c.id, c.plan, c.region, c.email, c.phone, count(o.id) AS orders, sum(o.amount) AS total FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY c.id
--@postgres released
SELECT c.id, upper(c.plan) AS plan, c.balance, max(o.placed_at) AS last FROM customers AS c JOIN orders AS o ON o.customer_id = c.id GROUP BY 1 HAVING c.active AND count(*) > 1 ORDER BY c.balance DESC, 1
--@postgres released
SELECT o.id, o.status, o.amount, c.plan, count(e.id) AS events FROM orders o JOIN customers c ON c.id = o.customer_id LEFT JOIN events e ON e.customer_id = c.id GROUP BY o.id, c.id
--@postgres released
SELECT id, status FROM orders WHERE status <> ALL (ARRAY['test', 'refunded'])
--@postgres released
SELECT id, plan || E'\t' || coalesce(region, E'none\n') AS tabbed, E'it\'s a \\ ''slash''\r\b\f' AS odd FROM customers WHERE plan <> E'x\ty'
--@postgres released
SELECT id, encode(sha256(plan::bytea), 'hex') AS plan_hash, encode(convert_to(plan, 'UTF8'), 'base64') AS b FROM customers
--@postgres released
SELECT id, quote_literal(plan) AS q, quote_ident(plan) AS i, quote_nullable(region) AS n FROM customers
--@postgres released
SELECT row_to_json(t) AS doc FROM (SELECT id, plan, region FROM customers) AS t
--@postgres released
SELECT t.plan, json_agg(t ORDER BY t.id) AS docs FROM (SELECT id, plan, phone FROM customers) AS t GROUP BY t.plan
--@postgres released
SELECT to_jsonb(r) AS doc, jsonb_agg(r.*) OVER (ORDER BY r.region) AS upto FROM (SELECT region, title FROM regions) AS r
--@postgres released
SELECT r.region, to_jsonb(t) AS maybe FROM regions r LEFT JOIN (SELECT region, count(*) AS n FROM customers WHERE plan = 'none' GROUP BY region) t ON t.region = r.region
--@postgres released
SELECT id, plan, to_json(x.*) ->> 'n' AS n FROM customers c CROSS JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.customer_id = c.id) x
--@postgres released
SELECT id, repeat('*', 3) || plan AS r FROM customers
--@postgres released
SELECT id FROM orders WHERE amount > ALL (ARRAY[10, 20]) AND status = ANY (ARRAY['paid', 'open'])
