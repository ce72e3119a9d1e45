with spent as (
    select customer_id, count(*) as orders, sum(amount) as spent
    from {{ ref('stg_orders') }}
    group by customer_id
)

select
    c.customer_id,
    c.email as contact,
    c.plan,
    year(c.birth_date) as birth_year,
    coalesce(s.orders, 0) as orders,
    coalesce(s.spent, 0) as spent
from {{ ref('stg_customers') }} as c
left join spent as s using (customer_id)
