--@postgres,duckdb,sqlite harmless
SELECT notes AS id, ship_note AS uuid FROM customers c JOIN orders o ON o.customer_id=c.id
--@postgres,duckdb,sqlite harmless
SELECT notes AS "password_hash" FROM customers
--@postgres,duckdb,sqlite harmless
SELECT notes AS "iban" FROM customers
--@postgres,duckdb,sqlite harmless
SELECT notes AS created_at FROM customers
--@postgres,duckdb,sqlite harmless
SELECT a.id, b.id AS other FROM customers a JOIN customers b ON a.id < b.id WHERE (SELECT max(x) FROM (SELECT a.email AS x UNION ALL SELECT b.email) t) = a.email
--@postgres,duckdb,sqlite harmless
SELECT id FROM customers WHERE email = (SELECT max(email) FROM customers)
--@postgres,duckdb,sqlite refused G13 | {"p": "m"}
SELECT max(x) AS x FROM (SELECT email AS x FROM customers UNION ALL SELECT :p) t
--@postgres,duckdb,sqlite refused G13 | {"p": "m"}
SELECT coalesce(:p, email) AS x FROM customers
--@postgres,duckdb,sqlite refused G13 | {"p": "m"}
SELECT coalesce(email, :p) AS x FROM customers
--@postgres,duckdb,sqlite refused G13
WITH RECURSIVE t(n, x) AS (SELECT 1, NULL UNION ALL SELECT n + 1, (SELECT email FROM customers WHERE id = n) FROM t WHERE n < 5) SELECT n, upper(x) AS x FROM t
--@postgres,duckdb,sqlite refused G13
WITH RECURSIVE t(x, y) AS (SELECT NULL, NULL UNION ALL SELECT y, (SELECT max(notes) FROM customers) FROM t WHERE x IS NULL) SELECT x || 'a' AS z FROM t
--@postgres,duckdb,sqlite refused G13
WITH RECURSIVE t(a,b,c,d) AS (SELECT CAST(NULL AS text),CAST(NULL AS text),CAST(NULL AS text),1 UNION ALL SELECT b, c, (SELECT min(email) FROM customers), d+1 FROM t WHERE d<6) SELECT upper(a) AS z FROM t
--@postgres,duckdb,sqlite masked
SELECT CASE WHEN 1=0 THEN NULL ELSE (SELECT email FROM customers WHERE id=1) END AS x FROM customers
--@postgres,duckdb,sqlite harmless
SELECT (SELECT notes FROM customers c WHERE c.id = o.customer_id) AS n FROM orders o
--@postgres,duckdb,sqlite harmless
SELECT count(notes) AS n, plan FROM customers GROUP BY plan
--@postgres,duckdb,sqlite refused G13
SELECT n FROM (SELECT NULL AS n UNION ALL SELECT notes FROM customers) t WHERE n LIKE '%a%'
--@postgres,duckdb,sqlite refused G13
SELECT id FROM customers GROUP BY id HAVING max(email) > 'm'
--@postgres,duckdb,sqlite harmless | {"p": "m"}
SELECT id, email = :p AS hit FROM customers
--@postgres,duckdb,sqlite harmless
SELECT sum(CASE WHEN email = contact_email THEN 1 ELSE 0 END) AS n FROM customers, orders
--@postgres,duckdb,sqlite refused G13
SELECT count(*) AS n FROM customers WHERE CAST(notes AS INTEGER) > 1
--@postgres,duckdb,sqlite refused G13
SELECT id FROM customers LIMIT (SELECT count(*) FROM customers WHERE national_id > 950000000)
--@postgres,duckdb,sqlite refused G13
SELECT id FROM customers LIMIT (SELECT national_id FROM customers WHERE id = 1)
--@postgres,duckdb,sqlite harmless
SELECT id FROM orders WHERE status = 'test'
--@postgres,duckdb,sqlite harmless
SELECT DISTINCT status FROM orders
--@postgres,duckdb,sqlite refused G13
SELECT 1/(CASE WHEN substr(full_name,1,1)='a' THEN 0 ELSE 1 END) AS x FROM customers
--@postgres,duckdb,sqlite refused G09
SELECT email FROM customers c(email)
--@postgres,duckdb,sqlite refused G09
SELECT c.id, c.phone FROM customers AS c(phone, id)
--@postgres,duckdb,sqlite refused G13
WITH c(notes, plan) AS (SELECT plan, notes FROM customers) SELECT upper(plan) AS x FROM c
--@postgres,duckdb,sqlite refused G13
SELECT upper(plan) AS x FROM (SELECT notes AS plan FROM customers) c
--@postgres,duckdb,sqlite refused G13
SELECT id AS email, upper(email) AS x FROM customers
--@postgres,duckdb,sqlite refused G13
SELECT plan AS email FROM customers GROUP BY upper(email)
--@postgres,duckdb,sqlite refused G13
SELECT upper(x.email) AS e FROM (SELECT * FROM customers) x
--@postgres,duckdb,sqlite refused G13
SELECT a.email || b.email AS x FROM customers a NATURAL JOIN customers b
--@postgres,duckdb,sqlite refused G13
SELECT email FROM customers INTERSECT SELECT plan FROM customers
--@postgres,duckdb,sqlite refused G13 | {"p": "x"}
SELECT email FROM customers EXCEPT SELECT :p
--@postgres,duckdb,sqlite refused G13
SELECT ((notes)) AS n FROM customers ORDER BY n
--@postgres,duckdb,sqlite harmless | {"p": "x"}
SELECT id FROM customers ORDER BY CASE WHEN email = :p THEN 0 ELSE 1 END, id
--@postgres,duckdb,sqlite refused G13
SELECT id FROM customers ORDER BY coalesce(email, email) LIMIT 2
--@postgres,duckdb,sqlite refused G13
SELECT id FROM customers ORDER BY (SELECT max(o.contact_email) FROM orders o WHERE o.customer_id = customers.id) LIMIT 1
--@postgres,duckdb,sqlite refused G13
SELECT plan FROM customers GROUP BY plan ORDER BY min(email) LIMIT 1
--@postgres,duckdb,sqlite harmless
SELECT plan, email FROM customers ORDER BY plan, email LIMIT 1
--@postgres,duckdb,sqlite harmless
SELECT id FROM (SELECT id, email FROM customers ORDER BY email) t LIMIT 1
--@postgres,duckdb,sqlite harmless
WITH s AS (SELECT id, email FROM customers ORDER BY email) SELECT id, row_number() OVER () AS r FROM s
--@postgres,duckdb,sqlite harmless
SELECT id, row_number() OVER (ORDER BY CASE WHEN email IS NULL THEN 1 END) AS r FROM customers
--@postgres,duckdb,sqlite harmless
SELECT id, count(*) OVER (PARTITION BY email) AS r FROM customers
--@postgres,duckdb,sqlite harmless
SELECT min(email) OVER (ORDER BY id) AS e FROM customers
--@postgres,duckdb,sqlite refused G13
SELECT id FROM customers WHERE (email, id) = ('a', 1)
--@postgres,duckdb,sqlite refused G13
SELECT id FROM customers WHERE (email, id) IN (SELECT contact_email, id FROM orders)
--@postgres,duckdb,sqlite refused G13
SELECT id FROM customers WHERE email IN (SELECT plan FROM customers)
--@postgres,duckdb,sqlite refused G13 | {"p": "x"}
SELECT id FROM customers WHERE :p IN (email, full_name)
--@postgres,duckdb,sqlite refused G13 | {"p": "x"}
SELECT id FROM customers WHERE email NOT BETWEEN :p AND :p
--@postgres,duckdb,sqlite refused G13
SELECT /*+ x */ notes || '' FROM customers
--@postgres,duckdb,sqlite refused SQL-DUPLICATE-COLUMN
SELECT 'a' AS "x", email AS "X" FROM customers ORDER BY 1
--@postgres,duckdb,sqlite harmless
SELECT EMAIL, "email" AS f FROM Customers
--@postgres,duckdb,sqlite harmless
SELECT cast(phone as integer) AS x FROM customers
--@postgres,duckdb,sqlite harmless
SELECT cast(iban as integer) AS x, cast(phone as date) AS y FROM customers
--@postgres,duckdb,sqlite harmless
SELECT id FROM customers WHERE iban LIKE 'GB%' OR profile IS NOT NULL OR api_token IS NOT NULL
--@postgres,duckdb,sqlite refused G13
SELECT email FROM active_customers WHERE email LIKE '%'
--@postgres,duckdb refused G09
SELECT c FROM customers c
--@postgres refused G09
SELECT (c).email FROM customers c
--@postgres refused G09
SELECT c.*::text FROM customers c
--@postgres refused G09
SELECT row(c.*)::text AS x FROM customers c
--@postgres refused G09
SELECT count(DISTINCT customers.*) AS n FROM customers
--@postgres refused G13
SELECT to_jsonb(c) AS x FROM customers c
--@postgres refused G13
SELECT row_to_json(c) AS x FROM customers c
--@postgres refused G13
SELECT jsonb_agg(c) AS x FROM customers c
--@postgres refused G13
SELECT json_agg(c.*) AS x FROM customers c
--@postgres refused G09
SELECT array_agg(c) AS x FROM customers c
--@postgres refused G09
SELECT format('%s', c) AS x FROM customers c
--@postgres refused G09
SELECT concat(c) AS x FROM customers c
--@postgres refused G09
SELECT c::text AS x FROM customers c
--@postgres refused G09
SELECT id FROM customers c ORDER BY c LIMIT 1
--@postgres refused G09
SELECT id FROM customers c GROUP BY c, id
--@postgres refused G07
SELECT email(c) FROM customers c
--@postgres refused G07
SELECT jsonb_each_text(to_jsonb(c)) FROM customers c
--@postgres refused G13
SELECT e.value FROM customers c, jsonb_each_text(to_jsonb(c)) e
--@postgres refused G13
SELECT e FROM customers c, LATERAL (SELECT c.email || '' AS e) l
--@postgres refused G09
SELECT t FROM customers c, LATERAL (SELECT c.notes) AS t
--@postgres refused G13
SELECT u FROM customers c, unnest(ARRAY[c.email]) AS u
--@postgres harmless
SELECT u FROM customers c, unnest(c.aliases) AS u
--@postgres refused G13
SELECT u.* FROM customers c, regexp_split_to_table(c.notes, ' ') AS u
--@postgres refused G13
SELECT string_to_table(notes, ' ') FROM customers
--@postgres refused G13
SELECT ARRAY(SELECT email FROM customers) AS x
--@postgres refused G13
SELECT ARRAY[email] AS x FROM customers
--@postgres refused G13
SELECT (ARRAY[email])[1] AS x FROM customers
--@postgres refused G13
SELECT jsonb_build_object('e', notes)->>'e' AS x FROM customers
--@postgres refused G13
SELECT (email, id) AS x FROM customers
--@postgres refused G13
SELECT row(email) AS x FROM customers
--@postgres refused G09
SELECT '(1)'::customers AS x
--@postgres refused G09
SELECT NULL::customers[] AS x FROM customers
--@postgres refused G09
SELECT id FROM customers WHERE email OPERATOR(pg_catalog.>) 'm'
--@postgres refused G13
SELECT id FROM customers WHERE email COLLATE "C" > 'm'
--@postgres refused G07
SELECT id FROM customers WHERE email IS OF (text)
--@postgres refused G13
SELECT id FROM customers WHERE email = ANY(ARRAY['a'])
--@postgres refused G13
SELECT id FROM customers WHERE email > ALL(SELECT contact_email FROM orders)
--@postgres masked
SELECT id FROM customers WHERE email = ANY(SELECT contact_email FROM orders)
--@postgres refused G07
SELECT xmlagg(xmlelement(name x, email)) AS x FROM customers
--@postgres refused G07
SELECT xmlforest(email) AS x FROM customers
--@postgres refused G09
SELECT id FROM customers TABLESAMPLE BERNOULLI ((SELECT max(score) FROM customers))
--@postgres refused G09
SELECT id FROM customers TABLESAMPLE SYSTEM (pg_sleep(1))
--@postgres refused G13
SELECT id, sum(id) OVER (ORDER BY id ROWS (SELECT max(national_id) FROM customers) PRECEDING) AS x FROM customers
--@postgres refused G13
SELECT id, sum(id) OVER w FROM customers WINDOW w AS (w2), w2 AS (ORDER BY email)
--@postgres refused G07
SELECT id FROM customers WINDOW w AS (ORDER BY email, pg_sleep(1))
--@postgres refused G09
SELECT id FROM customers WHERE profile IS JSON
--@postgres refused G13
SELECT GROUPING(email) FROM customers GROUP BY email
--@postgres harmless
SELECT DISTINCT ON (email) id FROM customers ORDER BY email, id
--@postgres harmless
SELECT DISTINCT ON (email) id, email FROM customers ORDER BY email LIMIT 1
--@postgres refused G13
SELECT DISTINCT ON (notes) id FROM customers
--@postgres refused G09
SELECT * FROM customers j JOIN orders USING (id) AS jj
--@postgres refused G09
SELECT t.email FROM customers FULL JOIN orders ON customers.email = orders.contact_email AS t
--@postgres refused G13
SELECT upper(coalesce(a.email, b.email)) AS x FROM customers a FULL JOIN customers b USING (id)
--@postgres refused G13
SELECT upper(id) AS x FROM (SELECT contact_email AS id FROM orders) a FULL JOIN (SELECT email AS id FROM customers) b USING (id)
--@postgres refused G13
SELECT "customers"."email"::text AS x FROM customers
--@postgres refused G13
SELECT email::date AS x FROM customers
--@postgres refused G07
SELECT ts_headline(notes, to_tsquery('a')) AS x FROM customers
--@postgres refused G07
SELECT lo_get(1) AS x FROM customers
--@postgres refused G07
SELECT pg_column_size(email) AS x FROM customers
--@postgres refused G07
SELECT pg_typeof(email) AS x FROM customers
--@postgres refused G13
SELECT hashtext(email) AS x FROM customers
--@postgres refused G13
SELECT num_nonnulls(email) AS x FROM customers
--@postgres refused G09
SELECT xmin, ctid FROM customers
--@postgres refused G09
SELECT tableoid::regclass AS x FROM customers
--@postgres refused G09
SELECT 'customers'::regclass::text AS x
--@postgres refused G09
SELECT E'\x27 || email || \x27' AS x FROM customers
--@postgres refused G13
SELECT jsonb_path_query(to_jsonb(c), '$.email') FROM customers c
--@postgres refused G13
SELECT x.e FROM customers c, jsonb_to_recordset(jsonb_build_array(to_jsonb(c))) AS x(e text)
--@postgres harmless
SELECT x.email FROM customers c, jsonb_to_record(c.profile) AS x(email text, nick text)
--@postgres refused G09
SELECT * FROM json_to_recordset('[{"a":1}]') AS x(a customers)
--@postgres refused G09
SELECT * FROM jsonb_to_recordset('[]') AS x(a text DEFAULT pg_sleep(1))
--@postgres refused G13
SELECT any_value(notes) AS x FROM customers
--@postgres refused G13
SELECT mode() WITHIN GROUP (ORDER BY notes) AS x FROM customers
--@postgres refused G13
SELECT string_agg(notes, ',') AS x FROM customers
--@postgres refused G13
SELECT max(email) FILTER (WHERE email > 'm') AS x FROM customers
--@postgres refused SG-SOURCE
SELECT id FROM customers FETCH FIRST 1 ROW WITH TIES
--@postgres refused G13
SELECT id FROM customers ORDER BY email FETCH FIRST 1 ROW WITH TIES
--@postgres refused G07
SELECT setseed(0.5), random() FROM customers
--@postgres refused G07
SELECT pg_sleep(5)
--@postgres refused G07
SELECT generate_series(1, 10000000000) AS x
--@postgres harmless
TABLE customers
--@postgres refused G09
SELECT email FROM ONLY customers
--@postgres harmless
SELECT email FROM customers*
--@postgres refused G13
SELECT sample FROM plan_totals WHERE sample > 'a'
--@postgres harmless
SELECT sample FROM plan_totals
--@postgres refused POLICY-RELATION-UNKNOWN
SELECT combination FROM public.vault
--@postgres refused G09
SELECT badge FROM ONLY (staff)
--@postgres refused G13
SELECT "ownerEmail" || 'x' AS x FROM "Campaigns"
--@postgres refused G09
SELECT OWNEREMAIL FROM campaigns
--@postgres refused G13
SELECT v FROM (VALUES ((SELECT email FROM customers WHERE id = 1))) t(v)
--@postgres refused G09
VALUES ((SELECT email FROM customers WHERE id = 1))
--@postgres harmless
SELECT * FROM (VALUES (1)) v(id) JOIN customers USING (id)
--@postgres refused G13
SELECT s.v FROM customers c, LATERAL (VALUES (c.email), (c.notes)) s(v)
--@postgres harmless
SELECT id FROM customers SEARCH
--@postgres refused G09
WITH RECURSIVE t AS (SELECT id, email FROM customers UNION ALL SELECT id, email FROM t WHERE false) SEARCH DEPTH FIRST BY email SET o SELECT o FROM t
--@postgres refused G09
WITH RECURSIVE t AS (SELECT id, email FROM customers UNION ALL SELECT id, email FROM t WHERE false) CYCLE email SET c USING p SELECT p::text FROM t
--@postgres refused G17
SELECT e FROM customers, format('%s', email) AS e
--@postgres refused G17
SELECT e FROM customers, upper(email) AS e
--@postgres refused G17
SELECT e FROM customers, coalesce(email, 'x') AS e
--@postgres refused G09
SELECT e FROM ROWS FROM (unnest(ARRAY[1]), generate_series(1,2)) AS e(a,b)
--@postgres refused G13
SELECT array_to_string(ARRAY(SELECT notes FROM customers), ',') AS x
--@postgres refused G13
SELECT string_to_array(email, '') AS x FROM customers
--@postgres refused G13
SELECT array_position(ARRAY[email], email) AS x FROM customers
--@postgres refused G13
SELECT email IN (VALUES ('a')) AS x FROM customers
--@postgres harmless
SELECT daterange(birth_date, birth_date) AS x, int4range(score, score + 1) AS y FROM customers
--@postgres harmless
SELECT birth_date - DATE '1900-01-01' AS x, score * 1.0001 AS y FROM customers
--@duckdb refused G09
SELECT #1 FROM customers
--@duckdb refused G09
SELECT #2 FROM (SELECT id, email FROM customers)
--@duckdb refused G13
SELECT COLUMNS('e.*') || '' FROM customers
--@duckdb refused G13
SELECT upper(COLUMNS('email|plan')) FROM customers
--@duckdb refused G13
SELECT COLUMNS(c -> c = 'email')::VARCHAR FROM customers
--@duckdb refused G13
SELECT max(COLUMNS(*)) FROM customers
--@duckdb refused G09
SELECT struct_pack(*COLUMNS(*)) FROM customers
--@duckdb refused G13
SELECT coalesce(*COLUMNS('email|plan')) AS x FROM customers
--@duckdb masked
SELECT * LIKE 'em%' FROM customers
--@duckdb refused G13
SELECT * REPLACE (upper(email) AS email) FROM customers
--@duckdb refused G13
SELECT * REPLACE (notes AS plan) FROM customers ORDER BY plan
--@duckdb refused G13
SELECT * RENAME (notes AS plan, plan AS notes) FROM customers ORDER BY plan
--@duckdb refused G13
SELECT upper(plan) FROM (SELECT * RENAME (notes AS plan, plan AS notes) FROM customers)
--@duckdb refused G13
SELECT email.upper() FROM customers
--@duckdb refused G13
SELECT c.email[1:2] FROM customers c
--@duckdb refused G13
SELECT email[1] FROM customers
--@duckdb refused G09
SELECT c['email'] FROM customers c
--@duckdb refused G09
SELECT to_json(c) AS x FROM customers c
--@duckdb refused G09
SELECT struct_extract(c, 'email') AS x FROM customers c
--@duckdb refused G13
SELECT [email] AS x FROM customers
--@duckdb refused G13
SELECT [email, plan][1] AS x FROM customers
--@duckdb refused G13
SELECT list_transform([1], x -> (SELECT email FROM customers WHERE id = x)) AS x
--@duckdb refused G13
SELECT list_transform([1], lambda x: email) AS x FROM customers
--@duckdb refused G13
SELECT list_transform(tags, lambda t: notes || t) AS x FROM customers
--@duckdb refused G13
SELECT list_filter(tags, lambda t: email > 'm') AS x FROM customers
--@duckdb harmless
SELECT list_transform(tags, lambda email: email) AS x FROM customers
--@duckdb refused G13
SELECT [email FOR t IN tags] AS x FROM customers
--@duckdb refused G13
SELECT [t FOR t IN tags IF notes LIKE '%a%'] AS x FROM customers
--@duckdb refused G13
SELECT [plan FOR plan IN [email]] AS x FROM customers
--@duckdb refused G13
SELECT list_reduce([email], lambda a, b: a || b) AS x FROM customers
--@duckdb refused G09
SELECT map {email: 1} AS x FROM customers
--@duckdb refused G13
SELECT email: email || 'x' FROM customers
--@duckdb refused G13
FROM customers SELECT upper(email)
--@duckdb harmless
FROM customers
--@duckdb refused POLICY-RELATION-UNKNOWN
FROM vault SELECT combination
--@duckdb refused G09
PIVOT customers ON full_name
--@duckdb refused G09
SELECT * FROM (PIVOT customers ON email USING count(*))
--@duckdb refused G13
SELECT * FROM customers PIVOT (count(*) FOR email IN ('a', 'b'))
--@duckdb masked
SELECT * FROM (SELECT id, email FROM customers) PIVOT (max(email) FOR id IN (1, 2))
--@duckdb refused G13
SELECT * FROM (SELECT id, notes FROM customers) PIVOT (first(notes) FOR id IN (1, 2))
--@duckdb refused G13
UNPIVOT customers ON email, notes INTO NAME n VALUE v
--@duckdb refused G13
SELECT upper(v) FROM (SELECT id, email, plan FROM customers) UNPIVOT (v FOR n IN (email, plan))
--@duckdb refused G13
SELECT upper(v) AS v FROM (UNPIVOT customers ON COLUMNS(* EXCLUDE (id)) INTO NAME n VALUE v)
--@duckdb refused SQL-DUPLICATE-COLUMN
SELECT * FROM customers ASOF JOIN orders ON customers.email >= orders.contact_email
--@duckdb refused G09
SELECT id FROM customers ASOF JOIN orders ON customers.id = orders.customer_id AND customers.notes >= orders.ship_note
--@duckdb refused POLICY-RELATION-UNKNOWN
SELECT id FROM customers SEMI JOIN vault ON vault.id = customers.id
--@duckdb refused G13
SELECT id FROM customers ANTI JOIN orders ON orders.ship_note = customers.notes
--@duckdb refused G09
SELECT id FROM customers POSITIONAL JOIN orders
--@duckdb refused G13
SELECT notes FROM customers UNION BY NAME SELECT id AS notes FROM orders
--@duckdb harmless
SELECT id, email FROM customers UNION ALL BY NAME SELECT contact_email AS email, customer_id AS id, plan FROM orders, customers
--@duckdb refused G13
SELECT upper(e) FROM (SELECT plan AS e, id FROM customers UNION ALL BY NAME SELECT id, email AS e FROM customers)
--@duckdb harmless
SELECT email FROM customers USING SAMPLE reservoir(5 ROWS) REPEATABLE (1)
--@duckdb refused G13
SELECT * FROM customers ORDER BY ALL LIMIT 1
--@duckdb refused G13
SELECT ANY_VALUE(notes) AS n FROM customers
--@duckdb masked
SELECT arg_max(email, id) AS n FROM customers
--@duckdb refused G13
SELECT max(email, 2) AS n FROM customers
--@duckdb refused G13
SELECT max_by(id, email) AS n FROM customers
--@duckdb refused G07
SELECT query('SELECT email FROM customers') AS n
--@duckdb refused G17
SELECT * FROM query('SELECT email FROM customers')
--@duckdb refused G17
SELECT * FROM query_table('customers')
--@duckdb refused G17
SELECT * FROM query_table(['customers'])
--@duckdb refused G07
SELECT getenv('HOME') AS x FROM customers
--@duckdb refused G07
SELECT getvariable('x') AS x FROM customers
--@duckdb refused G07
SELECT current_setting('home_directory') AS x FROM customers
--@duckdb refused G17
SELECT * FROM read_text('{FILE}')
--@duckdb refused G17
SELECT * FROM '{FILE}' AS t
--@duckdb refused G17
SELECT * FROM "{FILE}" AS t
--@duckdb harmless
SELECT x FROM customers, range(9) t(x) WHERE id = x
--@duckdb refused G13
SELECT x FROM customers, unnest([email]) t(x)
--@duckdb refused G13
SELECT unnest([notes]) AS x FROM customers
--@duckdb refused G09
SELECT unnest(c) AS x FROM customers c
--@duckdb refused G07
SELECT error(email) AS x FROM customers
--@duckdb refused G13
SELECT hash(email) AS x FROM customers
--@duckdb refused G13
SELECT list_aggregate([email], 'max') AS x FROM customers
--@duckdb harmless
SELECT list_aggregate([id], 'string_agg', ',') AS x FROM customers
--@duckdb refused G13
SELECT json_structure(to_json(notes)) AS x FROM customers
--@duckdb refused G13
SELECT from_json(json_object('a', email), '{"a":"VARCHAR"}') AS x FROM customers
--@duckdb refused G07
SELECT json_execute_serialized_sql('x') AS x FROM customers
--@duckdb refused G07
SELECT nextval('order_seq') AS x FROM customers
--@duckdb refused G07
SELECT currval('order_seq') AS x
--@duckdb refused G07
SELECT write_log('x') AS x FROM customers
--@duckdb refused G07
SELECT checkpoint() AS x FROM customers
--@duckdb refused G13
SELECT x.y FROM (SELECT {'y': email} AS x FROM customers)
--@duckdb harmless
SELECT x.y FROM (SELECT {'y': plan} AS x FROM customers)
--@duckdb harmless
SELECT id FROM customers QUALIFY max(email) OVER (PARTITION BY plan) = email
--@duckdb refused G13
SELECT id, email AS e, e || 'x' AS f FROM customers
--@duckdb refused G13
SELECT notes AS n, n AS m, upper(m) AS o FROM customers
--@duckdb refused G09
SELECT id FROM customers WHERE e > 'm' AND email AS e
--@duckdb refused G13
SELECT notes AS n FROM customers WHERE n LIKE '%a%'
--@duckdb refused G13
SELECT email AS e FROM customers GROUP BY ALL HAVING e > 'm'
--@duckdb refused G09
SELECT id FROM customers AT (VERSION => 1)
--@duckdb refused G09
SELECT rowid, email FROM customers
--@duckdb refused G07
SELECT try(email) AS x FROM customers
--@duckdb refused G13
SELECT TRY_CAST(email AS INT) AS x FROM customers
--@duckdb harmless
SELECT count(COLUMNS(*)) FROM customers
--@duckdb refused G13
SELECT count(DISTINCT COLUMNS('notes|iban')) FROM customers
--@duckdb refused G06
DESCRIBE SELECT email FROM customers
--@duckdb refused G09
SELECT * FROM (SHOW TABLES)
--@duckdb refused G09
SELECT email FROM shop.main.customers
--@duckdb refused G13
SELECT 'x' || chr(39) || email FROM customers
--@sqlite refused G09
SELECT "nope" FROM customers
--@sqlite refused G13
SELECT [email] || '' AS x FROM [customers]
--@sqlite refused G13
SELECT `email` LIKE 'a%' AS x FROM `customers`
--@sqlite refused G13
SELECT email GLOB 'a*' AS x FROM customers
--@sqlite refused G13
SELECT email IS 'a' AS x FROM customers
--@sqlite harmless
SELECT email IS contact_email AS x FROM customers, orders
--@sqlite refused G13
SELECT email IS NOT 'a' AS x FROM customers
--@sqlite refused G13
SELECT email == 'a' AS x FROM customers
--@sqlite refused G13
SELECT id FROM customers WHERE email REGEXP 'a'
--@sqlite refused G13
SELECT min(email, plan) AS x FROM customers
--@sqlite refused G13
SELECT max(email, full_name) AS x FROM customers
--@sqlite refused G13
SELECT iif(email > 'm', 1, 0) AS x FROM customers
--@sqlite refused G13
SELECT quote(email) AS x, hex(email) AS y, unicode(email) AS z FROM customers
--@sqlite refused G13
SELECT printf('%s', notes) AS x FROM customers
--@sqlite refused G13
SELECT typeof(notes) AS x FROM customers
--@sqlite refused G13
SELECT likely(email) AS x FROM customers
--@sqlite refused G13
SELECT json_object('a', notes) AS x FROM customers
--@sqlite harmless
SELECT j.value FROM customers c, json_each(c.profile) j
--@sqlite harmless
SELECT j.atom FROM customers c, json_tree(c.attrs) j
--@sqlite refused G13
SELECT value FROM json_each('[1,2]') WHERE value IN (SELECT national_id FROM customers)
--@sqlite refused G09
SELECT json_each.json FROM json_each('[1]')
--@sqlite refused G07
SELECT load_extension('x') AS x FROM customers
--@sqlite refused G07
SELECT readfile('{FILE}') AS x FROM customers
--@sqlite refused G07
SELECT writefile('{DIR}/x', 'a') AS x FROM customers
--@sqlite refused G07
SELECT edit(email) AS x FROM customers
--@sqlite refused G07
SELECT sqlite_compileoption_get(0) AS x FROM customers
--@sqlite refused G15
SELECT sql FROM sqlite_schema
--@sqlite refused G15
SELECT sql FROM main.sqlite_master
--@sqlite refused G09
SELECT * FROM dbstat
--@sqlite refused G15
SELECT * FROM sqlite_dbpage
--@sqlite refused G07
SELECT sluicegate_sha256(email) AS x FROM customers
--@sqlite refused G07
SELECT sluicegate_sha256('a') AS x FROM customers
--@sqlite refused G13
SELECT group_concat(email) OVER (ORDER BY id) AS x FROM customers
--@sqlite refused G13
SELECT total(national_id) AS x FROM customers
--@sqlite harmless
SELECT +email AS x FROM customers
--@sqlite refused G13
SELECT -national_id AS x FROM customers
--@sqlite refused G13
SELECT ~national_id AS x FROM customers
--@sqlite refused G13
SELECT NOT email AS x FROM customers
--@sqlite refused G13
SELECT email COLLATE NOCASE AS x FROM customers ORDER BY 1
--@sqlite refused G13
SELECT id FROM customers ORDER BY email COLLATE NOCASE LIMIT 1
--@sqlite refused G09
SELECT id FROM customers INDEXED BY x
--@sqlite harmless
SELECT email, max(id) AS m FROM customers
--@sqlite harmless
SELECT notes, max(id) AS m FROM customers
--@sqlite refused G13
SELECT id, notes AS n FROM customers WHERE n LIKE '%a%'
--@sqlite refused G13
SELECT id AS e FROM customers GROUP BY e HAVING email > 'm'
--@sqlite refused G13
SELECT id FROM customers WHERE email BETWEEN char(97) AND char(98)
--@sqlite refused G09
VALUES ((SELECT email FROM customers))
--@sqlite refused G13
SELECT * FROM (VALUES ((SELECT email FROM customers LIMIT 1)))
--@sqlite refused G07
SELECT RAISE(ABORT, 'x') FROM customers
--@sqlite refused G07
SELECT zeroblob(1000000000) AS x FROM customers
--@sqlite refused POLICY-RELATION-UNKNOWN
SELECT combination FROM vault UNION SELECT 1
--@sqlite refused G09
SELECT email FROM temp.customers
--@sqlite refused G13
SELECT c.email FROM customers c NATURAL JOIN customers d WHERE d.email > 'm'
