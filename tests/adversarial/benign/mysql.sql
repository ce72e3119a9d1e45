--@mysql released
SELECT DATE_FORMAT(placed_at, '%Y-%m') AS ym, COUNT(*) AS n, SUM(amount) AS total FROM orders GROUP BY ym ORDER BY ym
--@mysql released
SELECT `Id`, `Title`, `ownerEmail` FROM `Campaigns` WHERE `Id` > 1
--@mysql released
SELECT id, IFNULL(region, 'none') AS r, IF(active, 'y', 'n') AS a, CONCAT(plan, '-', id) AS k, CONCAT_WS('/', plan, region) AS path FROM customers
--@mysql released
SELECT id, DATEDIFF('2026-06-01', placed_at) AS age, DATE_ADD(placed_at, INTERVAL 3 DAY) AS due, placed_at - INTERVAL 1 MONTH AS before_, DATE(placed_at) AS d, YEAR(placed_at) AS y, MONTH(placed_at) AS m, DAYOFWEEK(placed_at) AS dw, HOUR(placed_at) AS h, UNIX_TIMESTAMP(placed_at) > 0 AS u FROM orders
--@mysql released
SELECT id, TIMESTAMPDIFF(HOUR, placed_at, '2026-06-01') AS hours, EXTRACT(YEAR FROM placed_at) AS y, LAST_DAY(placed_at) AS eom, STR_TO_DATE('2026-01-02', '%Y-%m-%d') AS s, QUARTER(placed_at) AS q, WEEK(placed_at) AS w, MONTHNAME(placed_at) AS mn FROM orders
--@mysql released
SELECT plan, GROUP_CONCAT(DISTINCT region ORDER BY region SEPARATOR '|') AS regions FROM customers GROUP BY plan
--@mysql released
SELECT id, JSON_EXTRACT(attrs, '$.tier') AS tier, JSON_UNQUOTE(JSON_EXTRACT(attrs, '$.langs[0]')) AS lang, JSON_LENGTH(attrs, '$.langs') AS n, JSON_VALUE(attrs, '$.tier') AS v FROM customers
--@mysql released
SELECT id FROM customers WHERE plan LIKE 'p%' AND region REGEXP '^(n|s)' AND plan NOT IN ('team')
--@mysql released
SELECT customer_id, SUM(amount) AS s FROM orders GROUP BY customer_id WITH ROLLUP
--@mysql released
SELECT plan, COUNT(*) AS n FROM customers GROUP BY plan HAVING n > 2 ORDER BY n DESC, plan LIMIT 0, 5
--@mysql released
SELECT id, CAST(balance AS SIGNED) AS whole, CAST(id AS CHAR) AS k, CAST(created_at AS DATE) AS d, CONVERT(balance, DECIMAL(10,1)) AS dec1, ROUND(balance, 1) AS r, TRUNCATE(balance, 1) AS t, FLOOR(balance) AS f, CEIL(balance) AS c, MOD(id, 7) AS m, id DIV 3 AS dv, POW(id, 2) AS p, SQRT(id) AS sq FROM customers
--@mysql released
SELECT id, SUBSTRING_INDEX('a-b-c', '-', 2) AS si, LPAD(id, 5, '0') AS padded, LEFT(plan, 2) AS l, RIGHT(plan, 2) AS r, REVERSE(plan) AS rv, LOCATE('r', plan) AS loc, INSTR(plan, 'r') AS ins, CHAR_LENGTH(plan) AS len, UCASE(plan) AS uc, LCASE(plan) AS lc, TRIM(BOTH 'p' FROM plan) AS tr, REPLACE(plan, 'o', '0') AS rep, MD5(plan) AS h, FIELD(plan, 'free', 'pro') AS fi, FIND_IN_SET(plan, 'free,pro') AS fs, ELT(1, plan) AS el, REGEXP_REPLACE(plan, '[aeiou]', '') AS rr, HEX(plan) AS hx FROM customers
--@mysql released
SELECT id, amount, RANK() OVER (ORDER BY amount DESC) AS rk, LAG(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS prev, NTILE(4) OVER (ORDER BY amount, id) AS q FROM orders
--@mysql released
SELECT c.id FROM customers c STRAIGHT_JOIN orders o ON o.customer_id = c.id
--@mysql released
SELECT o.id FROM orders o USE INDEX () WHERE o.id > 110
--@mysql released
SELECT id FROM customers WHERE region <=> NULL OR NOT (region <=> 'north')
--@mysql released
WITH RECURSIVE days(d) AS (SELECT DATE('2026-03-01') UNION ALL SELECT d + INTERVAL 1 DAY FROM days WHERE d < '2026-03-10') SELECT d, (SELECT COUNT(*) FROM events WHERE DATE(occurred_at) = d) AS n FROM days
--@mysql released
SELECT id, NOW() > created_at AS past, CURDATE() > DATE(created_at) AS p2, GREATEST(balance, 100) AS g, LEAST(balance, 500) AS le, COALESCE(region, plan) AS co, NULLIF(plan, 'free') AS nu, SIGN(balance - 500) AS sg, ABS(balance) AS ab FROM customers
--@mysql released
SELECT plan, STDDEV(balance) AS sd, VARIANCE(balance) AS va, BIT_OR(id) AS bo, MAX(created_at) AS mx, SUM(plan = 'pro') AS pros, SUM(IF(active, 1, 0)) AS act, AVG(balance) AS av FROM customers GROUP BY plan
--@mysql released
SELECT id, JSON_OBJECT('plan', plan, 'id', id) AS doc, JSON_ARRAY(id, plan) AS arr FROM customers
--@mysql released
SELECT plan, JSON_ARRAYAGG(id) AS ids FROM (SELECT plan, id FROM customers WHERE id < 4) t GROUP BY plan
--@mysql released
(SELECT id FROM customers ORDER BY id LIMIT 3) UNION ALL (SELECT id FROM orders ORDER BY id LIMIT 3)
--@mysql released
SELECT id % 2 = 0 AS even, id & 3 AS low, id << 1 AS dbl, !active AS off, active && TRUE AS a1, active XOR TRUE AS x FROM customers
--@mysql released
SELECT id, REPEAT(plan, 2) AS r, CONCAT(SPACE(3), plan) AS s, BINARY plan = 'PRO' AS b FROM customers
--@mysql released
SELECT id FROM customers WHERE JSON_CONTAINS(tags, '"vip"')
