select id as customer_id, lower(email) as email, phone, birth_date, plan, notes
from {{ source('raw', 'customers') }}
where plan <> '{{ var("left_out_plan", "internal") }}'
