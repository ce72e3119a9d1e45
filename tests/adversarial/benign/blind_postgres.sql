--@postgres released
SELECT id, email, plan, row_number() OVER (PARTITION BY plan ORDER BY created_at DESC, id) AS rn FROM customers

--@postgres released
WITH ranked AS (
    SELECT c.*, row_number() OVER (PARTITION BY c.email ORDER BY c.created_at DESC, c.id DESC) AS rn
    FROM (SELECT id, email, plan, created_at FROM customers) c
)
SELECT id, email, plan FROM ranked WHERE rn = 1

--@postgres released
SELECT date_trunc('month', placed_at) AS month, status, count(*) AS orders, sum(amount) AS revenue, avg(amount)::numeric(10,2) AS avg_amount
FROM orders GROUP BY 1, 2 ORDER BY 1, 2

--@postgres released
SELECT to_char(placed_at, 'YYYY-MM') AS ym, sum(amount) FILTER (WHERE status = 'paid') AS paid, sum(amount) FILTER (WHERE status = 'refunded') AS refunded
FROM orders GROUP BY to_char(placed_at, 'YYYY-MM')

--@postgres released
WITH first_order AS (
    SELECT customer_id, min(placed_at) AS first_at FROM orders GROUP BY customer_id
), cohort AS (
    SELECT customer_id, date_trunc('month', first_at)::date AS cohort_month FROM first_order
)
SELECT cohort_month,
       (extract(year FROM age(date_trunc('month', o.placed_at), cohort_month)) * 12
        + extract(month FROM age(date_trunc('month', o.placed_at), cohort_month)))::int AS period,
       count(DISTINCT o.customer_id) AS customers
FROM cohort JOIN orders o USING (customer_id)
GROUP BY 1, 2 ORDER BY 1, 2

--@postgres released
WITH gaps AS (
    SELECT id, customer_id, occurred_at,
           occurred_at - lag(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS gap
    FROM events
), flagged AS (
    SELECT *, CASE WHEN gap IS NULL OR gap > interval '30 minutes' THEN 1 ELSE 0 END AS is_new FROM gaps
)
SELECT id, customer_id, occurred_at, sum(is_new) OVER (PARTITION BY customer_id ORDER BY occurred_at, id ROWS UNBOUNDED PRECEDING) AS session_no
FROM flagged

--@postgres released
SELECT c.id, c.plan FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)

--@postgres released
SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL

--@postgres released
SELECT c.id, last.id AS order_id, last.amount
FROM customers c
CROSS JOIN LATERAL (
    SELECT o.id, o.amount FROM orders o WHERE o.customer_id = c.id ORDER BY o.placed_at DESC, o.id DESC LIMIT 3
) last

--@postgres released
WITH RECURSIVE tree AS (
    SELECT id, referrer_id, 0 AS depth, ARRAY[id] AS path FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, c.referrer_id, t.depth + 1, t.path || c.id FROM customers c JOIN tree t ON c.referrer_id = t.id
)
SELECT id, depth, array_length(path, 1) AS len, path[1] AS root FROM tree

--@postgres released
SELECT coalesce(region, '(all)') AS region, coalesce(plan, '(all)') AS plan, count(*) AS n, grouping(region, plan) AS g
FROM customers GROUP BY GROUPING SETS ((region, plan), (region), ())

--@postgres released
SELECT region, plan, sum(balance) AS total FROM customers GROUP BY ROLLUP (region, plan) HAVING sum(balance) > 0

--@postgres released
SELECT region, country, count(*) FROM customers GROUP BY CUBE (region, country)

--@postgres released
SELECT plan,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY balance) AS median,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY balance) AS p90,
       percentile_cont(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY balance) AS quartiles,
       mode() WITHIN GROUP (ORDER BY region) AS top_region
FROM customers GROUP BY plan

--@postgres released
SELECT id, attrs ->> 'tier' AS tier, (attrs -> 'flags' ->> 'beta')::boolean AS beta, attrs #>> '{langs,0}' AS lang
FROM customers WHERE attrs @> '{"tier": 1}'

--@postgres released
SELECT c.id, l.lang, l.ord
FROM customers c, jsonb_array_elements_text(c.attrs -> 'langs') WITH ORDINALITY AS l(lang, ord)

--@postgres released
SELECT o.id, item ->> 'sku' AS sku, (item ->> 'qty')::int AS qty
FROM orders o CROSS JOIN LATERAL jsonb_array_elements(o.items) AS item

--@postgres released
SELECT sku, sum(qty) AS qty FROM (
    SELECT i->>'sku' AS sku, (i->>'qty')::integer AS qty FROM orders, jsonb_array_elements(items) AS i WHERE status = 'paid'
) x GROUP BY sku ORDER BY qty DESC

