--@mysql released
SELECT c.id, c.email, c.plan, COUNT(o.id) AS n_orders, IFNULL(SUM(o.amount), 0) AS revenue
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 'paid'
GROUP BY c.id, c.email, c.plan

--@mysql released
SELECT DATE_FORMAT(placed_at, '%Y-%m') AS ym, COUNT(*) AS orders, SUM(amount) AS revenue, AVG(amount) AS aov
FROM orders
GROUP BY ym
ORDER BY ym

--@mysql released
WITH m AS (
    SELECT DATE_FORMAT(placed_at, '%Y-%m-01') AS month, SUM(amount) AS revenue FROM orders GROUP BY 1
)
SELECT month, revenue, LAG(revenue) OVER (ORDER BY month) AS prev, SUM(revenue) OVER (ORDER BY month) AS ytd FROM m

--@mysql released
SELECT `customer_id`, `id`, `amount`, ROW_NUMBER() OVER (PARTITION BY `customer_id` ORDER BY `placed_at` DESC, `id`) AS `rn`
FROM `orders`
WHERE `status` != 'refunded'

--@mysql released
SELECT t.customer_id, t.id, t.contact_email, t.placed_at FROM (
    SELECT o.*, ROW_NUMBER() OVER (PARTITION BY o.customer_id ORDER BY o.placed_at DESC, o.id DESC) AS rn FROM orders o
) t WHERE t.rn = 1

--@mysql released
SELECT plan, SUM(active = 1) AS active, SUM(active = 0) AS inactive, ROUND(AVG(balance), 2) AS avg_balance
FROM customers GROUP BY plan

--@mysql released
SELECT region, SUM(IF(plan = 'free', 1, 0)) AS free, SUM(IF(plan = 'pro', 1, 0)) AS pro, SUM(IF(plan = 'team', 1, 0)) AS team
FROM customers GROUP BY region

--@mysql released
SELECT email, COUNT(*) AS cnt FROM customers WHERE email IS NOT NULL GROUP BY email HAVING cnt > 1 ORDER BY cnt DESC

--@mysql released
SELECT c.id, c.email FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL

--@mysql released
SELECT c.id, c.full_name, c.phone FROM customers c
WHERE EXISTS (SELECT 1 FROM events e WHERE e.customer_id = c.id AND e.kind = 'buy' AND e.occurred_at >= '2026-03-10')

--@mysql released
SELECT id, JSON_UNQUOTE(JSON_EXTRACT(attrs, '$.tier')) AS tier, JSON_EXTRACT(attrs, '$.flags.beta') AS beta FROM customers

--@mysql released
SELECT id, JSON_VALUE(payload, '$.page') AS page, CAST(JSON_VALUE(payload, '$.ms') AS UNSIGNED) AS ms FROM events

--@mysql released
SELECT o.id, j.sku, j.qty
FROM orders o, JSON_TABLE(o.items, '$[*]' COLUMNS (sku VARCHAR(10) PATH '$.sku', qty INT PATH '$.qty')) j

--@mysql released
WITH RECURSIVE cal (d) AS (
    SELECT CAST('2026-03-01' AS DATE)
    UNION ALL
    SELECT DATE_ADD(d, INTERVAL 1 DAY) FROM cal WHERE d < '2026-03-31'
)
SELECT cal.d, COUNT(e.id) AS n FROM cal LEFT JOIN events e ON DATE(e.occurred_at) = cal.d GROUP BY cal.d

--@mysql released
WITH RECURSIVE tree AS (
    SELECT id, referrer_id, 0 AS depth FROM customers WHERE referrer_id IS NULL
    UNION ALL
    SELECT c.id, c.referrer_id, t.depth + 1 FROM customers c INNER JOIN tree t ON c.referrer_id = t.id
)
SELECT depth, COUNT(*) AS n FROM tree GROUP BY depth

--@mysql released
SELECT c.id, DATEDIFF(MIN(o.placed_at), c.created_at) AS days_to_first, TIMESTAMPDIFF(MONTH, c.created_at, '2026-07-01') AS tenure
FROM customers c JOIN orders o ON o.customer_id = c.id
GROUP BY c.id, c.created_at

