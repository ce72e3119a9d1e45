--@sqlite released
with src as (select * from orders), typed as (
  select id as order_id, customer_id, cast(amount * 100 as integer) as cents, lower(trim(status)) as status, date(placed_at) as day from src
)
select * from typed

--@sqlite released
select customer_id, status, placed_at as valid_from, lead(placed_at, 1, '9999-12-31') over (partition by customer_id order by placed_at, id) as valid_to from orders

--@sqlite released
select e.id, (select count(*) from orders o where o.customer_id = e.customer_id and o.placed_at < e.occurred_at) as before,
       (select total(amount) from orders o where o.customer_id = e.customer_id and o.placed_at >= datetime(e.occurred_at, '-30 days')) as spend from events e

--@sqlite released
select id, plan = 'free' as plan_free, plan = 'pro' as plan_pro, plan = 'team' as plan_team from customers

--@sqlite released
with s as (select avg(amount) mu, avg(amount * amount) - avg(amount) * avg(amount) v from orders)
select id, (amount - mu) / sqrt(v) as z from orders, s where abs(amount - mu) > 0.5 * sqrt(v)

--@sqlite released
with d as (select distinct customer_id, date(occurred_at) as day from events),
g as (select customer_id, day, julianday(day) - row_number() over (partition by customer_id order by day) as grp from d)
select customer_id, min(day) as first, max(day) as last, count(*) as n from g group by customer_id, grp

--@sqlite released
select count(*) as total, sum(v) as viewed, sum(c) as clicked, sum(b) as bought, round(100.0 * sum(b) / sum(v), 1) as rate
from (select customer_id, max(kind = 'view') v, max(kind = 'click') c, max(kind = 'buy') b from events group by customer_id)

--@sqlite released
select a.value ->> 'sku' as a, b.value ->> 'sku' as b, count(*) as n
from orders o, json_each(o.items) a, json_each(o.items) b where a.key < b.key group by 1, 2

--@sqlite released
select 'region' as col, count(*) as n, sum(region is null) as nulls, count(distinct region) as uniq from customers
union all select 'plan', count(*), sum(plan is null), count(distinct plan) from customers

--@sqlite released
select o.id from orders o left join customers c on c.id = o.customer_id where c.id is null

--@sqlite released
select customer_id, total, sum(total) over (order by total desc, customer_id) / sum(total) over () as share
from (select customer_id, sum(amount) as total from orders group by customer_id)

--@sqlite released
select strftime('%Y-W%W', occurred_at) as week, count(distinct customer_id) as wau, 1.0 * count(*) / count(distinct customer_id) as per_user from events group by week

--@sqlite released
select c.id, c.email, c.full_name, count(e.id) as n, min(e.occurred_at) as first, max(e.occurred_at) as last from customers c left join events e on e.customer_id = c.id group by c.id

--@sqlite released
select id, json_set(attrs, '$.tier', 9) as up, json_remove(attrs, '$.langs') as slim, json_type(attrs, '$.flags') as t, json_patch(attrs, '{"seen": true}') as merged,
       json_insert(attrs, '$.x', 1) as ins, json_replace(attrs, '$.tier', 5) as rep, json_valid(attrs) as ok
from customers

--@sqlite released
select * from (select o.*, rank() over (partition by customer_id order by amount desc) as rk, dense_rank() over (order by amount desc) as dr from orders o) where rk = 1 and dr < 50

--@sqlite released
select date(placed_at, 'weekday 1', '-7 days') as monday, sum(amount) as rev, avg(sum(amount)) over (order by date(placed_at, 'weekday 1', '-7 days') rows 3 preceding) as ma from orders group by monday

--@sqlite released
select id % 10 < 8 as is_train, abs(id * 2654435761 % 100) as bucket from customers

--@sqlite released
select case when balance < 250 then 'low' when balance < 750 then 'mid' else 'high' end as band, count(*) as n, min(balance) as lo, max(balance) as hi from customers group by 1 order by 1

--@sqlite released
select id, coalesce(nullif(trim(region), ''), 'unknown') as region, country || '/' || plan as seg, ltrim('007', '0') as l, rtrim('1.500', '0') as r, substr(placed, 1, 7) as ym
from (select id, region, country, plan, created_at as placed from customers)

--@sqlite released
with recursive up(start, id, referrer_id) as (select id, id, referrer_id from customers union all select up.start, c.id, c.referrer_id from customers c, up where c.id = up.referrer_id)
select start, count(*) - 1 as depth from up group by start

