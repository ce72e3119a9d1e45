--@mysql released
SELECT c.id, c.plan, NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.placed_at > '2026-04-01' AND o.placed_at <= '2026-04-01' + INTERVAL 30 DAY) AS churned FROM customers c WHERE c.created_at < '2026-04-01'

--@mysql released
WITH m AS (SELECT customer_id, DATE_FORMAT(placed_at, '%Y-%m-01') AS month, SUM(amount) AS mrr FROM orders WHERE status = 'paid' GROUP BY customer_id, month),
mv AS (SELECT month, mrr, LAG(mrr) OVER (PARTITION BY customer_id ORDER BY month) AS prev FROM m)
SELECT month, SUM(IF(prev IS NULL, mrr, 0)) AS new_mrr, SUM(GREATEST(mrr - prev, 0)) AS expansion, SUM(LEAST(mrr - prev, 0)) AS contraction FROM mv GROUP BY month

--@mysql released
SELECT IF(MOD(id, 2) = 0, 'A', 'B') AS variant, COUNT(*) AS n, AVG(balance) AS mean, ROUND(VAR_SAMP(balance), 4) AS var, SUM(active) AS conv, AVG(active) AS cr FROM customers GROUP BY variant

--@mysql released | {"since": "2026-03-01"}
SELECT id, customer_id, amount FROM orders WHERE placed_at >= :since ORDER BY id

--@mysql released
SELECT o.id, (SELECT e.kind FROM events e WHERE e.customer_id = o.customer_id AND e.occurred_at <= o.placed_at ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1) AS last_touch FROM orders o

--@mysql released
SELECT kind, nxt, COUNT(*) AS n, COUNT(*) / SUM(COUNT(*)) OVER (PARTITION BY kind) AS p FROM (SELECT kind, LEAD(kind) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS nxt FROM events) s WHERE nxt IS NOT NULL GROUP BY kind, nxt

--@mysql released
SELECT c.plan, s.status, COUNT(o.id) AS n FROM customers c CROSS JOIN (SELECT DISTINCT status FROM orders) s LEFT JOIN orders o ON o.customer_id = c.id AND o.status = s.status GROUP BY c.plan, s.status

--@mysql released
SELECT plan, MAX(IF(rn = 1, balance, NULL)) AS top1, MAX(IF(rn = 2, balance, NULL)) AS top2 FROM (SELECT plan, balance, ROW_NUMBER() OVER (PARTITION BY plan ORDER BY balance DESC, id) AS rn FROM customers) t GROUP BY plan

--@mysql released
SELECT k.k, COUNT(*) AS n FROM customers c, JSON_TABLE(JSON_KEYS(c.attrs), '$[*]' COLUMNS (k VARCHAR(30) PATH '$')) k GROUP BY k.k

--@mysql released
SELECT id, JSON_EXTRACT(attrs, '$.tier') + 0 AS tier, JSON_VALUE(attrs, '$.flags.beta') = 'true' AS beta, JSON_CONTAINS(attrs, '"de"', '$.langs') AS german, JSON_UNQUOTE(JSON_EXTRACT(attrs, '$.langs[0]')) AS l0, JSON_EXISTS(attrs, '$.tier') AS ex FROM customers WHERE JSON_VALUE(attrs, '$.tier') >= 1

--@mysql released
SELECT DATE(occurred_at) AS day, kind, COUNT(*) AS n, SUM(COUNT(*)) OVER (PARTITION BY kind ORDER BY DATE(occurred_at)) AS cum FROM events GROUP BY DATE(occurred_at), kind

--@mysql released
SELECT EXISTS (SELECT 1 FROM customers WHERE region IS NULL) AS has_null, (SELECT COUNT(*) FROM orders WHERE amount < 0) AS neg, (SELECT COUNT(*) FROM (SELECT id FROM events GROUP BY id HAVING COUNT(*) > 1) d) AS dups

--@mysql released
SELECT c.id, c.email, NTILE(5) OVER (ORDER BY COALESCE(t.total, 0), c.id) AS q FROM customers c LEFT JOIN (SELECT customer_id, SUM(amount) AS total FROM orders GROUP BY customer_id) t ON t.customer_id = c.id

--@mysql released
SELECT a.customer_id, a.id AS first_id, b.id AS second_id, DATEDIFF(b.placed_at, a.placed_at) AS gap FROM orders a JOIN orders b ON a.customer_id = b.customer_id AND b.placed_at > a.placed_at

--@mysql released
SELECT customer_id, COUNT(*) AS n, CASE COUNT(*) WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END AS freq FROM orders GROUP BY customer_id HAVING SUM(amount) > (SELECT AVG(amount) FROM orders)

--@mysql released
(SELECT id, balance FROM customers ORDER BY balance DESC, id LIMIT 3) UNION ALL (SELECT id, balance FROM customers ORDER BY balance, id LIMIT 3)