--@mysql released
SELECT FLOOR(amount / 25) * 25 AS bin, COUNT(*) AS n FROM orders GROUP BY bin ORDER BY bin

--@mysql released
SELECT customer_id, GROUP_CONCAT(kind ORDER BY occurred_at, id SEPARATOR '>') AS path FROM events GROUP BY customer_id

--@mysql released
SELECT plan, region, COUNT(*) AS n, SUM(balance) AS b FROM customers GROUP BY plan, region WITH ROLLUP

--@mysql released
SELECT customer_id, placed_at AS ts, 'order' AS type FROM orders
UNION ALL
SELECT customer_id, occurred_at, kind FROM events

--@mysql released
SELECT contact_email FROM orders EXCEPT SELECT email FROM customers

--@mysql released
SELECT email FROM customers WHERE email IS NOT NULL UNION SELECT actor_email FROM events

--@mysql released
SELECT o.id, o.amount, c.id AS cid, c.plan FROM orders o JOIN customers c ON c.email = o.contact_email WHERE o.amount BETWEEN 50 AND 200

--@mysql released
SELECT DAYOFWEEK(placed_at) AS dow, HOUR(placed_at) AS h, COUNT(*) AS n FROM orders GROUP BY dow, h

--@mysql released
SELECT YEAR(birth_date) AS birth_year, COUNT(*) AS n FROM customers GROUP BY birth_year ORDER BY birth_year

--@mysql released
SELECT score, COUNT(*) AS n, MIN(balance) AS lo, MAX(balance) AS hi FROM customers GROUP BY score

--@mysql released
SELECT id, CONCAT(UPPER(plan), '-', COALESCE(region, 'none')) AS segment, LPAD(id, 6, '0') AS k, MD5(CONCAT_WS('|', plan, country)) AS seg_key
FROM customers

--@mysql released
SELECT r.region, r.title, r.manager_email, COUNT(c.id) AS n
FROM regions r LEFT JOIN customers c USING (region)
GROUP BY r.region, r.title, r.manager_email

--@mysql released
SELECT id, email, phone, plan FROM active_customers WHERE balance > 300

--@mysql released
SELECT `Id` AS campaign_id, `Title` AS title, `ownerEmail` AS owner FROM `Campaigns` ORDER BY `Id` DESC LIMIT 3

--@mysql released
SELECT a.id, a.email, b.email AS referrer_email FROM customers AS a LEFT JOIN customers AS b ON b.id = a.referrer_id

--@mysql released
SELECT id, balance, NTILE(4) OVER (ORDER BY balance, id) AS q, CUME_DIST() OVER (ORDER BY balance) AS cd FROM customers

--@mysql released
WITH cohort AS (SELECT id, DATE_FORMAT(created_at, '%Y-%m') AS ym FROM customers)
SELECT cohort.ym, PERIOD_DIFF(DATE_FORMAT(o.placed_at, '%Y%m'), REPLACE(cohort.ym, '-', '')) AS month_no, COUNT(DISTINCT cohort.id) AS n
FROM cohort JOIN orders o ON o.customer_id = cohort.id
GROUP BY 1, 2

--@mysql released
SELECT c.id, (SELECT COUNT(*) FROM events e WHERE e.customer_id = c.id) AS n_events,
       (SELECT MAX(o.placed_at) FROM orders o WHERE o.customer_id = c.id) AS last_order
FROM customers c WHERE c.country = 'DE'

--@mysql released
SELECT id, customer_id, occurred_at,
       TIMESTAMPDIFF(MINUTE, LAG(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id), occurred_at) AS gap_min
FROM events

--@mysql released
SELECT id, CASE WHEN balance >= 750 THEN 'A' WHEN balance >= 400 THEN 'B' ELSE 'C' END AS band,
       GREATEST(balance, 100) AS floor_balance, LEAST(balance, 900) AS cap_balance, SIGN(balance - 500) AS s
FROM customers