--@sqlite released
with recursive cnt(x) as (select 1 union all select x + 1 from cnt limit 24) select x as hour, count(e.id) as n from cnt left join events e on cast(strftime('%H', e.occurred_at) as integer) = x - 1 group by x

--@sqlite released
select * from orders where (customer_id, placed_at) in (select customer_id, max(placed_at) from orders group by customer_id)

--@sqlite released
select distinct status, first_value(id) over (partition by status order by amount, id) as cheapest, last_value(id) over (partition by status order by amount, id rows between current row and unbounded following) as dearest from orders

--@sqlite released
select region, group_concat(plan || ':' || n, ', ') as mix from (select region, plan, count(*) as n from customers group by region, plan order by region, n desc, plan) group by region

--@sqlite released
select id from customers intersect select customer_id from events union select 0 order by 1

--@sqlite released
select a.id, b.id as other from customers a join customers b on a.email = b.email and a.id < b.id

--@sqlite released
select c.id, exists (select 1 from orders o where o.customer_id = c.id and o.status = 'refunded') as had_refund, (select max(amount) from orders o where o.customer_id = c.id) as top from customers c

--@sqlite released
select sum(case when strftime('%m', placed_at) = '02' then amount end) as feb, sum(case when strftime('%m', placed_at) = '03' then amount end) as mar, status from orders group by status having count(*) > 1

--@sqlite released
select count(*) filter (where amount > 100) * 1.0 / count(*) as share_big, max(amount) - min(amount) as spread, group_concat(distinct status) as st from orders where customer_id = 5

--@sqlite released
select id, round(balance / 3, 2) as third, cast(balance as text) || ' EUR' as shown, balance between 100 and 200 as mid, not active as off, ~id as inv, id << 1 as dbl, id & 3 as low from customers

--@sqlite released
select lag(id, 2) over (order by id) as l2, lead(id, 1, -1) over (order by id) as n1, cume_dist() over (order by balance) as cd, id from customers order by id limit 10 offset 5

--@sqlite released
select name, total_n from (select plan as name, count(*) as total_n from customers group by plan union all select 'all', count(*) from customers) order by total_n desc, name

--@sqlite released
select e.kind, json_group_array(distinct e.payload ->> '$.page') as pages from (select * from events order by id) e group by e.kind

--@sqlite released
select json_object('id', c.id, 'orders', (select json_group_array(json_object('id', o.id, 'amount', o.amount)) from (select * from orders where customer_id = c.id order by id) o)) as doc from customers c

--@sqlite released
select t.value as tag, c.id, t.key as nr from customers as c, json_each(c.tags) as t where t.value not in ('eu')

--@sqlite released
select customer_id, amount, sum(amount) over (partition by customer_id order by julianday(placed_at) range between 30 preceding and current row) as s30,
       count(*) over (partition by customer_id order by placed_at groups between 1 preceding and 1 following) as g, avg(amount) over (order by id rows between 2 preceding and 2 following exclude current row) as around
from orders

--@sqlite released
select max(occurred_at) as newest, (julianday('2026-04-01') - julianday(max(occurred_at))) * 24 as hours_old, count(distinct date(occurred_at)) as days from events

--@sqlite released
select strftime('%s', placed_at) - strftime('%s', lag(placed_at) over (partition by customer_id order by placed_at, id)) as gap_s, id from orders

--@sqlite released
select "Title" as title, upper(substr("Title", 1, 1)) as initial, "ownerEmail" from "Campaigns" where "Id" in (1, 3, 5)

--@sqlite released
select c.plan, o.status, count(*) as n from customers c inner join orders o on o.customer_id = c.id where o.placed_at >= '2026-03-01' and c.created_at < o.placed_at group by c.plan, o.status

--@sqlite released
with totals(customer_id, total) as materialized (select customer_id, sum(amount) from orders group by 1) select ntile(10) over (order by total, customer_id) as decile, customer_id from totals

--@sqlite released
select date('2026-01-01', '+' || (id - 1) || ' days') as day from customers where id <= 31

--@sqlite released
select id, ip from orders where ip is not null and status = 'open' order by placed_at desc, id limit 20

--@sqlite released
select count(*) from customers a join customers b on a.region = b.region and a.id <> b.id

--@sqlite released
select birth_date, count(*) as n from customers group by birth_date having n >= 1 order by birth_date
