--@postgres refused
SELECT row_to_json(c) FROM customers c
--@postgres refused
SELECT to_jsonb(t) FROM (SELECT id, email FROM customers) t
--@postgres refused
SELECT json_agg(t.*) FROM (SELECT id, notes FROM customers) t
--@postgres masked
SELECT jsonb_agg(t ORDER BY t.id) FROM (SELECT id, api_token FROM customers) t
--@postgres refused
SELECT to_jsonb(c) -> 'email' FROM customers AS c
--@postgres refused
SELECT row_to_json(email) FROM customers
--@postgres refused
SELECT id FROM customers WHERE email <> ALL (ARRAY['a', 'b'])
--@postgres refused
SELECT encode(sha256(email::bytea), 'hex') FROM customers
--@postgres refused
SELECT encode(email::bytea, 'base64') FROM customers
--@postgres refused
SELECT E'\x27 || email || \x27' FROM customers
--@postgres refused
SELECT E'caf\xe9' FROM customers
--@postgres refused
SELECT E'a'
'\\' FROM customers
--@postgres refused
SELECT E'a\101' FROM customers
--@postgres refused
SELECT quote_literal(email) FROM customers
--@postgres refused
SELECT c.id, lower(c.email) FROM customers c GROUP BY c.id
--@postgres refused G13
SELECT id FROM customers WHERE email > ALL (ARRAY['a', 'b'])
--@postgres refused G13
SELECT id FROM customers WHERE plan <> ALL (ARRAY[email, 'b'])