--@mysql released
SELECT DISTINCT plan, MEDIAN(balance) OVER (PARTITION BY plan) AS med FROM customers

--@mysql released
SELECT id, plan FROM customers WHERE plan REGEXP '^(pro|team)$' AND country RLIKE '^[DF]'

--@mysql released
SELECT id, kind, CAST(occurred_at AS DATE) AS day FROM events WHERE occurred_at >= '2026-03-15' - INTERVAL 7 DAY AND occurred_at < '2026-03-15'

--@mysql released
SELECT t.plan, t.n, ROUND(100 * t.n / SUM(t.n) OVER (), 1) AS pct FROM (SELECT plan, COUNT(*) AS n FROM customers GROUP BY plan) t

--@mysql released
SELECT YEARWEEK(placed_at, 3) AS yw, QUARTER(placed_at) AS q, LAST_DAY(placed_at) AS eom, SUM(amount) AS s FROM orders GROUP BY 1, 2, 3

--@mysql released
SELECT id, JSON_LENGTH(tags) AS n_tags, JSON_CONTAINS(tags, '"vip"') AS is_vip, JSON_KEYS(attrs) AS ks FROM customers

--@mysql released
SELECT customer_id, JSON_ARRAYAGG(id ORDER BY id) AS ids, JSON_OBJECT('n', COUNT(*), 'status', MAX(status)) AS o FROM orders GROUP BY customer_id

--@mysql released
SELECT FROM_UNIXTIME(UNIX_TIMESTAMP(placed_at) DIV 86400 * 86400) AS d, COUNT(*) AS n FROM orders GROUP BY d

--@mysql released
SELECT c.id, c.full_name, c.national_id, c.birth_date, c.score FROM customers c WHERE c.active AND c.plan IN ('pro', 'team') ORDER BY c.id LIMIT 5, 10

--@mysql released
SELECT c.plan, e.kind, COUNT(*) AS n FROM customers c STRAIGHT_JOIN events e ON e.customer_id = c.id GROUP BY c.plan, e.kind

--@mysql released
SELECT id, ELT(FIELD(plan, 'free', 'pro', 'team'), 'F', 'P', 'T') AS code, plan <=> 'pro' AS is_pro, STR_TO_DATE(DATE_FORMAT(created_at, '%d.%m.%Y'), '%d.%m.%Y') AS d FROM customers

--@mysql released
SELECT id, SUBSTRING_INDEX(JSON_VALUE(payload, '$.page'), '/', -1) AS page_no, MAKEDATE(YEAR(occurred_at), 1) AS y FROM events WHERE HOUR(occurred_at) BETWEEN 8 AND 18

--@mysql released
WITH base AS (
    SELECT e.customer_id, e.kind, DATE(e.occurred_at) AS day, JSON_VALUE(e.payload, '$.ms') + 0 AS ms FROM events e
), agg AS (
    SELECT customer_id, day, COUNT(*) AS n, SUM(ms) AS ms, SUM(kind = 'buy') AS buys FROM base GROUP BY customer_id, day
)
SELECT agg.*, c.email, c.plan, LAG(agg.n) OVER (PARTITION BY agg.customer_id ORDER BY agg.day) AS prev_n
FROM agg JOIN customers c ON c.id = agg.customer_id

--@mysql released
SELECT c.*, o.n FROM customers c LEFT JOIN (SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id) o ON o.customer_id = c.id

--@mysql released
SELECT id, INSTR(plan, 'r') AS pos, LEFT(plan, 2) AS l, RIGHT(plan, 2) AS r, REVERSE(plan) AS rev, TRIM(LEADING 'f' FROM plan) AS t, REGEXP_REPLACE(plan, 'e+', '3') AS rr, REGEXP_SUBSTR(plan, '[a-z]') AS rs FROM customers

--@mysql released
SELECT id, DATE_SUB(placed_at, INTERVAL 1 DAY) AS prev, TIME(placed_at) AS t, WEEKDAY(placed_at) AS wd, MONTHNAME(placed_at) AS mn, EXTRACT(YEAR_MONTH FROM placed_at) AS ym, TO_DAYS(placed_at) AS td FROM orders

