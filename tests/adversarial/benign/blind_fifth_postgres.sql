--@postgres released
-- stg_orders: typed and renamed
with source as (
    select * from orders
),
renamed as (
    select
        id                                   as order_id,
        customer_id,
        amount::numeric(12, 2)               as order_amount,
        (amount * 100)::bigint               as order_amount_cents,
        lower(trim(status))                  as order_status,
        placed_at                            as ordered_at,
        placed_at::date                      as ordered_date,
        case when status in ('refunded') then true else false end as is_refunded
    from source
)
select * from renamed

--@postgres released
select md5(concat_ws('|', coalesce(plan, ''), coalesce(region, ''), coalesce(country, ''))) as segment_key,
       plan, region, country, count(*) as customers, current_date >= date '2020-01-01' as loaded
from customers group by plan, region, country

--@postgres released
with versions as (
    select customer_id, status, placed_at as valid_from,
           lead(placed_at) over (partition by customer_id order by placed_at, id) as valid_to
    from orders
)
select customer_id, status, valid_from, coalesce(valid_to, timestamp '9999-12-31') as valid_to, valid_to is null as is_current
from versions

--@postgres released
select coalesce(a.customer_id, b.customer_id) as customer_id, a.n as orders_n, b.n as events_n,
       case when a.customer_id is null then 'events only' when b.customer_id is null then 'orders only' else 'both' end as side
from (select customer_id, count(*) n from orders group by 1) a
full outer join (select customer_id, count(*) n from events group by 1) b on a.customer_id = b.customer_id

--@postgres released
with spine as (
    select generate_series(date_trunc('month', min(placed_at)), date_trunc('month', max(placed_at)), interval '1 month')::date as month from orders
)
select s.month, p.plan, count(o.id) as orders
from spine s cross join (select distinct plan from customers) p
left join customers c on c.plan = p.plan
left join orders o on o.customer_id = c.id and date_trunc('month', o.placed_at)::date = s.month
group by s.month, p.plan

--@postgres released
-- point in time features: what was known at the event
select e.id as event_id, e.customer_id, e.occurred_at,
       (select count(*) from orders o where o.customer_id = e.customer_id and o.placed_at < e.occurred_at) as orders_before,
       (select coalesce(sum(o.amount), 0) from orders o where o.customer_id = e.customer_id and o.placed_at between e.occurred_at - interval '30 days' and e.occurred_at) as spend_30d
from events e

--@postgres released
select customer_id,
       count(*) filter (where occurred_at >= timestamp '2026-03-28' - interval '7 days')  as events_7d,
       count(*) filter (where occurred_at >= timestamp '2026-03-28' - interval '14 days') as events_14d,
       count(distinct kind) as kinds,
       count(distinct date_trunc('day', occurred_at)) as active_days,
       max(occurred_at) - min(occurred_at) as tenure
from events group by customer_id

--@postgres released
select id, (plan = 'free')::int as plan_free, (plan = 'pro')::int as plan_pro, (plan = 'team')::int as plan_team,
       coalesce((region = 'north')::int, 0) as region_north
from customers order by id

--@postgres released
with stats as (select avg(amount) as mu, stddev_pop(amount) as sigma from orders)
select o.id, o.amount, round((o.amount - s.mu) / nullif(s.sigma, 0), 4) as z, abs(o.amount - s.mu) > 1.5 * s.sigma as is_outlier
from orders o cross join stats s

--@postgres released
with q as (
    select percentile_cont(0.25) within group (order by amount) as q1, percentile_cont(0.75) within group (order by amount) as q3 from orders
)
select id, amount from orders, q where amount < q1 - 1.5 * (q3 - q1) or amount > q3 + 1.5 * (q3 - q1) or amount between q1 and q3

--@postgres released
-- gaps and islands: streaks of days with events
with days as (select distinct customer_id, occurred_at::date as d from events),
grp as (select customer_id, d, d - (row_number() over (partition by customer_id order by d))::int as g from days)
select customer_id, min(d) as streak_start, max(d) as streak_end, count(*) as len from grp group by customer_id, g

--@postgres released
-- funnel
with steps as (
    select customer_id,
           min(occurred_at) filter (where kind = 'view')  as viewed,
           min(occurred_at) filter (where kind = 'click') as clicked,
           min(occurred_at) filter (where kind = 'buy')   as bought
    from events group by customer_id
)
select count(*) as total, count(viewed) as viewed, count(case when clicked > viewed then 1 end) as clicked_after,
       count(case when bought > clicked and clicked > viewed then 1 end) as bought_after,
       round(100.0 * count(bought) / nullif(count(viewed), 0), 1) as conversion
from steps

