--@duckdb released
PIVOT (SELECT region, plan, balance FROM customers) ON plan IN ('free','pro','team') USING sum(balance) AS s GROUP BY region

--@duckdb released
SELECT * FROM (SELECT region, plan, balance FROM customers) PIVOT (sum(balance) AS s FOR plan IN ('free','pro','team') GROUP BY region)

--@duckdb released
SELECT * FROM (SELECT id, balance, score FROM customers) UNPIVOT (val FOR metric IN (balance))

--@duckdb released
UNPIVOT (SELECT id, plan, region FROM customers) ON plan, region INTO NAME attr VALUE val

--@mysql released
SELECT o.id, j.sku, j.qty FROM orders o, JSON_TABLE(o.items, '$[*]' COLUMNS (sku VARCHAR(10) PATH '$.sku', qty INT PATH '$.qty')) j

--@duckdb released
SELECT id FROM customers ORDER BY id LIMIT 50%

--@duckdb released
SELECT * LIKE 'b%' FROM customers

--@postgres released
SELECT plan, percentile_cont(0.5) WITHIN GROUP (ORDER BY balance DESC) AS m FROM customers GROUP BY plan

--@sqlite released
SELECT id, CAST(substr(created_at,1,4) AS INTEGER) AS y FROM customers

--@duckdb released
SELECT id, list_transform(tags, lambda x: upper(x)) AS t, [x || '!' for x in tags if x <> 'new'] AS u FROM customers

--@duckdb released
SELECT plan, quantile_cont(balance, [0.25, 0.5]) AS q, median(balance) AS m, mode(region) AS mo FROM customers GROUP BY ALL

--@duckdb released
SELECT id, struct_pack(a := plan, b := region).a AS a FROM customers

--@duckdb released
SELECT c.id, e.kind FROM customers c ASOF JOIN events e ON c.id = e.customer_id AND e.occurred_at >= c.created_at

--@duckdb released
SELECT region, count(*) FILTER (plan = 'pro') AS n FROM customers GROUP BY ALL ORDER BY ALL

--@duckdb released
SELECT id, date_diff('day', created_at, TIMESTAMP '2026-12-01') AS d, created_at::DATE AS day, strftime(created_at, '%Y-%m') AS ym FROM customers

--@duckdb released
SELECT COLUMNS('id|plan') FROM customers

--@duckdb released
FROM customers SELECT plan, count() AS n GROUP BY plan

--@duckdb released
SELECT id, unnest(tags) AS tag, generate_subscripts(tags, 1) AS i FROM customers

--@duckdb released
SELECT e.id, x.value AS v FROM events e, json_each(e.payload, '$.tags') AS x

--@postgres released
SELECT p.plan, x.k, x.v FROM customers p CROSS JOIN LATERAL jsonb_each_text(p.attrs) AS x(k, v)

--@postgres released
SELECT o.id, i.sku, i.qty FROM orders o, jsonb_to_recordset(o.items) AS i(sku text, qty int)

--@sqlite released
SELECT o.id, json_extract(j.value, '$.sku') AS sku, j.key AS k FROM orders o, json_each(o.items) j

--@postgres released
SELECT c.region, s.*, c.plan FROM customers c CROSS JOIN LATERAL (SELECT count(*) AS n, sum(amount) AS t FROM orders o WHERE o.customer_id = c.id) s

--@mysql released
SELECT plan, GROUP_CONCAT(DISTINCT region ORDER BY region SEPARATOR '|') AS rs FROM customers GROUP BY plan WITH ROLLUP

--@mysql released
SELECT id, JSON_VALUE(attrs, '$.tier') AS tier, JSON_LENGTH(tags) AS n, JSON_CONTAINS(tags, '"vip"') AS vip FROM customers

--@duckdb released
PIVOT (SELECT region, plan, id FROM customers) ON plan IN ('free', 'pro') USING count(*), sum(id)

--@duckdb released
WITH b AS (SELECT region, plan, balance FROM customers) PIVOT b ON plan IN ('free', 'pro') USING sum(balance)

--@duckdb released
SELECT p.* FROM (PIVOT (SELECT region, country, plan, balance FROM customers) ON plan IN ('free'), country IN ('DE', 'FR') USING sum(balance) AS s GROUP BY region) AS p ORDER BY 1

--@duckdb released
SELECT u.id, u.m, u.v FROM (SELECT id, plan, region FROM customers) UNPIVOT INCLUDE NULLS (v FOR m IN (plan, region AS place)) AS u JOIN orders o ON o.customer_id = u.id

--@duckdb released
UNPIVOT (SELECT id, region FROM customers) ON region

--@duckdb released
SELECT * NOT LIKE '%e%' FROM customers

--@duckdb released
SELECT * ILIKE 'B%' FROM customers

--@duckdb released
SELECT sum(COLUMNS(lambda c: c = 'balance' OR starts_with(C, 'refer'))) FROM customers

--@mysql released
SELECT c.id, j.n, j.lang FROM customers c JOIN JSON_TABLE(c.attrs, '$' COLUMNS (tier INT PATH '$.tier', NESTED PATH '$.langs[*]' COLUMNS (n FOR ORDINALITY, lang VARCHAR(5) PATH '$'))) AS j ON TRUE WHERE j.tier > 0

--@postgres released
SELECT o.id, q.v ->> 'sku' AS sku FROM orders o, jsonb_path_query(o.items, '$[*] ? (@.qty > 1)') AS q(v)
