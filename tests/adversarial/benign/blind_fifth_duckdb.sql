--@duckdb released
with src as (from orders), typed as (
  select id as order_id, customer_id, amount::double as amount, (amount * 100)::int as cents, trim(lower(status)) as status, placed_at::date as day from src
)
from typed

--@duckdb released
select md5(concat_ws('|', plan, coalesce(region, ''), country)) as segment_key, any_value(plan) as plan, count(*) as n from customers group by all

--@duckdb released
select customer_id, status, placed_at as valid_from, coalesce(lead(placed_at) over (partition by customer_id order by placed_at, id), '9999-12-31'::timestamp) as valid_to
from orders qualify valid_from < valid_to

--@duckdb released
select coalesce(a.customer_id, b.customer_id) as customer_id, a.n as orders_n, b.n as events_n
from (select customer_id, count(*) as n from orders group by customer_id) a full join (select customer_id, count(*) as n from events group by customer_id) b using (customer_id)

--@duckdb released
select m.month::date as month, p.plan, count(o.id) as orders
from generate_series(timestamp '2026-02-01', timestamp '2026-05-01', interval 1 month) m(month)
cross join (select distinct plan from customers) p
left join customers c on c.plan = p.plan
left join orders o on o.customer_id = c.id and date_trunc('month', o.placed_at) = m.month
group by all

--@duckdb released
select unnest(generate_series(min(placed_at)::date, max(placed_at)::date, interval '1 day'))::date as day from orders

--@duckdb released
select e.id, count(o.id) as orders_before, coalesce(sum(o.amount) filter (where o.placed_at >= e.occurred_at - interval 30 day), 0) as spend_30d
from events e left join orders o on o.customer_id = e.customer_id and o.placed_at < e.occurred_at group by e.id

--@duckdb released
select id, (plan = 'free')::tinyint as is_free, plan in ('pro', 'team') as is_paid, coalesce(region = 'north', false)::int as north from customers

--@duckdb released
with s as (select avg(amount) as mu, stddev_pop(amount) as sd from orders) select id, round((amount - mu) / sd, 4) as z from orders, s

--@duckdb released
with q as (select quantile_cont(amount, 0.25) as q1, quantile_cont(amount, 0.75) as q3 from orders) select id from orders, q where amount not between q1 and q3

--@duckdb released
with d as (select distinct customer_id, occurred_at::date as day from events),
g as (select *, day - row_number() over (partition by customer_id order by day)::int as grp from d)
select customer_id, min(day) as start, max(day) as stop, count(*) as len from g group by customer_id, grp

--@duckdb released
select count(*) as total, count(viewed) as viewed, count_if(clicked > viewed) as clicked, round(100 * count(bought) / count(*), 1) as pct
from (select customer_id, min(occurred_at) filter (kind = 'view') as viewed, min(occurred_at) filter (kind = 'click') as clicked, min(occurred_at) filter (kind = 'buy') as bought from events group by customer_id)

--@duckdb released
with lines as (select id, unnest(json_extract_string(items, '$[*].sku')) as sku from orders)
select a.sku as a, b.sku as b, count(*) as together from lines a join lines b on a.id = b.id and a.sku < b.sku group by all order by all

--@duckdb released
select count(*) as n, count(*) - count(COLUMNS(* exclude (email, full_name, notes, api_token, phone, birth_date, score, national_id, iban, profile, aliases))) from customers

--@duckdb released
select max(COLUMNS('^(balance|id)$')) as 'max_\0' from customers

--@duckdb released
select customer_id, total, sum(total) over (order by total desc, customer_id) / sum(total) over () as cum
from (select customer_id, sum(amount) as total from orders group by 1) qualify cum <= 0.8

--@duckdb released
select plan, avg(active::int) as rate, (sum(active::int) + 10 * (select avg(active::int) from customers)) / (count(*) + 10) as smoothed from customers group by plan

--@duckdb released
select strftime(occurred_at, '%G-W%V') as iso_week, count(distinct customer_id) as wau, count(*) / count(distinct customer_id) as per_user from events group by 1

--@duckdb released
select c.id, c.email, list(distinct e.kind order by e.kind) as kinds, count(*) as n from customers c join events e on e.customer_id = c.id group by c.id, c.email

--@duckdb released
select id, items -> '$[0].sku' as first_sku, items ->> '$[0].sku' as sku_text, json_type(items) as t, json_keys(attrs_) as ks from (select o.id, o.items, c.attrs as attrs_ from orders o join customers c on c.id = o.customer_id)

--@duckdb released
select date_trunc('week', placed_at) as wk, sum(amount) as rev, avg(rev) over (order by wk rows between 3 preceding and current row) as ma4 from orders group by wk

--@duckdb released
select *, lag(amount) over w as prev, amount - prev as delta from (select id, customer_id, amount, placed_at from orders) window w as (partition by customer_id order by placed_at, id)

--@duckdb released
select s.band, count(c.id) as n from (values (0, 250, 'low'), (250, 750, 'mid'), (750, 1001, 'high')) s(lo, hi, band) left join customers c on c.balance >= s.lo and c.balance < s.hi group by s.band

