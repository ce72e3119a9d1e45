--@mysql released
SELECT id, email, plan FROM (SELECT id, email, plan, ROW_NUMBER() OVER (PARTITION BY email ORDER BY created_at DESC, id DESC) AS rn FROM customers) t WHERE rn = 1

--@mysql released
SELECT DATE_FORMAT(placed_at, '%Y-%m') AS ym, status, COUNT(*) AS n, SUM(amount) AS total FROM orders GROUP BY ym, status ORDER BY ym, status

--@mysql released
SELECT DATE(placed_at) AS d, COUNT(*) AS n FROM orders WHERE placed_at >= '2026-03-01' AND placed_at < DATE_ADD('2026-03-01', INTERVAL 1 MONTH) GROUP BY DATE(placed_at)

--@mysql released
SELECT id, DATEDIFF('2026-12-31', placed_at) AS days, TIMESTAMPDIFF(HOUR, placed_at, '2026-12-31') AS hrs, LAST_DAY(placed_at) AS eom, DAYOFWEEK(placed_at) AS dow, HOUR(placed_at) AS hr, QUARTER(placed_at) AS q, YEARWEEK(placed_at, 3) AS yw FROM orders

--@mysql released
WITH gaps AS (
    SELECT id, customer_id, occurred_at, LAG(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS prev FROM events
)
SELECT id, customer_id, SUM(CASE WHEN prev IS NULL OR TIMESTAMPDIFF(MINUTE, prev, occurred_at) > 30 THEN 1 ELSE 0 END) OVER (PARTITION BY customer_id ORDER BY occurred_at, id) AS s FROM gaps

--@mysql released
SELECT c.id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)

--@mysql released
SELECT c.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL

--@mysql released
WITH RECURSIVE tree AS (
    SELECT id, referrer_id, 0 AS depth FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, c.referrer_id, t.depth + 1 FROM customers c JOIN tree t ON c.referrer_id = t.id
)
SELECT * FROM tree

--@mysql released
WITH RECURSIVE days AS (SELECT DATE '2026-02-01' AS d UNION ALL SELECT DATE_ADD(d, INTERVAL 1 DAY) FROM days WHERE d < '2026-02-28')
SELECT days.d, COUNT(o.id) AS n FROM days LEFT JOIN orders o ON DATE(o.placed_at) = days.d GROUP BY days.d

--@mysql released
SELECT id, JSON_EXTRACT(attrs, '$.tier') AS tier, JSON_UNQUOTE(JSON_EXTRACT(attrs, '$.langs[0]')) AS lang, JSON_LENGTH(tags) AS n FROM customers

--@mysql released
SELECT o.id, i.sku, i.qty FROM orders o JOIN JSON_TABLE(o.items, '$[*]' COLUMNS (sku VARCHAR(20) PATH '$.sku', qty INT PATH '$.qty')) i

--@mysql released
SELECT region, SUM(IF(plan = 'free', 1, 0)) AS free, SUM(plan = 'pro') AS pro, COUNT(CASE WHEN plan = 'team' THEN 1 END) AS team FROM customers GROUP BY region

--@mysql released
SELECT plan, AVG(balance) AS a, STDDEV(balance) AS sd, MIN(balance) AS mn, MAX(balance) AS mx, VAR_SAMP(balance) AS v FROM customers GROUP BY plan

--@mysql released
SELECT customer_id, GROUP_CONCAT(kind ORDER BY occurred_at, id SEPARATOR '>') AS path, GROUP_CONCAT(DISTINCT kind ORDER BY kind) AS kinds FROM events GROUP BY customer_id