--@postgres released
SELECT kind, avg((payload->>'ms')::numeric) AS avg_ms, max((payload->>'ms')::int) AS max_ms FROM events GROUP BY kind

--@postgres released
SELECT id, unnest(tags) AS tag FROM customers

--@postgres released
SELECT tag, count(*) AS n FROM customers CROSS JOIN unnest(tags) AS tag GROUP BY tag ORDER BY n DESC, tag

--@postgres released
SELECT id FROM customers WHERE 'vip' = ANY (tags) AND NOT tags @> ARRAY['eu'] AND cardinality(tags) >= 1

--@postgres released
SELECT c.plan,
       count(*) FILTER (WHERE o.status = 'paid') AS paid_orders,
       count(DISTINCT o.customer_id) AS buyers,
       round(sum(o.amount) / nullif(count(o.id), 0), 2) AS aov
FROM customers c LEFT JOIN orders o ON o.customer_id = c.id
GROUP BY c.plan

--@postgres released
SELECT id, CASE WHEN balance < 100 THEN 'low' WHEN balance BETWEEN 100 AND 500 THEN 'mid' ELSE 'high' END AS bucket,
       width_bucket(balance, 0, 1000, 10) AS wb, ntile(4) OVER (ORDER BY balance, id) AS quartile
FROM customers

--@postgres released
SELECT day::date, coalesce(n, 0) AS n
FROM generate_series(timestamp '2026-02-01', timestamp '2026-02-28', interval '1 day') AS day
LEFT JOIN (SELECT date_trunc('day', placed_at) AS d, count(*) AS n FROM orders GROUP BY 1) o ON o.d = day

--@postgres released
SELECT id, amount, sum(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS running,
       avg(amount) OVER w AS moving_avg, lead(placed_at) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS next_at
FROM orders
WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)

--@postgres released
SELECT id, rank() OVER (ORDER BY balance DESC) AS r, dense_rank() OVER (ORDER BY plan) AS dr,
       percent_rank() OVER (ORDER BY balance) AS pr, cume_dist() OVER (ORDER BY balance) AS cd,
       first_value(id) OVER (PARTITION BY plan ORDER BY balance DESC, id) AS top_id
FROM customers

--@postgres released
SELECT 'customers' AS src, count(*) AS n FROM customers
UNION ALL SELECT 'orders', count(*) FROM orders
UNION ALL SELECT 'events', count(*) FROM events

--@postgres released
SELECT email FROM customers INTERSECT SELECT contact_email FROM orders

--@postgres released
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders ORDER BY id

--@postgres released
SELECT m.code, m.label, count(c.id) FROM (VALUES ('free', 'Free plan'), ('pro', 'Professional'), ('ent', 'Enterprise')) AS m(code, label)
LEFT JOIN customers c ON c.plan = m.code GROUP BY m.code, m.label

--@postgres released
SELECT upper(trim(both ' ' from plan)) AS plan, initcap(region) AS region, lpad(id::text, 6, '0') AS code,
       regexp_replace(country, '[^A-Z]', '', 'g') AS country, concat_ws('-', plan, region, country) AS slug,
       split_part(status, 'a', 1) AS sp, left(status, 3) AS l3, right(status, 2) AS r2, reverse(status) AS rev
FROM customers JOIN LATERAL (SELECT o.status FROM orders o WHERE o.customer_id = customers.id ORDER BY o.id LIMIT 1) s ON true

--@postgres released
SELECT id, md5(plan || '|' || coalesce(region, '')) AS row_hash FROM customers

--@postgres released
SELECT DISTINCT ON (customer_id) customer_id, id, amount, placed_at FROM orders ORDER BY customer_id, placed_at DESC, id DESC

--@postgres released
SELECT extract(dow FROM placed_at) AS dow, extract(hour FROM placed_at) AS hr, count(*) FROM orders GROUP BY 1, 2

--@postgres released
SELECT id, placed_at, placed_at + interval '1 month' AS due, placed_at::date - date '2026-01-01' AS days,
       date_part('epoch', placed_at - timestamp '2026-01-01') AS secs,
       placed_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin' AS local
FROM orders

--@postgres released
SELECT email, count(*) AS n FROM customers WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1

--@postgres released
SELECT c.id, count(o.id) AS n FROM customers c JOIN orders o ON o.contact_email = c.email GROUP BY c.id

--@postgres released
SELECT o.id, o.customer_id, c.email = o.contact_email AS same_address FROM orders o JOIN customers c ON c.id = o.customer_id

