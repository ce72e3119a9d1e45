--@all released
SELECT id, CASE WHEN active THEN email END AS active_email FROM customers

--@all released
SELECT id, CASE WHEN plan = 'free' THEN NULL ELSE email END AS paying_email FROM customers

--@all released
SELECT o.id, CASE WHEN o.status = 'open' THEN o.contact_email ELSE c.email END AS mail FROM orders o JOIN customers c ON c.id = o.customer_id

--@all released
SELECT customer_id, id, FIRST_VALUE(contact_email) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS first_email FROM orders

--@all released
SELECT customer_id, id, LAG(contact_email) OVER (PARTITION BY customer_id ORDER BY placed_at, id) AS prev_email FROM orders

--@all released
SELECT customer_id, MAX(CASE WHEN status = 'paid' THEN contact_email END) AS paid_email FROM orders GROUP BY customer_id

--@all released
SELECT COUNT(DISTINCT CASE WHEN status = 'paid' THEN contact_email END) AS paying FROM orders

--@all released
SELECT id, CASE WHEN contact_email = LAG(contact_email) OVER (PARTITION BY customer_id ORDER BY placed_at, id) THEN 0 ELSE 1 END AS changed FROM orders

--@duckdb released
SELECT arg_max(contact_email, (placed_at, id)) AS last_mail, customer_id FROM orders GROUP BY customer_id

--@duckdb released
SELECT md5(concat_ws('-', id, plan)) AS sk, email, if(active, email, NULL) AS am FROM customers

--@mysql released
SELECT a.id, IF(a.active, a.email, NULL) AS m FROM customers a

--@mysql released
SELECT COUNT(DISTINCT IF(active, email, NULL)) AS a FROM customers

--@sqlite released
SELECT a.id, iif(a.active, a.email, NULL) AS m FROM customers a
