--@postgres refused escaped
SELECT $\u00a0$ x $\u00a0$, id FROM customers
--@all refused escaped
SELECT id,\u00a0email FROM customers
--@all refused escaped
SELECT id\u3000FROM customers
--@all refused escaped
SELECT id /* \u202e */ FROM customers
--@all refused escaped
\ufeffSELECT id FROM customers
--@all refused escaped
\u017fELECT upper(email) FROM customers
--@all refused escaped
SELECT upper(\uff45mail) AS x FROM customers
--@all refused
SELECT id /*! , iban */ FROM customers
--@all refused
SELECT id /*!50000 UNION SELECT combination FROM vault */ FROM customers
--@postgres refused
SELECT U&"\0065mail" FROM customers
--@postgres refused
SELECT id, U&'\0061' FROM customers
--@postgres masked
SELECT id /* /* nested */ still a comment: , badge FROM staff */ FROM customers
--@sqlite,duckdb refused
SELECT id /* /* not nested */ , upper(email) /* */ AS x FROM customers
--@postgres refused
SELECT E'a\'b' , upper(email) AS x FROM customers --'
--@postgres refused
SELECT 'a\' AS a, upper(email) AS x, ' AS y' FROM customers
--@postgres masked
SELECT $$it's$$ AS a, $t$ $$ $t$ AS b, id FROM customers
--@postgres refused
SELECT 'a'
'b' AS x, upper(email) AS y FROM customers
--@postgres,duckdb,sqlite refused
SELECT id FROM customers WHERE id = 0x1F AND upper(email) = 'X'
--@all refused
SELECT id FROM customers WHERE id > 1_000 AND email > 'm'
--@postgres refused
SELECT id FROM customers WHERE email operator(pg_catalog.=) 'x'
--@postgres refused
SELECT id FROM customers WHERE email ~~ 'a%'
--@postgres refused
SELECT id FROM customers WHERE email ~<~ 'm'
--@postgres refused
SELECT id FROM customers WHERE email ^@ 'a'
--@postgres refused
SELECT @ national_id AS n FROM customers
--@postgres refused
SELECT '(1,a)'::customers AS c, id FROM customers
--@postgres refused
SELECT '(1,a)'::public.customers AS c FROM customers
--@postgres refused
SELECT (c).email AS e FROM customers c
--@postgres refused
SELECT (c).* FROM customers c
--@postgres refused
SELECT c.*::text AS t FROM customers c
--@postgres refused
SELECT c::text AS t FROM customers c
--@postgres refused
SELECT customers::text AS t FROM customers
--@postgres refused
SELECT row(c.*) AS r FROM customers c
--@postgres refused
SELECT row(c.*)::text AS r FROM customers c
--@postgres refused
SELECT row(c) AS r FROM customers c
--@postgres refused
SELECT count(customers.*) AS n FROM customers
--@postgres refused
SELECT count(c) AS n FROM customers c
--@postgres refused
SELECT id FROM customers c ORDER BY c
--@postgres refused
SELECT id FROM customers c WHERE c > '(5)'
--@postgres refused
SELECT to_jsonb(c) AS j FROM customers c
--@postgres refused
SELECT json_agg(c) AS j FROM customers c
--@postgres refused
SELECT array_agg(c) AS a FROM customers c
--@postgres refused
SELECT jsonb_build_object('c', c) AS j FROM customers c
--@postgres refused
SELECT email(c) AS e FROM customers c
--@postgres refused
SELECT c.email::int AS e FROM customers c
--@postgres refused
SELECT l.c FROM customers c, LATERAL (SELECT c) AS l(c)
--@postgres refused
SELECT x.* FROM customers c, LATERAL (SELECT (c).*) x
--@postgres refused
SELECT j.email FROM customers a JOIN active_customers b USING (id) AS j
--@postgres refused
SELECT id FROM ONLY customers
--@postgres refused
SELECT id FROM customers TABLESAMPLE BERNOULLI ((SELECT count(*) FROM vault))
--@postgres refused
SELECT id FROM customers TABLESAMPLE BERNOULLI (length(email))
--@all refused
SELECT id FROM customers LIMIT (SELECT count(*) FROM vault)
--@all refused
SELECT id FROM customers LIMIT (SELECT length(email) FROM customers LIMIT 1)
--@all refused
SELECT id FROM customers LIMIT length(email)
--@postgres,duckdb refused
SELECT sum(balance) OVER (ORDER BY id ROWS BETWEEN length(email) PRECEDING AND CURRENT ROW) AS s FROM customers
--@all refused
SELECT sum(balance) OVER w AS s FROM customers WINDOW w AS (PARTITION BY notes)
--@all refused
SELECT sum(balance) OVER w AS s FROM customers WINDOW w AS (ORDER BY email)
--@postgres refused
SELECT id FROM customers ORDER BY email USING <
--@postgres refused
SELECT id FROM customers WHERE email COLLATE "C" < 'm'
--@postgres refused
SELECT 'customers'::regclass AS r, id FROM customers
--@postgres refused
SELECT CAST('x' AS pg_catalog.regproc) AS r FROM customers
--@postgres refused
SELECT x.* FROM orders o, jsonb_to_recordset(o.items) AS x(a regclass)
--@postgres refused
SELECT x.* FROM orders o, jsonb_to_recordset(o.items) AS x(a customers)
--@postgres refused
SELECT x.* FROM orders o, jsonb_populate_record(null::customers, o.items) x
--@postgres refused
SELECT x FROM orders o, ROWS FROM (jsonb_array_elements(o.items), pg_ls_dir('.')) x
--@postgres refused
SELECT c FROM orders o, customers c, jsonb_array_elements(o.items) d
--@postgres refused
SELECT customers FROM customers, jsonb_array_elements(customers.attrs->'langs') x
--@postgres refused
SELECT jsonb_array_elements(c) FROM customers c
--@postgres refused
SELECT x FROM customers c, jsonb_each_text(to_jsonb(c)) x
--@postgres refused
SELECT length(email -> 'x') AS n FROM customers
--@postgres refused
SELECT length(notes -> 'x') AS n FROM customers
--@postgres refused
SELECT lower(plan -> email) AS n FROM customers
--@postgres refused
SELECT pg_catalog.query_to_xml('select 1', true, true, '') AS x FROM customers
--@postgres harmless
SELECT "Upper"(plan) AS x FROM customers
--@postgres refused
SELECT public.upper(plan) AS x FROM customers
--@postgres refused
SELECT "public"."lower"(plan) AS x FROM customers
--@postgres refused
SELECT id FROM "CUSTOMERS"
--@postgres refused
SELECT "EMAIL" FROM customers
--@postgres refused
SELECT id FROM "public.customers"
--@postgres refused
SELECT id AS aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa FROM customers
--@all refused
SELECT a.x FROM (SELECT id, notes FROM customers) AS a(x, x)
--@all refused
WITH q(x, x) AS (SELECT id, notes FROM customers) SELECT x FROM q
--@all refused
SELECT id AS x, email AS X FROM customers
--@all refused
WITH q AS (SELECT badge FROM staff) SELECT id FROM customers
--@all refused
WITH RECURSIVE q AS (SELECT combination FROM vault UNION ALL SELECT combination FROM q) SELECT combination FROM q
--@all refused
WITH vault AS (SELECT 1 AS id FROM customers) SELECT v.combination FROM vault x, main.vault v
--@sqlite refused
SELECT 'customers'.'email' FROM customers
--@sqlite refused
SELECT "no such column", id FROM customers
--@sqlite refused
SELECT `badge` FROM `staff`
--@sqlite refused
SELECT [badge] FROM [staff]
--@sqlite refused
SELECT id FROM customers WHERE email MATCH 'a'
--@sqlite refused
SELECT id FROM customers NOT INDEXED WHERE email > 'm'
--@sqlite refused
SELECT id FROM customers WHERE id = ?1
--@sqlite refused
SELECT id FROM customers WHERE id = @x
--@sqlite refused
SELECT x'61' || email AS e FROM customers
--@sqlite refused
SELECT j.json FROM customers c, json_each(c.attrs) j
--@sqlite refused
SELECT json_each.rowid FROM customers, json_each(customers.attrs)
--@duckdb refused
SELECT #2 FROM customers
--@duckdb refused
SELECT COLUMNS('bad.*') FROM staff
--@duckdb refused
SELECT COLUMNS(['badge']) FROM staff
--@duckdb refused
SELECT upper(COLUMNS(* EXCLUDE (id))) FROM staff
--@duckdb refused
SELECT * LIKE 'bad%' FROM staff
--@duckdb refused
SELECT staff.* RENAME (badge AS id2) FROM staff
--@duckdb refused
SELECT * REPLACE (badge AS id) FROM staff
--@duckdb refused
SELECT * RENAME (email AS plan) FROM customers
--@duckdb refused
SELECT id FROM staff UNION BY NAME SELECT badge FROM staff
--@duckdb refused
SELECT staff FROM staff
--@duckdb refused
SELECT struct_extract(staff, 'badge') FROM staff
--@duckdb refused
SELECT s.badge FROM (SELECT staff AS s FROM staff)
--@duckdb refused
SELECT unnest(staff) FROM staff
--@duckdb masked
SELECT unnest([{'a': 1}], recursive := true), id FROM customers
--@duckdb refused
SELECT list_transform([1], lambda email: upper(email)) AS l, upper(email) AS u FROM customers
--@duckdb refused
SELECT list_transform([1], lambda x: staff.badge) AS l FROM staff
--@duckdb refused
SELECT list_transform([1], lambda x: customers.email) AS l FROM customers
--@duckdb refused
SELECT [badge FOR badge IN [badge]] AS l FROM staff
--@duckdb refused
PIVOT customers ON email USING count(*)
--@duckdb refused
SELECT * FROM customers PIVOT (count(*) FOR plan IN ('pro'))
--@duckdb refused
UNPIVOT customers ON email, full_name INTO NAME n VALUE v
--@duckdb refused
SELECT * FROM (SELECT id, email FROM customers) UNPIVOT (v FOR n IN (email))
--@duckdb masked
SELECT a.id FROM customers a POSITIONAL JOIN orders b
--@duckdb refused
SELECT id FROM customers USING SAMPLE (SELECT 5)
--@duckdb refused
SELECT alias(email) AS x FROM customers
--@duckdb refused
SELECT id FROM customers WHERE id = $1
--@duckdb refused
SELECT id FROM customers WHERE getvariable('x') = 1
--@all refused
VALUES (1)
--@all refused
SELECT
--@all refused
SELECT id FROM customers WHERE 'open
--@all refused
SELECT upper(email) FROM customers /* open
--@all refused
{{ x }} SELECT upper(email) FROM customers
--@all refused
SELECT {fn upper(email)} FROM customers
--@all refused
SELECT id FROM customers WHERE id = ?
--@all refused
SELECT id FROM customers WHERE id = :missing