--@postgres released
-- basket: skus bought together
select a.sku as sku_a, b.sku as sku_b, count(*) as together
from (select o.id, i ->> 'sku' as sku from orders o, jsonb_array_elements(o.items) i) a
join (select o.id, i ->> 'sku' as sku from orders o, jsonb_array_elements(o.items) i) b on a.id = b.id and a.sku < b.sku
group by 1, 2 order by 3 desc, 1, 2

--@postgres released
select 'customers' as tbl, 'region' as col, count(*) as n, count(*) - count(region) as nulls, count(distinct region) as uniq from customers
union all select 'customers', 'plan', count(*), count(*) - count(plan), count(distinct plan) from customers
union all select 'orders', 'amount', count(*), count(*) - count(amount), count(distinct amount) from orders

--@postgres released
-- orphans
select o.id from orders o left join customers c on c.id = o.customer_id where c.id is null

--@postgres released
select id, count(*) from customers group by id having count(*) > 1

--@postgres released
select sum(amount) as gross, sum(amount) filter (where status <> 'refunded') as net, max(placed_at) as freshness,
       extract(epoch from timestamp '2026-07-01' - max(placed_at)) / 3600 as hours_old
from orders

--@postgres released
-- pareto
select customer_id, total, sum(total) over (order by total desc, customer_id) / sum(total) over () as cum_share,
       case when sum(total) over (order by total desc, customer_id) / sum(total) over () <= 0.8 then 'A' else 'B' end as abc
from (select customer_id, sum(amount) as total from orders group by customer_id) t

--@postgres released
select plan, avg(score) as mean_score, count(*) as n, sum(case when active then 1 else 0 end)::float / count(*) as active_rate,
       (sum(case when active then 1 else 0 end) + 10 * (select avg(active::int) from customers)) / (count(*) + 10) as smoothed
from customers group by plan

--@postgres released
select distinct first_value(id) over w as cheapest, last_value(id) over (w rows between unbounded preceding and unbounded following) as dearest, status
from orders window w as (partition by status order by amount, id)

--@postgres released
select to_char(occurred_at, 'IYYY-"W"IW') as iso_week, count(distinct customer_id) as wau, count(*)::numeric / count(distinct customer_id) as per_user
from events group by 1

--@postgres released
select c.id, c.full_name, c.email, array_agg(distinct e.kind order by e.kind) as kinds, jsonb_agg(distinct e.payload ->> 'page') as pages
from customers c join events e on e.customer_id = c.id
group by c.id, c.full_name, c.email

--@postgres released
select id, jsonb_path_query_array(items, '$[*].sku') as skus, jsonb_path_exists(items, '$[*] ? (@.qty > 2)') as bulk,
       items @> '[{"qty": 2}]' as has_two, jsonb_typeof(items) as t, items #> '{0,sku}' as first_sku, items -> -1 as last_item
from orders

--@postgres released
select id, attrs || '{"seen": true}'::jsonb as merged, attrs - 'langs' as slim, attrs #- '{flags,beta}' as noflag, attrs ? 'tier' as has_tier,
       attrs ?| array['x', 'tier'] as any_key, jsonb_set(attrs, '{tier}', '9') as upgraded, (attrs -> 'tier')::int + 1 as next_tier
from customers

--@postgres released
select region, string_agg(plan || ':' || n, ', ' order by n desc, plan) as mix
from (select region, plan, count(*) as n from customers group by region, plan) t group by region

--@postgres released
with ranked as (select *, rank() over (partition by customer_id order by amount desc) as rk from orders)
select customer_id, id, amount from ranked where rk = 1

--@postgres released
select date_trunc('week', placed_at)::date as wk, sum(amount) as rev,
       avg(sum(amount)) over (order by date_trunc('week', placed_at) rows between 3 preceding and current row) as ma4,
       sum(amount) - lag(sum(amount)) over (order by date_trunc('week', placed_at)) as wow,
       sum(sum(amount)) over (partition by date_trunc('month', date_trunc('week', placed_at)) order by date_trunc('week', placed_at)) as mtd
from orders group by date_trunc('week', placed_at)

--@postgres released
select hashtext(id::text) % 10 as bucket_raw, abs(('x' || substr(md5(id::text), 1, 8))::bit(32)::int) % 10 < 8 as is_train from customers

--@postgres released
select c.id from customers c where c.id = any (array[1, 5, 9]) or c.plan = any (string_to_array('pro,team', ','))

--@postgres released
select id, created_at at time zone 'UTC' at time zone 'Europe/Berlin' as local_created, (created_at at time zone 'UTC')::date as d,
       timezone('America/New_York', created_at) as ny, created_at + make_interval(days => 30) as trial_end, date_trunc('quarter', created_at) as q
from customers

--@postgres released
select * from customers c where not exists (select from orders o where o.customer_id = c.id) limit 100

--@postgres released
select t.* from (select o.id, o.amount, count(*) over (partition by o.customer_id) as n_customer_orders from orders o) t where n_customer_orders between 2 and 3

