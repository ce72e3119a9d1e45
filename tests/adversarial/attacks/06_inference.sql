--@all refused G13
SELECT id FROM customers WHERE email LIKE 'a%'
--@all refused G13 | {"p": "m"}
SELECT id FROM customers WHERE email < :p
--@all refused G13
SELECT id FROM customers WHERE email > 'm'
--@all refused G13
SELECT id FROM customers WHERE email BETWEEN 'a' AND 'b'
--@all refused G13
SELECT id FROM customers WHERE email = 'ann'
--@all refused G13
SELECT id FROM customers WHERE email = plan
--@all refused G13
SELECT id FROM customers WHERE email IN ('a', 'b')
--@all refused G13
SELECT id FROM customers WHERE substr(email, 1, 1) = 'a'
--@all refused G13
SELECT id FROM customers WHERE length(email) > 20
--@all refused G13
SELECT upper(email) AS e FROM customers
--@postgres,duckdb,sqlite refused G13
SELECT email || '' AS e FROM customers
--@all refused G13
SELECT CAST(email AS TEXT) AS e FROM customers
--@all masked
SELECT id, CASE WHEN plan = 'pro' THEN email END AS e FROM customers
--@all refused G13
SELECT id, CASE email WHEN 'x' THEN 1 END AS e FROM customers
--@all refused G13
SELECT id, CASE WHEN email > 'm' THEN 1 ELSE 0 END AS bit FROM customers
--@all refused G13
SELECT nullif(email, 'x') AS e FROM customers
--@all refused G13
SELECT coalesce(email, plan) AS e FROM customers
--@all refused G13
SELECT coalesce(email, full_name) AS e FROM customers
--@all masked
SELECT id, lag(email) OVER (ORDER BY id) AS e FROM customers
--@all masked
SELECT id, first_value(email) OVER (ORDER BY id) AS e FROM customers
--@all refused G13
SELECT id, row_number() OVER (ORDER BY email) AS n FROM customers
--@all refused G13
SELECT id, rank() OVER (PARTITION BY plan ORDER BY email) AS n FROM customers
--@all refused G13
SELECT id, count(*) OVER (ORDER BY email ROWS UNBOUNDED PRECEDING) AS n FROM customers
--@all refused G13
SELECT id, ntile(256) OVER w AS n FROM customers WINDOW w AS (ORDER BY email)
--@all refused G13
SELECT sum(national_id) AS s FROM customers
--@all refused G13
SELECT avg(national_id) AS s FROM customers
--@all refused G13
SELECT national_id + 0 AS n FROM customers
--@all refused G13
SELECT id FROM customers WHERE national_id > 950000000
--@all refused G13
SELECT id FROM customers WHERE national_id % 2 = 0
--@all refused G13
SELECT id FROM customers WHERE email = national_id
--@all refused G13
SELECT c.id FROM customers c, orders WHERE email = ip
--@all refused
SELECT c.id FROM customers c JOIN orders o ON c.email < o.contact_email
--@all refused G13
SELECT c.id FROM customers c JOIN orders o ON c.email = o.ip
--@all refused G13
SELECT c.id FROM customers c JOIN regions r ON c.email = r.title
--@all refused G13
SELECT id FROM customers WHERE (email, plan) = ('x', 'y')
--@all refused G13
SELECT id FROM customers WHERE (email, plan) > ('m', 'a')
--@all refused G13
SELECT id FROM customers WHERE email IN (SELECT title FROM regions)
--@all refused G13
SELECT id FROM customers WHERE plan IN (SELECT email FROM customers)
--@all refused G13
SELECT id FROM customers WHERE notes LIKE '%secret%'
--@all refused G13
SELECT id FROM customers WHERE notes = 'x'
--@all refused G13
SELECT length(notes) AS n FROM customers
--@all refused G13
SELECT lower(notes) AS n FROM customers
--@all refused G13
SELECT id FROM customers ORDER BY notes
--@all refused G13
SELECT notes FROM customers ORDER BY 1
--@all refused G13
SELECT DISTINCT notes FROM customers
--@all refused G13
SELECT notes, count(*) AS n FROM customers GROUP BY notes
--@all refused G13
SELECT count(DISTINCT notes) AS n FROM customers
--@all refused G13
SELECT min(notes) AS n FROM customers
--@all refused G13
SELECT coalesce(notes, '') AS n FROM customers
--@all refused G13
SELECT notes FROM customers UNION SELECT ship_note FROM orders
--@all refused G13
SELECT notes FROM customers INTERSECT SELECT ship_note FROM orders
--@all refused G13
SELECT id FROM customers WHERE 'x' IN (SELECT notes FROM customers)
--@all refused G13
SELECT c.id FROM customers c JOIN orders o ON c.notes = o.ship_note
--@all refused G13
SELECT id, row_number() OVER (PARTITION BY notes ORDER BY id) AS n FROM customers
--@all refused G13
SELECT id, max(notes) OVER (PARTITION BY plan) AS n FROM customers
--@postgres,duckdb,sqlite refused G13
SELECT plan, count(*) FILTER (WHERE notes LIKE 'a%') AS n FROM customers GROUP BY plan
--@postgres,duckdb,sqlite refused G13
SELECT plan, count(*) FILTER (WHERE email < 'm') AS n FROM customers GROUP BY plan
--@all refused G13
SELECT plan FROM customers GROUP BY plan HAVING max(email) > 'm'
--@postgres,duckdb,sqlite refused G13
SELECT plan FROM customers GROUP BY plan ORDER BY max(email) || 'x'
--@all refused G13
SELECT id FROM customers WHERE email > (SELECT manager_email FROM regions WHERE region = 'north')
--@all refused G13
SELECT email FROM customers UNION ALL SELECT 'x'
--@all refused G13
SELECT email FROM customers EXCEPT SELECT plan FROM customers
--@all refused G13
WITH RECURSIVE r(n, e) AS (SELECT 1, 'x' UNION ALL SELECT n + 1, email FROM r, customers WHERE n < 2) SELECT e FROM r
--@all refused G13
SELECT id FROM customers ORDER BY email LIMIT 1
--@all refused G13
SELECT id FROM customers ORDER BY email DESC LIMIT 1 OFFSET 5
--@all refused G13
SELECT id, email AS e FROM customers ORDER BY e LIMIT 3
--@all refused G13
SELECT id, email FROM customers ORDER BY 2 LIMIT 3
--@all refused G13
SELECT id FROM customers WHERE id = (SELECT id FROM customers ORDER BY email LIMIT 1)
--@all refused G13
SELECT id FROM (SELECT id, email FROM customers ORDER BY email LIMIT 20) t
--@all refused G13
SELECT contact_email FROM orders UNION SELECT email FROM customers ORDER BY 1 LIMIT 3
--@postgres,duckdb refused G13
SELECT DISTINCT ON (plan) plan, id FROM customers ORDER BY plan, email
--@postgres refused G13
SELECT id FROM customers ORDER BY email FETCH FIRST 1 ROW ONLY
--@postgres,duckdb refused G13
SELECT string_agg(plan, ',' ORDER BY email) AS x FROM customers
--@postgres,duckdb refused G13
SELECT array_agg(id ORDER BY email) AS x FROM customers
--@postgres,duckdb refused G13
SELECT string_agg(email, ',') AS x FROM customers
--@postgres,duckdb refused G13
SELECT array_agg(email) AS x FROM customers
--@postgres refused G13
SELECT json_agg(email) AS x FROM customers
--@postgres refused G13
SELECT jsonb_object_agg(id, email) AS x FROM customers
--@postgres refused G13
SELECT jsonb_build_object('e', email) AS x FROM customers
--@postgres refused G13
SELECT json_agg(notes) AS x FROM customers
--@postgres refused G13
SELECT ARRAY(SELECT email FROM customers) AS x FROM regions
--@postgres refused G13
SELECT u.e FROM customers c, unnest(ARRAY[c.email]) AS u(e)
--@postgres refused G13
SELECT v.e FROM customers c, LATERAL (VALUES (c.email)) AS v(e)
--@postgres refused G13
SELECT s FROM customers c, regexp_split_to_table(c.notes, ' ') s
--@postgres refused G13
SELECT s FROM customers c, LATERAL string_to_table(c.email, 'a') s
--@postgres refused G13
SELECT mode() WITHIN GROUP (ORDER BY email) AS m FROM customers
--@postgres refused G13
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY email) AS m FROM customers
--@postgres refused G13
SELECT id FROM customers WHERE email ~ '^a'
--@postgres refused G13
SELECT id FROM customers WHERE 'x' = ANY(SELECT email FROM customers)
--@postgres refused G13
SELECT id FROM customers WHERE email > ALL(SELECT manager_email FROM regions)
--@postgres refused G13
SELECT width_bucket(national_id, 900000000, 1000000000, 1000) AS b FROM customers
--@postgres refused G13
SELECT greatest(email, 'm') AS g FROM customers
--@postgres refused G13
SELECT row(email, id)::text AS r FROM customers
--@postgres refused G13
SELECT id FROM customers WHERE email IS DISTINCT FROM 'x'
--@duckdb refused G13
SELECT list(email ORDER BY id) AS l FROM customers
--@duckdb refused G13
SELECT arg_max(id, email) AS x FROM customers
--@duckdb masked
SELECT arg_min(email, id) AS x FROM customers
--@duckdb refused G13
SELECT first(email ORDER BY id) AS x FROM customers
--@duckdb refused G13
SELECT histogram(email) AS x FROM customers
--@duckdb refused G13
SELECT {'e': email} AS x FROM customers
--@duckdb refused G13
SELECT [x FOR x IN [email]] AS l FROM customers
--@duckdb refused G13
SELECT list_transform([1], lambda x: email) AS l FROM customers
--@duckdb refused G13
SELECT list_filter([1, 2], lambda x: email > 'm') AS l FROM customers
--@duckdb refused G13
SELECT email[1] AS c FROM customers
--@duckdb refused G13
SELECT email[1:8] AS c FROM customers
--@duckdb refused G13
SELECT upper(COLUMNS('^email$')) FROM customers
--@duckdb refused G13
SELECT max(COLUMNS('^notes$')) FROM customers
--@duckdb refused
SELECT email.upper() AS e FROM customers
--@duckdb refused
SELECT email.a AS e FROM customers
--@duckdb refused G13
SELECT id FROM customers QUALIFY row_number() OVER (ORDER BY email) = 1
--@duckdb refused G13
SELECT * FROM customers ORDER BY ALL
--@duckdb refused G13
SELECT email, id FROM customers ORDER BY ALL LIMIT 2
--@duckdb refused G13
SELECT c.id FROM customers c ASOF JOIN orders o ON c.id = o.customer_id AND c.email >= o.contact_email
--@duckdb refused G13
SELECT c.id FROM customers c SEMI JOIN regions r ON c.email = r.title
--@duckdb refused G13
SELECT c.id FROM customers c ANTI JOIN orders o ON c.notes = o.ship_note
--@duckdb refused G13
SELECT email FROM customers UNION BY NAME SELECT plan AS email FROM customers
--@duckdb refused G13
SELECT notes FROM customers UNION BY NAME SELECT ship_note AS notes FROM orders
--@sqlite refused G13
SELECT group_concat(email) AS x FROM customers
--@sqlite refused G13
SELECT hex(email) AS x FROM customers
--@sqlite refused G13
SELECT max(email, 'm') AS x FROM customers
--@sqlite refused G13
SELECT id FROM customers WHERE email GLOB 'a*'
--@sqlite refused G13
SELECT json_group_array(email) AS x FROM customers
--@sqlite refused G13
SELECT json_object('e', email) AS x FROM customers
--@sqlite refused G13
SELECT j.value FROM customers c, json_each(json_array(c.email)) j
--@sqlite refused G13
SELECT printf('%s', email) AS x FROM customers
--@sqlite refused G13
SELECT id FROM customers WHERE email IS 'x'
--@sqlite refused G13
SELECT min(id), email || plan AS x FROM customers
--@all masked
SELECT id FROM customers WHERE phone LIKE '+1%' OR phone > '+1-5'
--@all masked
SELECT id FROM customers WHERE birth_date = '1961-03-17'
--@all masked
SELECT id FROM customers WHERE birth_date > '1960-06-01' ORDER BY birth_date LIMIT 3
--@all masked
SELECT id FROM customers WHERE score = 37 OR score % 10 > 0
--@all masked
SELECT id FROM customers WHERE iban LIKE 'GB%' OR iban IS NOT NULL
--@all masked
SELECT id FROM customers WHERE api_token > 'm' OR length(api_token) = 32
--@postgres,duckdb,sqlite masked
SELECT substr(phone, 1, 12) AS p, phone || '!' AS q FROM customers
--@all masked
SELECT phone, count(*) AS n FROM customers GROUP BY phone ORDER BY phone LIMIT 5
--@all masked
SELECT max(birth_date) AS b, min(score) AS s FROM customers WHERE id = 7
--@postgres masked
SELECT string_agg(phone, ',') AS p, array_agg(birth_date) AS b, json_agg(iban) AS i FROM customers
--@postgres masked
SELECT extract(doy FROM birth_date) AS d, to_char(birth_date, 'MMDD') AS m FROM customers
--@postgres,duckdb refused G13
SELECT DISTINCT ON (plan) plan, id FROM customers ORDER BY plan, id, email
--@all refused G13
SELECT plan, max(email) AS e FROM customers GROUP BY plan ORDER BY max(email) LIMIT 1
--@all refused G13
(SELECT id, email FROM customers) ORDER BY 2 LIMIT 1
--@all masked
SELECT plan, email FROM customers ORDER BY plan, email LIMIT 5
--@all masked
SELECT id, email FROM customers ORDER BY email
