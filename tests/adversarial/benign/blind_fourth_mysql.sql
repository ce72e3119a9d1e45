--@mysql released
SELECT DATE_FORMAT(placed_at, '%Y-%m') AS ym, COUNT(*) AS n, SUM(amount) AS revenue, AVG(amount) AS aov
FROM orders WHERE status = 'paid' GROUP BY DATE_FORMAT(placed_at, '%Y-%m') ORDER BY ym

--@mysql released
SELECT * FROM (
  SELECT o.*, ROW_NUMBER() OVER (PARTITION BY o.customer_id ORDER BY o.placed_at DESC, o.id DESC) AS rn FROM orders o
) t WHERE t.rn = 1

--@mysql released
SELECT c.id, JSON_UNQUOTE(JSON_EXTRACT(c.attrs, '$.tier')) AS tier, JSON_VALUE(c.attrs, '$.flags.beta') AS beta, JSON_LENGTH(c.attrs, '$.langs') AS n_langs
FROM customers c

--@mysql released
SELECT o.id, j.sku, j.qty
FROM orders o, JSON_TABLE(o.items, '$[*]' COLUMNS (ord FOR ORDINALITY, sku VARCHAR(20) PATH '$.sku', qty INT PATH '$.qty')) AS j

--@mysql released
WITH RECURSIVE days AS (
  SELECT CAST('2026-03-01' AS DATE) AS d UNION ALL SELECT d + INTERVAL 1 DAY FROM days WHERE d < '2026-03-31'
)
SELECT d.d, COUNT(e.id) AS n FROM days d LEFT JOIN events e ON DATE(e.occurred_at) = d.d GROUP BY d.d

--@mysql released
SELECT customer_id, DATEDIFF('2026-06-01', MAX(placed_at)) AS recency, COUNT(*) AS frequency, SUM(amount) AS monetary FROM orders GROUP BY customer_id

--@mysql released
SELECT plan, SUM(IF(active, 1, 0)) AS n_active, SUM(country = 'DE') AS n_de, GROUP_CONCAT(DISTINCT country ORDER BY country SEPARATOR '|') AS countries
FROM customers GROUP BY plan

--@mysql released
SELECT region, plan, COUNT(*) AS n, SUM(balance) AS total FROM customers GROUP BY region, plan WITH ROLLUP

--@mysql released
SELECT a.id, b.id AS ref, a.region <=> b.region AS same_region FROM customers a LEFT JOIN customers b ON b.id = a.referrer_id

--@mysql released
WITH RECURSIVE chain AS (
  SELECT id, referrer_id, 0 AS depth, CAST(id AS CHAR(200)) AS path FROM customers WHERE referrer_id IS NULL
  UNION ALL
  SELECT c.id, c.referrer_id, chain.depth + 1, CONCAT(chain.path, '/', c.id) FROM customers c JOIN chain ON c.referrer_id = chain.id
)
SELECT id, depth, path FROM chain

--@mysql released
SELECT email, COUNT(*) AS n, MIN(id) AS keep_id FROM customers WHERE email IS NOT NULL GROUP BY email HAVING n > 1

--@mysql released
SELECT id, CONCAT_WS('-', country, plan, region) AS seg, UPPER(LEFT(plan, 1)) AS p, LPAD(id, 6, '0') AS padded, SUBSTRING_INDEX('a,b,c', ',', 1) AS f,
       REGEXP_REPLACE(region, '[aeiou]', '') AS short, CHAR_LENGTH(region) AS len, LOCATE('o', region) AS pos, REVERSE(plan) AS rev
FROM customers

--@mysql released
SELECT id, IFNULL(region, 'n/a') AS region, NULLIF(plan, 'free') AS paid, COALESCE(referrer_id, 0) AS ref, CASE WHEN balance > 500 THEN 'high' ELSE 'low' END AS band
FROM customers WHERE created_at BETWEEN '2026-02-01' AND '2026-05-31 23:59:59'

--@mysql released
SELECT customer_id, id, amount, LAG(amount) OVER w AS prev, SUM(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS running,
       NTILE(4) OVER (ORDER BY amount, id) AS q, DENSE_RANK() OVER (ORDER BY amount DESC) AS rnk
FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed_at, id)

--@mysql released
SELECT c.id, c.plan FROM customers c LEFT JOIN events e ON e.customer_id = c.id WHERE e.id IS NULL