--@duckdb released
select customer_id, list(amount order by placed_at, id) as amounts, list(status order by placed_at desc, id desc)[1] as last_status, list(id order by id)[:3] as three, list_avg(list(amount)) as m from orders group by customer_id

--@duckdb released
select array_agg(id order by balance desc, id)[1] as top, max(balance) as b, plan from customers group by plan

--@duckdb released
pivot orders on status in ('paid', 'open', 'refunded') using sum(amount) as total, count(*) as n group by customer_id

--@duckdb released
from (pivot (select plan, region, id from customers where region is not null) on region in ('north', 'south', 'west') using count(id)) select plan, north + south + west as all_regions

--@duckdb released
unpivot (select id, balance, referrer_id::decimal(10,2) as referrer from customers) on balance, referrer into name feature value val

--@duckdb released
with recursive months(m) as (select date '2026-01-01' union all select (m + interval 1 month)::date from months where m < date '2026-12-01') select m, last_day(m) as eom, day(last_day(m)) as days, count(o.id) as n from months left join orders o on date_trunc('month', o.placed_at) = m group by m

--@duckdb released
with recursive up as (select id, referrer_id, id as start, [id] as path from customers union all select c.id, c.referrer_id, up.start, list_append(up.path, c.id) from customers c join up on c.id = up.referrer_id)
select start, max(len(path)) as depth, arg_max(path, len(path)) as longest from up group by start

--@duckdb released
select x.id, x.e.key as k, x.e.value as v from (select id, unnest(map_entries(map {'tier': attrs ->> 'tier', 'plan': plan})) as e from customers) x

--@duckdb released
select id, list_zip(tags, range(len(tags))) as numbered, list_sort(tags, 'desc') as sorted, list_position(tags, 'vip') as at, array_has_any(tags, ['vip', 'eu']) as premium, tags[1:2] as two, tags || ['x'] as more from customers

--@duckdb released
select id, {'plan': plan, 'geo': {'country': country, 'region': region}} as doc from customers where id <= 5

--@duckdb released
select regexp_split_to_array('a,b', ',') as parts, string_split(country || '-' || plan, '-')[2] as p, replace(plan, 'e', '3') as leet, lpad(id::varchar, 5, '0') as code, left(plan, 2) as l2, plan.upper() as u, id::varchar || '!' as s from customers

--@duckdb released
select * from (select * exclude (id), id as customer_key from customers where active) where balance > 100

--@duckdb released
select o.*, c.plan, c.email from orders o left join customers c on o.customer_id = c.id where o.placed_at >= '2026-03-01'::date and c.region is not distinct from 'north'

--@duckdb released
select cast(e.payload ->> 'ms' as integer) as ms, histogram(kind) over (partition by customer_id) as h, e.id from events e

--@duckdb released
select approx_quantile(balance, 0.5) between min(balance) and max(balance) as ok, corr(balance, id) as r, regr_slope(balance, id) as slope, covar_pop(balance, id) as cov, bit_xor(id) as x from customers

--@duckdb released
select id, row_number() over (order by balance desc, id) as rn, ntile(4) over (order by balance, id) as quartile, sum(balance) over (order by id rows between unbounded preceding and 1 preceding) as before from customers order by rn limit 5

--@duckdb released
select distinct on (customer_id) customer_id, id, amount from orders order by customer_id, amount desc, id

--@duckdb released
select count(*) as n from customers where email is null union all select count(*) from orders where contact_email is null

--@duckdb released
select age(timestamp '2026-06-01', created_at) as age, date_part('year', created_at) as y, created_at::date - date '2026-01-01' as day_no, epoch_ms(created_at) as ms, make_date(2026, month(created_at), 1) as m, dayofweek(created_at) as dow, weekofyear(created_at) as w from customers

--@duckdb released
select list_transform(range(3), lambda i: i * id) as mult, [i * 2 for i in range(4)] as evens, list_filter([1, 2, 3], lambda v: v > 1) as big from customers where id < 3

--@duckdb released
select grouping(region) as g, region, plan, sum(balance) from customers group by grouping sets ((region, plan), (region), ())

--@duckdb released
select * from customers anti join orders on customers.id = orders.customer_id

--@duckdb released
select customers.id, plan from customers semi join (select customer_id as id from orders where status = 'refunded') r using (id)

--@duckdb released
select c.id, o.id as order_id, o.amount from customers c cross join lateral (select id, amount from orders where customer_id = c.id order by amount desc, id limit 2) o

--@duckdb released
select case when balance >= 500 then 'hi' else 'lo' end as band, count(*), avg(balance)::decimal(10,2) as m, mode(plan) as p from customers group by band having count(*) > 1 order by band

--@duckdb released
select id, try_cast(replace(country, 'DE', '1') as integer) as n, isnan(balance::double) as nan, greatest(balance, 10, 20) as g, id ** 2 as sq, id % 7 as m, @(id - 20) as a, xor(id, 1) as x, 10 / 4 as f, 10 // 4 as i from customers
