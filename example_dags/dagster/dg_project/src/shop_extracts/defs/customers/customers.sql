SELECT id, email, plan, notes FROM customers
