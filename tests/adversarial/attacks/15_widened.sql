--@duckdb refused G13
SELECT list_reduce(aliases, lambda a, b: a || b, email) AS x FROM customers
--@duckdb refused G13
SELECT list_reduce(tags, lambda a, b: a || customers.email) AS x FROM customers
--@duckdb refused G09
SELECT list_reduce(tags, lambda a, b: a || a || b) AS x FROM customers
--@duckdb masked
SELECT list_reduce(aliases, lambda a, b: concat(a, b)) AS x FROM customers
--@duckdb masked
SELECT list_apply(tags, lambda t: t || customers.api_token) AS x FROM customers
--@duckdb refused
SELECT list_reduce(tags, lambda a, b: (SELECT combination FROM vault LIMIT 1)) AS x FROM customers
--@duckdb refused G07
SELECT list_transform_all(tags, lambda t: t) AS x FROM customers
--@duckdb refused G13
SELECT (email || 'x').upper() AS x FROM customers
--@duckdb refused G13
SELECT list(email).list_sort() AS x FROM customers
--@duckdb refused G13
SELECT list_distinct(list(notes)).len() AS x FROM customers
--@duckdb refused G13
SELECT customers.email.upper() AS x FROM customers
--@duckdb masked
SELECT customers.api_token.upper() AS x, (api_token || '').reverse() AS y FROM customers
--@duckdb refused G07
SELECT (plan || '').getenv() AS x FROM customers
--@duckdb refused G07
SELECT 'customers'.query_table() AS x FROM customers
--@duckdb refused
SELECT (staff.badge || '').upper() AS x FROM staff
--@duckdb refused G13
SELECT unnest({'e': email, 'n': notes}) FROM customers
--@duckdb masked
SELECT unnest({'t': api_token, 'i': iban}) FROM customers
--@duckdb refused
SELECT unnest({'b': badge}) FROM staff
--@duckdb refused G13
SELECT unnest([{'e': email}], recursive := true) FROM customers
--@duckdb refused G13
SELECT unnest(from_json(email, '[{"a": "VARCHAR"}]'), recursive := true) FROM customers
--@duckdb masked
SELECT unnest(from_json(profile, '[{"nick": "VARCHAR"}]'), recursive := true) FROM customers
--@duckdb refused G09
SELECT unnest(tags, recursive := true) FROM customers
--@duckdb refused G09
SELECT unnest(tags, max_depth := 2) FROM customers
--@duckdb harmless
SELECT unnest(s) FROM (SELECT {'a': api_token, 'b': plan} AS s, email FROM customers)
--@duckdb harmless
SELECT unnest(s) AS a, email FROM (SELECT {'a': plan, 'b': region} AS s, email FROM customers)
--@duckdb refused G13
UNPIVOT customers ON * INTO NAME n VALUE v
--@duckdb refused G13
UNPIVOT customers ON COLUMNS('^(email|plan)$') INTO NAME n VALUE v
--@duckdb refused
UNPIVOT staff ON COLUMNS(* EXCLUDE id) INTO NAME n VALUE v
--@duckdb refused POLICY-RELATION-UNKNOWN
UNPIVOT vault ON * INTO NAME n VALUE v
--@duckdb masked
UNPIVOT (SELECT id, api_token, iban FROM customers) ON COLUMNS(* EXCLUDE id) INTO NAME n VALUE v
--@duckdb refused
SELECT max(COLUMNS('badge')) AS "\0" FROM staff
--@duckdb masked
SELECT max(COLUMNS('api_token|iban')) AS "x_\0" FROM customers
--@duckdb refused G13
SELECT upper(COLUMNS('email')) AS 'x_\0' FROM customers
--@duckdb masked
SELECT a.email, b.ip FROM customers a POSITIONAL JOIN orders b
--@duckdb refused POLICY-RELATION-UNKNOWN
SELECT a.id, v.combination FROM customers a POSITIONAL JOIN vault v
--@duckdb refused
SELECT a.id, s.badge FROM customers a POSITIONAL JOIN staff s
--@duckdb refused G13
SELECT email::STRUCT(a VARCHAR) AS x FROM customers
--@duckdb masked
SELECT {'t': api_token, 'i': iban} AS s, map {'t': api_token} AS m, [{'t': api_token}] AS l FROM customers
--@duckdb refused G13
SELECT {'e': email} AS s FROM customers
--@duckdb refused G09
SELECT plan::STRUCT(a regclass) AS x FROM customers
--@duckdb refused G07
SELECT range(0, len(tags) * 1000000000) AS x FROM customers
--@duckdb refused G07
SELECT range(len(tags), 1000000000000) AS x FROM customers
--@duckdb refused G07
SELECT range(created_at, created_at, INTERVAL 1 SECOND) AS x FROM customers
--@duckdb refused G13
SELECT range(len(email)) AS x FROM customers
--@duckdb refused G07
SELECT list_resize(tags, 1000000000) AS x FROM customers
--@duckdb refused G07
SELECT list_resize(tags, id * 1000000) AS x FROM customers
--@duckdb refused G07
SELECT equi_width_bins(0, 1, 1000000000, true) AS x FROM customers
--@duckdb refused G07
SELECT bitstring('1', 1000000000) AS x FROM customers
--@duckdb refused G13
SELECT string_split_regex(email, '@') AS x FROM customers
--@duckdb refused G13
SELECT base64(email::BLOB) AS x FROM customers
--@duckdb masked
SELECT base64(api_token::BLOB) AS x, list_histogram([api_token]) AS h FROM customers
--@postgres,duckdb,mysql refused G07
WITH a AS (SELECT repeat('x', 1000) AS t FROM customers), b AS (SELECT repeat(t, 1000) AS t FROM a) SELECT t FROM b
--@postgres,duckdb,mysql refused G07
SELECT repeat(t, 1000) AS t FROM (SELECT lpad(plan, 1000, 'x') AS t FROM customers) a
--@postgres,duckdb,mysql refused G07
WITH a AS (SELECT repeat('x', 500) AS t FROM customers) SELECT replace(a.t, 'x', b.t) AS t FROM a, a AS b
--@postgres,duckdb,mysql refused G07
SELECT repeat(t, 1000) AS t FROM (SELECT plan AS t FROM customers UNION ALL SELECT repeat('x', 1000) FROM customers) a
--@postgres,duckdb refused G09
WITH RECURSIVE a AS (SELECT CAST(plan AS text) AS t, 1 AS n FROM customers UNION ALL SELECT repeat(t, 2), n + 1 FROM a WHERE n < 60) SELECT t FROM a
--@postgres refused G13
SELECT (jsonb_each(to_jsonb(email))).value AS x FROM customers
--@postgres refused G13
SELECT (jsonb_each_text(to_jsonb(c))).* FROM customers c
--@postgres masked
SELECT (jsonb_each_text(profile)).* FROM customers
--@postgres masked
SELECT (jsonb_each_text(to_jsonb(api_token))).value FROM customers
--@postgres refused
SELECT (pg_stat_file('/etc/passwd')).size AS x FROM customers
--@postgres refused
SELECT (json_populate_record(NULL::vault, '{}')).combination AS x FROM customers
--@postgres refused
SELECT (peek(1)).email AS x FROM customers
--@postgres refused
SELECT (customers).email AS x FROM customers
--@postgres refused
SELECT (jsonb_each(attrs)).ctid AS x FROM customers
--@postgres refused
SELECT (jsonb_each((SELECT to_jsonb(v) FROM vault v LIMIT 1))).value AS x FROM customers
--@postgres refused G13
SELECT email::money AS x FROM customers
--@postgres refused G13
SELECT hashtext(email) AS x FROM customers
--@postgres refused G13
SELECT to_tsvector('simple', notes) @@ to_tsquery('simple', 'wrote') AS x FROM customers
--@postgres masked
SELECT to_tsvector('simple', api_token)::text AS x FROM customers
--@postgres refused G07
SELECT ts_stat('SELECT to_tsvector(email) FROM customers') AS x FROM customers
--@postgres refused G07
SELECT ts_rewrite('a'::text, 'SELECT t, s FROM vault') AS x FROM customers
--@postgres refused G13
SELECT generate_series(1, length(email)) AS x FROM customers
--@postgres refused G13
SELECT host(ip::inet) AS x FROM orders
--@postgres refused G13
SELECT json_object(ARRAY['e'], ARRAY[email]) AS x FROM customers
--@postgres masked
SELECT json_object(ARRAY['e'], ARRAY[api_token]) AS x FROM customers
--@mysql refused
WITH v (a) AS (VALUES ((SELECT combination FROM vault LIMIT 1))) SELECT a FROM v, customers
--@mysql refused
WITH v (a) AS (VALUES ((SELECT MAX(email) FROM customers)), ('x')) SELECT UPPER(a) FROM v
--@mysql refused
SELECT c.id FROM customers c, (VALUES (c.email)) AS v
--@mysql refused
WITH v (a) AS (VALUES (LOAD_FILE('/etc/passwd'))) SELECT a FROM v, customers
--@mysql refused
SELECT VALUES(email) AS v FROM customers
--@mysql refused
SELECT s.seq FROM seq_1_to_100000000 s, customers
--@mysql refused
SELECT email FROM seq_1_to_3
--@mysql refused
SELECT seq FROM mysql.seq_1_to_3, customers
--@mysql refused G13
SELECT JSON_SEARCH(JSON_ARRAY(email), 'one', 'a%') AS x FROM customers
--@mysql refused G13
SELECT TO_BASE64(email) AS x FROM customers
--@mysql masked
SELECT TO_BASE64(api_token) AS x, UNHEX(api_token) AS y, JSON_QUOTE(iban) AS z FROM customers
--@mysql masked
SELECT plan, api_token, email, COUNT(*) AS n FROM customers GROUP BY plan
--@mysql refused G13
SELECT plan, UPPER(email) AS e FROM customers GROUP BY plan
--@mysql masked
SELECT c.plan, (SELECT MAX(o.contact_email) FROM orders o WHERE o.customer_id = c.id) AS e FROM customers c GROUP BY c.plan
--@postgres refused G13
SELECT jsonb_typeof(profile -> email) AS x FROM customers
--@postgres refused G13
SELECT jsonb_typeof(attrs -> notes) AS x FROM customers
--@postgres masked
SELECT jsonb_typeof(attrs -> api_token) AS x, jsonb_typeof(profile -> plan -> 'n') AS y FROM customers
--@postgres refused
SELECT jsonb_typeof(attrs -> badge) AS x FROM customers, staff
--@postgres refused G13
SELECT u.v FROM customers c, unnest(ARRAY['a'], ARRAY[c.email]) AS u(k, v)
--@postgres masked
SELECT u.k, u.v FROM customers c, unnest(ARRAY[c.api_token], ARRAY[c.iban]) AS u(k, v)
--@postgres refused
SELECT u.v FROM staff c, unnest(ARRAY['a'], ARRAY[c.badge]) AS u(k, v)
--@postgres refused G09
SELECT u.v FROM customers c, unnest(ARRAY['a'], ARRAY[c.plan]) AS u(v)
--@postgres refused G13
SELECT id FROM customers WHERE email COLLATE "C" > 'a'
--@postgres refused G09
SELECT id FROM customers WHERE plan COLLATE "public"."mine" > 'a'
--@postgres refused G09
SELECT id FROM customers WHERE plan COLLATE "de_DE" > 'a'
--@duckdb refused G13
SELECT concat_ws('/', *COLUMNS('^(plan|email)$')) AS x FROM customers
--@duckdb refused G13
SELECT coalesce(*COLUMNS('^(plan|email)$'), 'x') AS x FROM customers
--@duckdb refused G13
SELECT [*COLUMNS('^(notes)$')] AS x FROM customers
--@duckdb masked
SELECT concat_ws('/', *COLUMNS('^(plan|api_token|iban)$')) AS x FROM customers
--@duckdb refused
SELECT concat_ws('/', *COLUMNS(*)) AS x FROM staff
--@all refused G13
SELECT id, CASE WHEN active THEN email ELSE 'none' END AS e FROM customers
--@postgres,duckdb,sqlite refused G13 | {"p": "m"}
SELECT id, CASE WHEN active THEN email ELSE :p END AS e FROM customers
--@all refused G13
SELECT id, CASE WHEN active THEN email ELSE full_name END AS e FROM customers
--@all refused G13
SELECT id, CASE plan WHEN 'free' THEN plan WHEN 'pro' THEN email END AS e FROM customers
--@all refused G13
SELECT id, CASE WHEN active THEN notes END AS e FROM customers
--@all refused G13
SELECT id, CASE WHEN active THEN email ELSE notes END AS e FROM customers
--@all refused G13
SELECT id, upper(CASE WHEN active THEN email END) AS e FROM customers
--@all refused G13
SELECT id FROM customers WHERE CASE WHEN active THEN email END > 'm'
--@all refused G13
SELECT id FROM customers WHERE CASE WHEN active THEN email END = 'm'
--@all refused G13
SELECT id, CASE WHEN CASE WHEN active THEN email END < 'm' THEN 1 ELSE 0 END AS bit FROM customers
--@all refused G13
SELECT id FROM customers ORDER BY CASE WHEN active THEN email END LIMIT 3
--@all refused G13
SELECT id, row_number() OVER (ORDER BY CASE WHEN active THEN email END) AS n FROM customers
--@all refused G13
SELECT id, substr(lag(email) OVER (ORDER BY id), 1, 3) AS e FROM customers
--@postgres,duckdb,sqlite refused G13
SELECT id, lag(email, 1, 'none') OVER (ORDER BY id) AS e FROM customers
--@postgres,duckdb,sqlite refused G13
SELECT id, lag(id, length(email)) OVER (ORDER BY id) AS e FROM customers
--@all refused G13
SELECT id, lead(email) OVER (ORDER BY email) AS e FROM customers
--@all refused G13
SELECT id, last_value(notes) OVER (ORDER BY id) AS e FROM customers
--@all refused
SELECT id, CASE WHEN id > 1 THEN badge END AS e FROM staff
--@all refused
SELECT id, CASE WHEN badge = 'x' THEN full_name END AS e FROM staff
--@all masked
SELECT id, CASE WHEN active THEN api_token ELSE iban END AS e, lag(api_token) OVER (ORDER BY id) AS f FROM customers
--@all masked
SELECT c.id, CASE WHEN c.active THEN c.email ELSE r.manager_email END AS e, lead(c.national_id) OVER (ORDER BY c.id) AS f FROM customers c JOIN regions r ON r.region = c.region
--@mysql,sqlite refused G13
SELECT id, if(active, email, 'none') AS e FROM customers
--@mysql refused G13
SELECT id, IF(email, 1, 0) AS e FROM customers
--@duckdb refused G13
SELECT arg_max(notes, id) AS x FROM customers
--@duckdb refused G13
SELECT arg_min(email, email) AS x FROM customers
--@sqlite refused G13
SELECT o.id, min(o.contact_email, c.email) AS x FROM orders o JOIN customers c ON c.id = o.customer_id
--@duckdb refused G13
SELECT upper(COLUMNS(lambda c: C = 'email')) AS x FROM customers
--@duckdb refused G09
SELECT COLUMNS(lambda c: d = 'plan') FROM customers
