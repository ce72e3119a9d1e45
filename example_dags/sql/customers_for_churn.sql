-- Parameters are bound: write :since, never '{{ ds }}'.
SELECT c.id, c.email, c.plan, c.region, c.birth_date, c.notes, c.card_number,
       o.placed_at, o.amount, o.status
FROM customers AS c
JOIN orders AS o ON o.customer_id = c.id
WHERE c.created_at >= :since