--@mysql released
SELECT id, SUM(balance) OVER (PARTITION BY plan ORDER BY id) AS running, AVG(balance) OVER (PARTITION BY plan ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma FROM customers

--@mysql released
SELECT id, RANK() OVER w AS r, DENSE_RANK() OVER w AS d, NTILE(3) OVER (ORDER BY balance, id) AS t, PERCENT_RANK() OVER w AS pr FROM customers WINDOW w AS (ORDER BY balance DESC)

--@mysql released
SELECT 'customers' AS src, COUNT(*) AS n FROM customers UNION ALL SELECT 'orders', COUNT(*) FROM orders

--@mysql released
SELECT email FROM customers INTERSECT SELECT contact_email FROM orders

--@mysql released
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders

--@mysql released
SELECT email, COUNT(*) AS n FROM customers WHERE email IS NOT NULL GROUP BY email HAVING COUNT(*) > 1

--@mysql released
SELECT c.id, c.plan, r.title FROM customers c JOIN regions r USING (region)

--@mysql released
SELECT id, CONCAT(UPPER(plan), '-', IFNULL(LOWER(region), 'none')) AS slug, SUBSTRING(country, 1, 1) AS c1, SUBSTRING_INDEX(plan, 'e', 1) AS si, REPLACE(plan, 'e', '3') AS l, TRIM('  x ') AS t, CHAR_LENGTH(plan) AS n, LOCATE('r', plan) AS p, LPAD(id, 6, '0') AS code, LEFT(plan, 2) AS l2, REVERSE(plan) AS rev FROM customers

--@mysql released
SELECT id, CASE WHEN balance < 100 THEN 'low' WHEN balance < 500 THEN 'mid' ELSE 'high' END AS bucket, balance DIV 100 AS b, ROUND(balance, 1) AS r1, ABS(balance - 500) AS d, MOD(id, 5) AS shard, CAST(balance AS SIGNED) AS i, FLOOR(balance) AS f, CEIL(balance) AS c, TRUNCATE(balance, 1) AS t FROM customers

--@mysql released
SELECT id, COALESCE(region, country, '?') AS r, NULLIF(plan, 'free') AS p, IF(active, 'y', 'n') AS a, GREATEST(balance, 100) AS g, LEAST(score, 50) AS l FROM customers

--@mysql released
SELECT id, status FROM orders WHERE status LIKE 'p%' AND status NOT LIKE '%x' AND status REGEXP '^p' AND amount BETWEEN 10 AND 200

--@mysql released
SELECT id, plan, email FROM customers WHERE (plan, country) IN (('pro', 'FR'), ('free', 'DE'))

--@mysql released
SELECT a.id AS l, b.id AS r FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id

--@mysql released
SELECT id, amount, amount - LAG(amount, 1) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS delta, FIRST_VALUE(id) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS f FROM orders

--@mysql released
SELECT kind, AVG(JSON_VALUE(payload, '$.ms')) AS ms, MAX(CAST(JSON_VALUE(payload, '$.ms') AS UNSIGNED)) AS mx FROM events GROUP BY kind

--@mysql released
WITH first AS (SELECT customer_id, MIN(DATE_FORMAT(placed_at, '%Y-%m-01')) AS cohort FROM orders GROUP BY customer_id)
SELECT f.cohort, PERIOD_DIFF(DATE_FORMAT(o.placed_at, '%Y%m'), DATE_FORMAT(f.cohort, '%Y%m')) AS period, COUNT(DISTINCT o.customer_id) AS n FROM first f JOIN orders o ON o.customer_id = f.customer_id GROUP BY 1, 2

--@mysql released
SELECT customer_id, JSON_ARRAYAGG(id) AS ids FROM orders GROUP BY customer_id HAVING COUNT(*) = 1

--@mysql released
SELECT JSON_OBJECT('id', id, 'plan', plan) AS doc FROM customers WHERE active

--@mysql released
SELECT `Id`, `Title`, `ownerEmail` FROM `Campaigns`

--@mysql released
SELECT id, STR_TO_DATE('2026-03-01', '%Y-%m-%d') AS d, MONTHNAME(placed_at) AS mn, WEEKDAY(placed_at) AS wd, MAKEDATE(2026, 100) AS md, UNIX_TIMESTAMP('2026-03-01 00:00:00') > 0 AS ux FROM orders

--@mysql released
SELECT plan, COUNT(*) * 100.0 / (SELECT COUNT(*) FROM customers) AS pct FROM customers GROUP BY plan

--@mysql released
SELECT plan, SUM(balance) AS s, ROUND(100 * SUM(balance) / SUM(SUM(balance)) OVER (), 2) AS pct FROM customers GROUP BY plan

--@mysql released
SELECT id, notes, email FROM customers WHERE active = 1 AND created_at >= '2026-02-01' AND created_at < '2026-05-01'

--@mysql released
SELECT id, RIGHT(phone, 2) AS last2, YEAR(birth_date) AS y, score + 5 AS mid FROM customers

--@mysql released
SELECT DISTINCT plan, region FROM customers ORDER BY plan, region

--@mysql released
SELECT COUNT(DISTINCT email) AS e, COUNT(email) AS n, COUNT(*) AS c, COUNT(DISTINCT plan, region) AS pr FROM customers

--@mysql released
SELECT o.*, c.plan FROM (SELECT id, customer_id, amount FROM orders) AS o, customers AS c WHERE c.id = o.customer_id

--@mysql released
SELECT id, amount FROM orders WHERE amount > (SELECT AVG(amount) FROM orders) ORDER BY amount DESC, id LIMIT 10 OFFSET 2

--@mysql released
SELECT id, amount FROM orders ORDER BY id LIMIT 5, 10

--@mysql released
WITH f AS (SELECT customer_id, MIN(CASE WHEN kind='view' THEN occurred_at END) v, MIN(CASE WHEN kind='buy' THEN occurred_at END) b FROM events GROUP BY customer_id)
SELECT COUNT(*) AS n, COUNT(v) AS viewed, SUM(b > v) AS bought FROM f

--@mysql released
SELECT id, plan <=> 'free' AS f, region IS NOT NULL AS r, country = 'de' AS de, NOT active AS off, id XOR 1 AS x FROM customers

--@mysql released
SELECT id, HEX(plan) AS h, MD5(CONCAT_WS('|', id, plan, region)) AS m, SHA2(plan, 256) AS s, CRC32(plan) AS c FROM customers

--@mysql released
SELECT id, DATE_ADD(occurred_at, INTERVAL 2 HOUR) AS local, HOUR(TIME(occurred_at)) AS t, DATE_SUB(occurred_at, INTERVAL 1 WEEK) AS w, occurred_at + INTERVAL 30 MINUTE AS m, EXTRACT(YEAR_MONTH FROM occurred_at) AS ym FROM events

--@mysql released
SELECT region, plan, COUNT(*) AS n FROM customers GROUP BY region, plan WITH ROLLUP

--@mysql released
SELECT id FROM customers WHERE JSON_CONTAINS(tags, '"vip"') AND id IN (SELECT customer_id FROM orders WHERE status IN ('paid', 'open') GROUP BY customer_id HAVING COUNT(*) >= 2)

--@mysql released
SELECT EXISTS(SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status = 'refunded') AS refunded, COUNT(*) AS n FROM customers c GROUP BY refunded

--@mysql released
SELECT c.region, c.n, AVG(c.n) OVER (ORDER BY c.region ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS nb FROM (SELECT region, COUNT(*) AS n FROM customers GROUP BY region) c

--@mysql released
SELECT id, FIELD(plan, 'free', 'pro', 'team') AS plan_no, ELT(1 + MOD(id, 2), 'even', 'odd') AS parity, FIND_IN_SET(plan, 'free,pro') AS fs, FORMAT(balance, 2) AS money, CONV(id, 10, 16) AS hx FROM customers

--@mysql released
SELECT AVG(balance) AS median FROM (
    SELECT balance, ROW_NUMBER() OVER (ORDER BY balance) AS rn, COUNT(*) OVER () AS n FROM customers
) s WHERE rn IN (FLOOR((n + 1) / 2), CEIL((n + 1) / 2))

--@mysql released
SELECT DISTINCT plan, MEDIAN(balance) OVER (PARTITION BY plan) AS med, PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY balance) OVER (PARTITION BY plan) AS p90 FROM customers

--@mysql released
SELECT c.plan, SUM(o.amount) AS revenue, COUNT(DISTINCT o.customer_id) AS buyers, ROUND(SUM(o.amount) / NULLIF(COUNT(o.id), 0), 2) AS aov FROM customers AS c INNER JOIN orders AS o ON o.customer_id = c.id GROUP BY c.plan ORDER BY revenue DESC

--@mysql released
SELECT REGEXP_REPLACE(country, '[^A-Z]', '') AS cc, REGEXP_SUBSTR(plan, '^.') AS p, REGEXP_INSTR(plan, 'e') AS pos, INSERT(plan, 1, 1, 'X') AS ins, REPEAT('*', 3) AS stars, ASCII(plan) AS a, INSTR(plan, 'r') AS ir, STRCMP(plan, 'pro') AS sc FROM customers

--@mysql released
SELECT c.id, o.total FROM customers c LEFT JOIN (SELECT customer_id, SUM(amount) AS total FROM orders GROUP BY customer_id) o ON c.id = o.customer_id WHERE o.total IS NULL OR o.total > 100

--@mysql released
SELECT m.code, COUNT(c.id) AS n FROM (SELECT 'free' AS code UNION SELECT 'pro' UNION SELECT 'team') m LEFT JOIN customers c ON c.plan = m.code GROUP BY m.code