--@mysql released
SELECT customer_id FROM orders INTERSECT SELECT customer_id FROM events WHERE kind = 'buy'

--@mysql released
SELECT id FROM customers WHERE active = 1 EXCEPT SELECT customer_id FROM orders

--@mysql released
SELECT kind, HOUR(occurred_at) AS h, DAYOFWEEK(occurred_at) AS dow, COUNT(*) AS n, COUNT(DISTINCT customer_id) AS u FROM events GROUP BY kind, HOUR(occurred_at), DAYOFWEEK(occurred_at)

--@mysql released
SELECT e.id, JSON_UNQUOTE(JSON_EXTRACT(e.payload, '$.page')) AS page, CAST(JSON_EXTRACT(e.payload, '$.ms') AS UNSIGNED) AS ms
FROM events e WHERE JSON_VALUE(e.payload, '$.page') REGEXP '^/p/[0-3]$'

--@mysql released
SELECT id, LAST_DAY(placed_at) AS eom, DATE_ADD(placed_at, INTERVAL 14 DAY) AS due, TIMESTAMPDIFF(HOUR, '2026-01-01', placed_at) AS age_h,
       WEEK(placed_at, 3) AS wk, QUARTER(placed_at) AS q, UNIX_TIMESTAMP(placed_at) AS ts, EXTRACT(YEAR_MONTH FROM placed_at) AS ym, DAYNAME(placed_at) AS dn
FROM orders

--@mysql released
SELECT TIMESTAMPDIFF(YEAR, birth_date, '2026-07-01') AS age, COUNT(*) AS n FROM customers GROUP BY age

--@mysql released
SELECT FLOOR(score / 20) * 20 AS bin, COUNT(*) AS n, ROUND(AVG(balance), 2) AS avg_balance, STDDEV_SAMP(balance) AS sd, VAR_POP(balance) AS v FROM customers GROUP BY bin

--@mysql released
SELECT customer_id,
  MAX(CASE WHEN kind = 'view' THEN n ELSE 0 END) AS views,
  MAX(CASE WHEN kind = 'click' THEN n ELSE 0 END) AS clicks,
  MAX(CASE WHEN kind = 'buy' THEN n ELSE 0 END) AS buys
FROM (SELECT customer_id, kind, COUNT(*) AS n FROM events GROUP BY customer_id, kind) x GROUP BY customer_id

--@mysql released
SELECT r.region, r.title, (SELECT COUNT(*) FROM customers c WHERE c.region = r.region) AS n FROM regions r

--@mysql released
SELECT c.plan, COUNT(*) AS n, (SELECT COUNT(*) FROM orders o JOIN customers x ON x.id = o.customer_id WHERE x.plan = c.plan) AS n_orders FROM customers c GROUP BY c.plan

--@mysql released
SELECT o.customer_id, COUNT(*) AS n FROM orders o WHERE o.amount > (SELECT AVG(i.amount) FROM orders i WHERE i.customer_id = o.customer_id) GROUP BY o.customer_id

--@mysql released
WITH prices (plan, price) AS (VALUES ('free', 0), ('pro', 20), ('team', 50))
SELECT p.plan, p.price * COUNT(c.id) AS mrr FROM prices p LEFT JOIN customers c ON c.plan = p.plan GROUP BY p.plan, p.price

--@mysql released
SELECT p.plan, p.price, COUNT(*) AS n FROM (SELECT 'free' AS plan, 0 AS price UNION ALL SELECT 'pro', 20 UNION ALL SELECT 'team', 50) p JOIN customers c USING (plan) GROUP BY p.plan, p.price

--@mysql released
SELECT 'order' AS src, customer_id, placed_at AS ts FROM orders UNION ALL SELECT kind, customer_id, occurred_at FROM events ORDER BY ts, src, customer_id

--@mysql released
SELECT id, ROUND(balance, -2) AS r, GREATEST(balance, 100) AS f, LEAST(balance, 500) AS c, MOD(id, 10) AS fold, ABS(balance - 500) AS d, SIGN(balance - 500) AS s,
       POW(id, 2) AS sq, SQRT(balance) AS root, LN(balance + 1) AS l, CEIL(balance) AS up, TRUNCATE(balance, 1) AS t, id DIV 3 AS dv, FORMAT(balance, 1) AS shown
FROM customers

--@mysql released
SELECT JSON_OBJECT('id', id, 'plan', plan) AS doc, JSON_ARRAY(id, country) AS arr FROM customers WHERE id <= 10