--@postgres released
select s.band, count(c.id) as n from (values (0, 250, 'low'), (250, 750, 'mid'), (750, 1001, 'high')) as s (lo, hi, band)
left join customers c on c.balance >= s.lo and c.balance < s.hi group by s.band

--@postgres released
select customer_id, array_agg(amount order by placed_at, id) as amounts, (array_agg(status order by placed_at desc, id desc))[1] as last_status,
       (array_agg(id order by placed_at, id))[1:3] as first_three
from orders group by customer_id

--@postgres released
select r.title, c.* from regions r join lateral (select plan, count(*) as n from customers c where c.region = r.region group by plan order by n desc, plan limit 1) c on true

--@postgres released
select a.id as a, b.id as b from customers a join customers b on a.email = b.email and a.id < b.id

--@postgres released
select e.kind, count(*) as n, sum(count(*)) over () as total, count(*) / sum(count(*)) over () as share, ratio_to.r
from events e cross join (select count(*)::numeric / 100 as r from events) ratio_to group by e.kind, ratio_to.r

--@postgres released
select percentile_disc(array[0.5, 0.9, 0.99]) within group (order by (payload ->> 'ms')::numeric) as ps, rank(100) within group (order by (payload ->> 'ms')::numeric) as hyp from events

--@postgres released
select id, format('%s/%s', plan, coalesce(region, '-')) as label, translate(country, 'DE', 'de') as cc, ascii(plan) as a, chr(65 + id % 26) as letter,
       repeat('*', 3) as stars, reverse(plan) as rev, overlay(plan placing 'X' from 1 for 1) as ov, btrim('  x ') as bt, rpad(plan, 6, '.') as padded,
       strpos(plan, 'e') as e_at, starts_with(plan, 'p') as p, to_hex(id) as hx, encode(convert_to(plan, 'UTF8'), 'base64') as b64
from customers

--@postgres released
select regexp_split_to_table('a,b,c', ',') as part, id from customers where id < 3

--@postgres released
select (regexp_matches(payload ->> 'page', '/p/(\d)'))[1] as page_no, regexp_match(kind, '^(.)') as first, count(*) over () as n from events

--@postgres released
with recursive months(m) as (select date '2026-01-01' union all select (m + interval '1 month')::date from months where m < date '2026-12-01')
select m, extract(days from (m + interval '1 month - 1 day')) as days_in_month, count(o.id) as orders from months left join orders o on o.placed_at >= m and o.placed_at < m + interval '1 month' group by m

--@postgres released
with recursive up as (select id, referrer_id, id as start from customers union all select c.id, c.referrer_id, up.start from customers c join up on c.id = up.referrer_id)
select start, count(*) - 1 as ancestors, min(id) as root from up group by start

--@postgres released
select region, plan, sum(balance) as b from customers group by grouping sets ((region, plan), (region), (plan), ()) having grouping(region) = 0 or grouping(plan) = 0

--@postgres released
select o.status, date_trunc('month', o.placed_at) as m, sum(o.amount) filter (where c.plan = 'free') as free, sum(o.amount) filter (where c.plan <> 'free') as paid
from orders o inner join customers c using (id) group by rollup (o.status, date_trunc('month', o.placed_at))

--@postgres released
select json_build_object('id', c.id, 'orders', (select coalesce(json_agg(json_build_object('id', o.id, 'amount', o.amount) order by o.id), '[]'::json) from orders o where o.customer_id = c.id)) as doc from customers c

--@postgres released
select row_to_json(t) as doc from (select id, plan, region from customers where active) t

--@postgres released
select x.id, x.key, x.value from (select id, (jsonb_each_text(attrs)).* from customers) x

--@postgres released
select u.nr, u.tag, c.id from customers c, unnest(c.tags) with ordinality as u(tag, nr)

--@postgres released
select a.n, b.m, r.region from unnest(array[1, 2, 3]) as a(n) cross join unnest(array['x', 'y']) b(m) cross join regions r

--@postgres released
select id, balance::text || ' EUR' as shown, to_char(balance, 'FM999G990D00') as fmt, cast(balance as integer) as i, balance::double precision / 3 as third, round(balance::numeric, 1) as r1 from customers

--@postgres released
select * from orders where (customer_id, placed_at) in (select customer_id, max(placed_at) from orders group by customer_id)

--@postgres released
select count(*) as pairs from customers a, customers b where a.region = b.region and a.id <> b.id

--@postgres released
select coalesce(nullif(trim(both ' ' from region), ''), 'unknown') as region, count(*) from customers group by 1 order by 2 desc, 1 fetch first 3 rows with ties

--@postgres released
select lag(id, 2) over (order by id) as lag2, lead(id, 1, -1) over (order by id) as nxt, nth_value(id, 3) over (order by id) as third, id from customers order by id desc offset 5 limit 10