--@mysql released
SELECT s.seq AS day_no, COUNT(e.id) AS n FROM seq_1_to_31 s LEFT JOIN events e ON DAYOFMONTH(e.occurred_at) = s.seq GROUP BY s.seq

--@mysql released
SELECT MIN(email) AS e, region FROM customers GROUP BY region

--@mysql released
SELECT COUNT(*) AS n, COUNT(email) AS e, COUNT(DISTINCT email) AS de, COUNT(DISTINCT plan, region) AS segs FROM customers

--@mysql released
SELECT customer_id, amount, AVG(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma FROM orders

--@mysql released
SELECT plan, country, cnt FROM (SELECT plan, country, COUNT(*) AS cnt, RANK() OVER (PARTITION BY plan ORDER BY COUNT(*) DESC, country) AS rk FROM customers GROUP BY plan, country) q WHERE rk = 1

--@mysql released
SELECT a.email, COUNT(*) AS pairs FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id GROUP BY a.email

--@mysql released
SELECT o.customer_id, o.id FROM orders o WHERE o.amount = (SELECT MAX(x.amount) FROM orders x WHERE x.customer_id = o.customer_id)

--@mysql released
SELECT customer_id FROM orders WHERE status = 'paid' INTERSECT SELECT customer_id FROM events WHERE kind = 'buy'

--@mysql released
SELECT c.id, t.title FROM customers c NATURAL JOIN regions t

--@mysql released
SELECT c.id, j.pos, j.lang FROM customers c CROSS JOIN JSON_TABLE(c.attrs, '$.langs[*]' COLUMNS (pos FOR ORDINALITY, lang VARCHAR(8) PATH '$')) AS j

--@mysql released
SELECT DISTINCT plan, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY balance) OVER (PARTITION BY plan) AS p50 FROM customers

--@mysql released
SELECT id MOD 10 AS fold, COUNT(*) AS n, SUM(active) / COUNT(*) AS rate FROM customers GROUP BY id MOD 10

--@mysql released
SELECT CAST(balance AS CHAR) AS b, CONVERT(id, CHAR) AS i, FORMAT(balance, 1) AS f, TRUNCATE(balance, 0) AS tr, CEIL(balance) AS c, POW(balance, 2) AS p2, balance DIV 100 AS d FROM customers

--@mysql released
(SELECT id, balance FROM customers WHERE plan = 'free' ORDER BY balance DESC, id LIMIT 3) UNION ALL (SELECT id, balance FROM customers WHERE plan = 'pro' ORDER BY balance DESC, id LIMIT 3)

--@mysql released
SELECT id, email IN (SELECT contact_email FROM orders) AS by_mail, plan NOT LIKE '%e%' AS noe, country IN ('DE', 'FR') AS eu FROM customers

--@mysql released
SELECT contact_email, COUNT(*) AS n, SUM(amount) AS s, MAX(status = 'refunded') AS ever_refunded FROM orders GROUP BY contact_email ORDER BY s DESC, n

--@mysql released
SELECT v.plan, v.w, COUNT(c.id) AS n FROM (SELECT 'free' AS plan, 1 AS w UNION ALL SELECT 'pro', 2) v LEFT JOIN customers c ON c.plan = v.plan GROUP BY v.plan, v.w

--@mysql released
SELECT id, FIRST_VALUE(amount) OVER w AS f, LAST_VALUE(amount) OVER w AS l FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)

--@mysql released
SELECT id, SHA2(CONCAT(plan, country), 256) AS h, CRC32(plan) % 10 AS bucket, HEX(plan) AS hx, FIND_IN_SET('pro', 'free,pro') AS fis, CHAR_LENGTH(plan) AS cl FROM customers

--@mysql released
SELECT id, birth_date, phone, score, ip_n FROM customers c JOIN (SELECT customer_id, COUNT(DISTINCT ip) AS ip_n FROM orders GROUP BY customer_id) i ON i.customer_id = c.id