--@mysql released
SELECT id, DAYOFYEAR(placed_at) AS doy, WEEKOFYEAR(placed_at) AS wk, DATE_FORMAT(placed_at, '%d/%m/%Y %H:%i') AS shown, TIME(placed_at) AS t, MONTHNAME(placed_at) AS mn, PERIOD_DIFF(EXTRACT(YEAR_MONTH FROM placed_at), 202601) AS months, DATE_ADD(placed_at, INTERVAL 3 MONTH) AS q3, TIMESTAMPADD(MINUTE, 90, placed_at) AS m90, FLOOR(HOUR(placed_at) / 6) AS part FROM orders

--@mysql released
SELECT id, country IN ('DE', 'FR') AS eu, country LIKE '_R' AS r, region REGEXP '^(north|south)$' AS ns, plan NOT LIKE '%x' AS nx, plan <> 'free' AND active AS paying, NOT region <=> NULL AS known, region IS NOT NULL XOR active AS odd FROM customers

--@mysql released
WITH RECURSIVE walk AS (SELECT id, 1 AS lvl, CAST(id AS CHAR(100)) AS path FROM customers WHERE id <= 3 UNION ALL SELECT c.id, w.lvl + 1, CONCAT(w.path, '/', c.id) FROM customers c JOIN walk w ON c.referrer_id = w.id WHERE w.lvl < 6)
SELECT lvl, COUNT(*) AS n, GROUP_CONCAT(path ORDER BY path) AS paths FROM walk GROUP BY lvl

--@mysql released
SELECT x.region, x.n, y.title FROM (SELECT region, COUNT(*) AS n FROM customers GROUP BY region) AS x NATURAL JOIN regions AS y

--@mysql released
SELECT JSON_ARRAYAGG(JSON_OBJECT('id', id, 'plan', plan) ORDER BY id) AS docs FROM customers WHERE id < 6

--@mysql released
SELECT o.id, j.sku, SUM(j.qty) OVER (PARTITION BY j.sku ORDER BY o.placed_at, o.id, j.nr) AS cum FROM orders o JOIN JSON_TABLE(o.items, '$[*]' COLUMNS (nr FOR ORDINALITY, sku VARCHAR(10) PATH '$.sku', qty INT PATH '$.qty')) AS j ON TRUE

--@mysql released
SELECT id, CAST(SUBSTR(JSON_VALUE(payload, '$.page'), 4) AS UNSIGNED) AS page_no, JSON_VALUE(payload, '$.tags[0]') AS tag0, JSON_TYPE(JSON_EXTRACT(payload, '$.tags')) AS tt FROM events

--@mysql released
SELECT PERCENT_RANK() OVER w AS pr, CUME_DIST() OVER w AS cd, RANK() OVER w AS r, DENSE_RANK() OVER w AS dr, id FROM orders WINDOW w AS (ORDER BY amount DESC)

--@mysql released
SELECT customer_id, MAX(amount) - MIN(amount) AS rng, DATEDIFF(MAX(placed_at), MIN(placed_at)) AS days, COUNT(*) / GREATEST(DATEDIFF(MAX(placed_at), MIN(placed_at)), 1) AS per_day FROM orders GROUP BY customer_id

--@mysql released
SELECT id, ROUND(balance, 1) AS r, balance / 7 AS d, balance % 7 AS m, -balance AS neg, ABS(500 - balance) AS ab, GREATEST(0, balance - 300) AS relu, ROUND(LOG10(balance + 1), 6) AS lg, ROUND(EXP(1), 6) AS e, FORMAT(balance, 2) AS f, BIN(id) AS b, HEX(id) AS h FROM customers

--@mysql released
SELECT status, SUM(amount) AS total, ROUND(100 * SUM(amount) / (SELECT SUM(amount) FROM orders), 2) AS pct FROM orders GROUP BY status ORDER BY total DESC

--@mysql released
SELECT t.plan, t.country, IFNULL(c.n, 0) AS n FROM (SELECT DISTINCT a.plan, b.country FROM customers a, customers b) t LEFT JOIN (SELECT plan, country, COUNT(*) AS n FROM customers GROUP BY plan, country) c USING (plan, country)

--@mysql released
SELECT region, plan, n, SUM(n) OVER (PARTITION BY region) AS region_n FROM (SELECT region, plan, COUNT(*) AS n FROM customers GROUP BY region, plan) s

--@mysql released
SELECT c.id, c.plan, c.region, c.balance, SUM(o.amount) AS total FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY total DESC, c.id

--@mysql released
SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL) AND active ORDER BY id DESC

--@mysql released
SELECT SQL_NO_CACHE plan, COUNT(*) FROM customers USE INDEX () GROUP BY plan ORDER BY NULL

--@mysql released
SELECT VALUE_COUNT.plan, VALUE_COUNT.n FROM (SELECT plan, COUNT(*) AS n FROM customers GROUP BY plan) AS VALUE_COUNT WHERE VALUE_COUNT.n >= 1

--@mysql released
SELECT d.day, COUNT(o.id) AS n FROM (SELECT DATE('2026-03-01') + INTERVAL seq DAY AS day FROM seq_0_to_30) d LEFT JOIN orders o ON DATE(o.placed_at) = d.day GROUP BY d.day