--@postgres released
SELECT id, notes, email FROM customers WHERE active AND created_at >= '2026-02-01' AND created_at < '2026-05-01'

--@postgres released
SELECT id, substring(phone from '..$') AS last2, extract(year from birth_date)::int AS birth_year, score + 5 AS mid FROM customers

--@postgres released
SELECT extract(year from birth_date)::int / 10 * 10 AS decade, avg(score) AS s, stddev_samp(balance) AS sd, corr(score, balance) AS c
FROM customers GROUP BY 1

--@postgres released
SELECT r.title, c.plan, sum(c.balance) AS total, round(100.0 * sum(c.balance) / sum(sum(c.balance)) OVER (), 2) AS pct
FROM customers c JOIN regions r ON r.region = c.region GROUP BY r.title, c.plan

--@postgres released
SELECT customer_id, array_agg(kind ORDER BY occurred_at, id) AS path, string_agg(DISTINCT kind, ',' ORDER BY kind) AS kinds
FROM events GROUP BY customer_id

--@postgres released
SELECT customer_id, jsonb_agg(jsonb_build_object('id', id, 'amount', amount) ORDER BY id) AS orders FROM orders GROUP BY customer_id

--@postgres released
SELECT jsonb_object_agg(plan, n) AS counts FROM (SELECT plan, count(*) AS n FROM customers GROUP BY plan) s

--@postgres released
SELECT "Id", "Title", "ownerEmail" FROM "Campaigns" ORDER BY "Id"

--@postgres released
WITH funnel AS (
    SELECT customer_id,
           min(occurred_at) FILTER (WHERE kind = 'view') AS viewed,
           min(occurred_at) FILTER (WHERE kind = 'click') AS clicked,
           min(occurred_at) FILTER (WHERE kind = 'buy') AS bought
    FROM events GROUP BY customer_id
)
SELECT count(*) AS all_users, count(viewed) AS viewed,
       count(*) FILTER (WHERE clicked > viewed) AS clicked, count(*) FILTER (WHERE bought > clicked) AS bought
FROM funnel

--@postgres released
SELECT id, plan FROM customers WHERE (plan, region) IN (('pro', 'north'), ('free', 'south')) OR region IS NULL

--@postgres released
SELECT id, greatest(balance, 100) AS floor_balance, least(score, 50) AS capped, nullif(plan, 'free') AS paid_plan,
       abs(balance - 500) AS dist, mod(id, 10) AS shard, ceil(balance) AS c, floor(balance) AS f, trunc(balance, 1) AS t, power(2, id % 5) AS p
FROM customers

--@postgres released
SELECT s.customer_id, s.total FROM (
    SELECT customer_id, sum(amount) AS total, rank() OVER (ORDER BY sum(amount) DESC) AS rk FROM orders WHERE status IN ('paid', 'open') GROUP BY customer_id
) s WHERE s.rk <= 10

--@postgres released
SELECT o.*, c.plan FROM (SELECT id, customer_id, amount, status FROM orders) o INNER JOIN customers c ON (c.id = o.customer_id) WHERE c.country IN ('DE', 'FR')

--@postgres released
SELECT id, status, amount FROM orders WHERE amount > (SELECT avg(amount) FROM orders) AND status ILIKE 'p%' AND NOT status SIMILAR TO '(x|y)%'

--@postgres released
SELECT id FROM events WHERE occurred_at BETWEEN timestamp '2026-03-05' AND timestamp '2026-03-10' AND kind ~ '^(view|click)$'

--@postgres released
SELECT customer_id, bool_or(status = 'refunded') AS ever_refunded, every(amount > 0) AS all_positive FROM orders GROUP BY customer_id

--@postgres released
SELECT id, tags[1] AS first_tag, tags[2:3] AS others, array_to_string(tags, ';') AS flat, array_position(tags, 'vip') AS pos, array_remove(tags, 'eu') AS rest FROM customers

--@postgres released
SELECT plan, n, n - lag(n) OVER (ORDER BY plan) AS diff FROM plan_totals

--@postgres released
SELECT a.id AS left_id, b.id AS right_id FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id

--@postgres released
SELECT w.week, count(DISTINCT e.customer_id) AS wau
FROM events e CROSS JOIN LATERAL (SELECT date_trunc('week', e.occurred_at)::date AS week) w GROUP BY w.week

--@postgres released
WITH daily AS MATERIALIZED (
    SELECT placed_at::date AS d, sum(amount) AS total FROM orders GROUP BY 1
)
SELECT d, total, avg(total) OVER (ORDER BY d RANGE BETWEEN interval '6 days' PRECEDING AND CURRENT ROW) AS avg7 FROM daily ORDER BY d
