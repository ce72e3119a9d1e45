--@duckdb refused G13
UNPIVOT customers ON email, full_name

--@duckdb refused G13
SELECT * FROM customers UNPIVOT (v FOR n IN (notes, plan))

--@duckdb refused
UNPIVOT staff ON badge

--@duckdb refused
PIVOT vault ON id IN (1) USING max(combination)

--@duckdb refused
FROM (PIVOT (FROM vault) ON id IN (1) USING max(combination)) p

--@duckdb refused G13
PIVOT customers ON plan IN ('free') USING string_agg(email)

--@duckdb refused G13
PIVOT customers ON plan IN ('free') USING max(notes) AS m GROUP BY region

--@duckdb refused
PIVOT customers ON plan IN ('free') USING max(email || 'x') GROUP BY region

--@duckdb refused G09
PIVOT customers ON email USING count(*)

--@duckdb refused G09
PIVOT customers ON plan IN (SELECT combination FROM vault) USING count(*)

--@duckdb refused
PIVOT customers ON plan IN ('free') USING count(*) GROUP BY substr(email, 1, 3)

--@duckdb refused
PIVOT customers ON substr(email, 1, 1) IN ('a', 'b') USING count(*) GROUP BY plan

--@duckdb refused
PIVOT read_csv('{FILE}') ON a IN ('a') USING count(*)

--@duckdb refused
PIVOT customers ON plan IN ('free') USING max(read_text('{FILE}')) GROUP BY region

--@duckdb refused
PIVOT customers ON plan IN ('free') USING (SELECT max(combination) FROM vault) GROUP BY region

--@duckdb masked
PIVOT (SELECT plan, region, email FROM customers) ON plan IN ('free', 'pro') USING max(email) GROUP BY region

--@duckdb refused
WITH p AS (PIVOT customers ON plan IN ('free'', (SELECT combination FROM vault)) --') USING count(*) GROUP BY region) SELECT length(notes) FROM p, customers

--@duckdb masked
SELECT COLUMNS(lambda c: c LIKE '%mail%') FROM customers

--@duckdb refused G13
SELECT length(COLUMNS(lambda c: c LIKE 'em%')) FROM customers

--@duckdb refused
SELECT COLUMNS(lambda c: c LIKE (SELECT max(combination) FROM vault)) FROM customers

--@duckdb refused
SELECT * LIKE 'badge' FROM staff

--@duckdb refused
SELECT max(COLUMNS(lambda c: c NOT LIKE 'x%')) FROM vault

--@duckdb refused
SELECT id FROM customers ORDER BY email LIMIT 10%

--@duckdb refused
SELECT id FROM customers LIMIT (SELECT length(max(combination)) FROM vault)%

--@mysql refused G13
SELECT j.v FROM customers c, JSON_TABLE(c.email, '$' COLUMNS (v TEXT PATH '$')) j

--@mysql refused G13
SELECT j.v FROM customers c, JSON_TABLE(JSON_ARRAY(c.notes), '$[*]' COLUMNS (v TEXT PATH '$')) j

--@mysql harmless
SELECT c.id, j.v FROM customers c LEFT JOIN JSON_TABLE(c.profile, '$' COLUMNS (v TEXT PATH '$.nick')) j ON TRUE

--@mysql refused
SELECT j.v FROM JSON_TABLE((SELECT JSON_ARRAYAGG(combination) FROM vault), '$[*]' COLUMNS (v TEXT PATH '$')) j

--@mysql refused
SELECT j.v FROM JSON_TABLE(LOAD_FILE('{FILE}'), '$[*]' COLUMNS (v TEXT PATH '$')) j

--@mysql refused G09
SELECT j.v FROM orders o, JSON_TABLE(o.items, '$[*]'' COLUMNS (v INT PATH ''$'')) j, vault -- ' COLUMNS (v TEXT PATH '$')) j

--@postgres refused G13
SELECT jsonb_path_query(to_jsonb(email), '$') AS v FROM customers

--@postgres refused G13
SELECT q.v FROM customers c, jsonb_path_query(jsonb_build_array(c.notes), '$[*]') AS q(v)

--@postgres refused G13
SELECT v.x FROM customers c CROSS JOIN LATERAL (VALUES ('e', c.email), ('n', c.full_name)) AS v(k, x)

--@postgres refused G13
SELECT v.x FROM customers c CROSS JOIN LATERAL (VALUES (c.notes)) AS v(x)

--@postgres masked
SELECT v.x FROM customers c CROSS JOIN LATERAL (VALUES (c.api_token)) AS v(x)

--@postgres refused
SELECT v.x FROM customers c CROSS JOIN LATERAL (VALUES ((SELECT combination FROM vault LIMIT 1))) AS v(x)

--@postgres masked
SELECT c.id, v.x FROM customers c CROSS JOIN LATERAL (VALUES (c.phone), (c.iban)) AS v(x)

--@duckdb refused G13
SELECT email.list_transform(lambda x: x || '_') FROM customers

--@duckdb refused G13
SELECT notes.regexp_matches('a') FROM customers

--@duckdb masked
SELECT api_token.strlen() FROM customers

--@duckdb refused
SELECT plan.getenv() FROM customers

--@duckdb refused
SELECT id.peek() FROM customers

--@duckdb refused
SELECT main.peek(1) FROM (SELECT plan AS main FROM customers)

--@duckdb refused
SELECT plan.read_text() FROM customers

--@duckdb refused
SELECT plan.query('SELECT email FROM customers') FROM customers

--@duckdb refused
SELECT json_extract(email, '$[*].a') FROM customers

--@mysql refused G13
SELECT JSON_EXTRACT(notes, '$[*]') FROM customers

--@duckdb refused G13
SELECT x.n FROM customers c, (SELECT length(c.notes) AS n) x

--@duckdb masked
SELECT x.t FROM customers c, (SELECT c.api_token AS t) x

--@duckdb masked
SELECT c.id, x.e FROM customers c, (SELECT max(email) AS e FROM customers d WHERE d.id = c.id) x

--@sqlite refused G13
SELECT id FROM customers WHERE (email, plan) IN (VALUES ('a', 'free'), ('b', 'pro'))

--@sqlite masked
SELECT id FROM customers WHERE (api_token, plan) IN (VALUES ('a', 'free'), ('b', 'pro'))

--@sqlite refused
SELECT id FROM customers WHERE (plan, id) IN (VALUES ((SELECT combination FROM vault), 1), ('b', 2))

--@postgres refused G07
SELECT lpad(plan, 1000000000) FROM customers

--@postgres refused G07
SELECT lpad(plan, id * 1000000) FROM customers

--@postgres refused G07
SELECT replace(repeat('a', 1000), 'a', repeat('b', 1000)) FROM customers

--@mysql refused G07
SELECT RPAD(plan, 100000000, 'x') FROM customers

--@mysql refused G07
SELECT REPLACE(SPACE(1000), ' ', REPEAT('b', 1000)) FROM customers

--@duckdb refused G13
PIVOT customers ON email IN ('a') USING count(*) GROUP BY plan

--@duckdb masked
PIVOT customers ON plan IN ('free') USING coalesce(max(api_token), 'x') GROUP BY region

--@duckdb refused G13
PIVOT customers ON plan IN ('free') USING length(max(email)) GROUP BY region