--@mysql released
SELECT plan, JSON_ARRAYAGG(id ORDER BY id) AS ids, JSON_OBJECTAGG(id, country) AS m FROM customers WHERE id < 12 GROUP BY plan

--@mysql released
SELECT id, JSON_CONTAINS(tags, '"vip"') AS vip, JSON_SEARCH(tags, 'one', 'eu') IS NOT NULL AS eu, JSON_KEYS(attrs) AS ks FROM customers

--@mysql released
SELECT t.tag, COUNT(*) AS n FROM customers c JOIN JSON_TABLE(c.tags, '$[*]' COLUMNS (tag VARCHAR(30) PATH '$')) t GROUP BY t.tag

--@mysql released
SELECT COUNT(*) AS n, COUNT(DISTINCT email) AS emails, SUM(email IS NULL) AS no_email, SUM(ISNULL(region)) AS no_region FROM customers

--@mysql released
SELECT * FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status = 'refunded')

--@mysql released
SELECT plan, country, COUNT(*) AS n FROM customers WHERE (plan, country) IN (('free', 'DE'), ('pro', 'FR')) GROUP BY plan, country

--@mysql released
SELECT customer_id, first_at, DATE_FORMAT(first_at, '%x-W%v') AS cohort FROM (SELECT customer_id, MIN(placed_at) AS first_at FROM orders GROUP BY customer_id) f

--@mysql released
SELECT id, FIELD(plan, 'free', 'pro', 'team') AS plan_no, ELT(1 + id % 3, 'a', 'b', 'c') AS grp, FIND_IN_SET(country, 'DE,FR') AS eu, STRCMP(plan, 'pro') AS cmp, CRC32(id) % 100 AS bucket
FROM customers

--@mysql released
SELECT `Id`, `Title` FROM `Campaigns` WHERE `Title` LIKE 'Campaign%' ORDER BY `Id` LIMIT 2, 2

--@mysql released
SELECT DISTINCT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY balance) OVER (PARTITION BY plan) AS med, plan FROM customers

--@mysql released
SELECT plan, MEDIAN(balance) OVER (PARTITION BY plan) AS med, id FROM customers

--@mysql released
SELECT e.customer_id, e.occurred_at, SUM(e.is_new) OVER (PARTITION BY e.customer_id ORDER BY e.occurred_at, e.id) AS session_no
FROM (SELECT id, customer_id, occurred_at,
       CASE WHEN TIMESTAMPDIFF(MINUTE, LAG(occurred_at) OVER (PARTITION BY customer_id ORDER BY occurred_at, id), occurred_at) <= 30 THEN 0 ELSE 1 END AS is_new FROM events) e

--@mysql released
SELECT STR_TO_DATE('2026-03-01', '%Y-%m-%d') AS d0, COUNT(*) AS n FROM orders WHERE placed_at >= STR_TO_DATE('2026-03-01', '%Y-%m-%d')

--@mysql released
SELECT YEAR(created_at) AS y, MONTH(created_at) AS m, COUNT(*) AS n FROM customers GROUP BY YEAR(created_at), MONTH(created_at) HAVING COUNT(*) > 2

--@mysql released
SELECT c.id, FIRST_VALUE(o.status) OVER (PARTITION BY c.id ORDER BY o.placed_at, o.id) AS first_status, o.id AS oid FROM customers c JOIN orders o ON o.customer_id = c.id

--@mysql released
SELECT AVG(amount) OVER (PARTITION BY customer_id ORDER BY placed_at, id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma3, id FROM orders

--@mysql released
SELECT BIT_AND(id) AS ba, BIT_OR(id) AS bo, MIN(created_at) AS mn, CONVERT(SUM(balance), SIGNED) AS s, CAST(AVG(balance) AS DECIMAL(8,3)) AS a FROM customers

--@mysql released
SELECT seq AS n, (SELECT COUNT(*) FROM customers c WHERE c.id % 5 = seq) AS cnt FROM seq_0_to_4

--@mysql released
SELECT id, DATE_SUB(created_at, INTERVAL WEEKDAY(created_at) DAY) AS monday, ADDDATE(DATE(created_at), 1) AS nxt, MAKEDATE(YEAR(created_at), 1) AS y0, TIME_TO_SEC(TIME(created_at)) AS secs, TO_DAYS(created_at) AS td FROM customers
