--@mysql released
with src as (select * from orders), typed as (
  select id as order_id, customer_id, cast(amount * 100 as signed) as cents, lower(trim(status)) as status, date(placed_at) as day from src
)
select * from typed

--@mysql released
select md5(concat_ws('|', plan, coalesce(region, ''), country)) as segment_key, plan, region, country, count(*) as n from customers group by plan, region, country

--@mysql released
select customer_id, status, placed_at as valid_from, coalesce(lead(placed_at) over (partition by customer_id order by placed_at, id), '9999-12-31') as valid_to from orders

--@mysql released
select a.customer_id, a.n as orders_n, b.n as events_n from (select customer_id, count(*) n from orders group by customer_id) a left join (select customer_id, count(*) n from events group by customer_id) b on a.customer_id = b.customer_id
union
select b.customer_id, a.n, b.n from (select customer_id, count(*) n from events group by customer_id) b left join (select customer_id, count(*) n from orders group by customer_id) a on a.customer_id = b.customer_id

--@mysql released
select e.id, (select count(*) from orders o where o.customer_id = e.customer_id and o.placed_at < e.occurred_at) as before_n,
       (select ifnull(sum(o.amount), 0) from orders o where o.customer_id = e.customer_id and o.placed_at between e.occurred_at - interval 30 day and e.occurred_at) as spend from events e

--@mysql released
select id, plan = 'free' as is_free, plan in ('pro', 'team') as is_paid, ifnull(region = 'north', 0) as north from customers

--@mysql released
select o.id, round((o.amount - s.mu) / nullif(s.sd, 0), 6) as z from orders o cross join (select avg(amount) as mu, stddev_pop(amount) as sd from orders) s

--@mysql released
with d as (select distinct customer_id, date(occurred_at) as day from events),
g as (select customer_id, day, date_sub(day, interval row_number() over (partition by customer_id order by day) day) as grp from d)
select customer_id, min(day) as start_day, max(day) as end_day, count(*) as len from g group by customer_id, grp

--@mysql released
select count(*) as total, sum(v) as viewed, sum(c) as clicked, sum(b) as bought, round(100 * sum(b) / sum(v), 1) as pct
from (select customer_id, max(kind = 'view') as v, max(kind = 'click') as c, max(kind = 'buy') as b from events group by customer_id) t

--@mysql released
select a.sku as sku_a, b.sku as sku_b, count(*) as n
from (select o.id, j.sku from orders o, json_table(o.items, '$[*]' columns (sku varchar(20) path '$.sku')) j) a
join (select o.id, j.sku from orders o, json_table(o.items, '$[*]' columns (sku varchar(20) path '$.sku')) j) b on a.id = b.id and a.sku < b.sku group by a.sku, b.sku

--@mysql released
select 'region' as col, count(*) as n, sum(region is null) as nulls, count(distinct region) as uniq from customers union all select 'plan', count(*), sum(plan is null), count(distinct plan) from customers

--@mysql released
select o.id from orders o left join customers c on c.id = o.customer_id where c.id is null

--@mysql released
select customer_id, total, sum(total) over (order by total desc, customer_id) / sum(total) over () as cum from (select customer_id, sum(amount) as total from orders group by customer_id) t

--@mysql released
select c.id, c.email, c.plan, count(e.id) as n, max(e.occurred_at) as last_at from customers c left join events e on e.customer_id = c.id group by c.id

--@mysql released
select yearweek(occurred_at, 3) as wk, count(distinct customer_id) as wau, count(*) / count(distinct customer_id) as per_user from events group by wk

--@mysql released
select id, json_set(attrs, '$.tier', 9) as up, json_remove(attrs, '$.langs') as slim, json_type(attrs) as t, json_merge_patch(attrs, '{"seen": true}') as merged, json_extract(attrs, '$.langs[0]') as l0, json_insert(attrs, '$.x', 1) as ins from customers

--@mysql released
select * from (select o.*, rank() over (partition by customer_id order by amount desc) as rk from orders o) t where rk = 1

--@mysql released
select date_sub(date(placed_at), interval weekday(placed_at) day) as monday, sum(amount) as rev, avg(sum(amount)) over (order by date_sub(date(placed_at), interval weekday(placed_at) day) rows between 3 preceding and current row) as ma4 from orders group by monday

--@mysql released
select crc32(cast(id as char)) % 10 < 8 as is_train, conv(substr(md5(id), 1, 8), 16, 10) % 100 as bucket from customers

--@mysql released
select case when balance < 250 then 'low' when balance < 750 then 'mid' else 'high' end as band, count(*) as n, min(balance) as lo, max(balance) as hi from customers group by band order by band

--@mysql released
with recursive months as (select cast('2026-01-01' as date) as m union all select date_add(m, interval 1 month) from months where m < '2026-12-01') select m, last_day(m) as eom, day(last_day(m)) as days, count(o.id) as n from months left join orders o on o.placed_at between m and last_day(m) group by m

--@mysql released
with recursive up as (select id, referrer_id, id as start_id from customers union all select c.id, c.referrer_id, up.start_id from customers c join up on c.id = up.referrer_id)
select start_id, count(*) - 1 as depth, min(id) as root from up group by start_id

--@mysql released
select * from orders where (customer_id, placed_at) in (select customer_id, max(placed_at) from orders group by customer_id)

--@mysql released
select region, group_concat(concat(plan, ':', n) order by n desc, plan separator ', ') as mix from (select region, plan, count(*) as n from customers group by region, plan) t group by region

--@mysql released
select a.id as a, b.id as b from customers a join customers b on a.email = b.email and a.id < b.id

--@mysql released
select c.id, exists (select 1 from orders o where o.customer_id = c.id and o.status = 'refunded') as had_refund, (select max(amount) from orders o where o.customer_id = c.id) as top from customers c

--@mysql released
select status, sum(case when month(placed_at) = 2 then amount else 0 end) as feb, sum(case when month(placed_at) = 3 then amount else 0 end) as mar from orders group by status

--@mysql released
select id, round(balance / 3, 2) as third, concat(balance, ' EUR') as shown, balance between 100 and 200 as mid, not active as off, id & 3 as low, id << 1 as dbl, id ^ 1 as x from customers

--@mysql released
select lag(id, 2) over (order by id) as l2, lead(id, 1) over (order by id) as n1, cume_dist() over (order by balance) as cd, percent_rank() over (order by balance) as pr, id from customers order by id limit 10 offset 5

--@mysql released
select json_object('id', c.id, 'orders', (select json_arrayagg(json_object('id', o.id, 'amount', o.amount) order by o.id) from orders o where o.customer_id = c.id)) as doc from customers c

--@mysql released
select t.tag, t.nr, c.id from customers c, json_table(c.tags, '$[*]' columns (nr for ordinality, tag varchar(20) path '$')) t where t.tag <> 'eu'

--@mysql released
select max(occurred_at) as newest, timestampdiff(hour, max(occurred_at), '2026-04-01') as hours_old, count(distinct date(occurred_at)) as days from events

--@mysql released
select id, timestampdiff(second, lag(placed_at) over (partition by customer_id order by placed_at, id), placed_at) as gap_s from orders

--@mysql released
select `Title` as title, upper(left(`Title`, 1)) as initial, `ownerEmail` from `Campaigns` where `Id` in (1, 3, 5)

--@mysql released
select c.plan, o.status, count(*) as n, sum(o.amount) as total from customers c straight_join orders o on o.customer_id = c.id where o.placed_at >= '2026-03-01' group by c.plan, o.status with rollup

--@mysql released
select ntile(10) over (order by total, customer_id) as decile, customer_id from (select customer_id, sum(amount) as total from orders group by customer_id) t

--@mysql released
select date_add('2026-01-01', interval (id - 1) day) as day, str_to_date(concat('2026-', lpad(1 + id % 12, 2, '0'), '-01'), '%Y-%m-%d') as m from customers where id <= 31

--@mysql released
select s.band, count(c.id) as n from (select 0 as lo, 250 as hi, 'low' as band union all select 250, 750, 'mid' union all select 750, 1001, 'high') s left join customers c on c.balance >= s.lo and c.balance < s.hi group by s.band

--@mysql released
select id, ip, contact_email from orders where ip is not null and status = 'open' order by placed_at desc, id limit 20

--@mysql released
select count(*) from customers a, customers b where a.region = b.region and a.id <> b.id

--@mysql released
select year(birth_date) as born, count(*) as n, avg(score) as s from customers group by year(birth_date) having n >= 1 order by born

--@mysql released
select id, regexp_substr(json_unquote(json_extract(payload, '$.page')), '[0-9]+') as page_no, json_value(payload, '$.ms') div 100 as bucket, kind like 'b%' as buys, kind rlike '^v' as views, substring(kind, 2, 2) as mid, insert(kind, 1, 1, 'X') as ins from events

--@mysql released
select first_value(id) over w as cheapest, nth_value(amount, 2) over w as second_amount, id from orders window w as (partition by status order by amount, id rows between unbounded preceding and unbounded following)

--@mysql released
select if(amount > 100, 'big', 'small') as size, count(*) as n, sum(amount) / sum(sum(amount)) over () as share from orders group by size

--@mysql released
select customer_id, group_concat(kind order by occurred_at, id separator '>') as path, min(occurred_at) as started from events group by customer_id having count(*) >= 3

--@mysql released
select e.customer_id, count(*) as n from events e inner join (select customer_id from orders group by customer_id having sum(amount) > 200) big using (customer_id) where e.occurred_at >= date_sub('2026-03-28', interval 14 day) group by e.customer_id

--@mysql released
select date_format(created_at, '%W %d %M %Y') as shown, dayofyear(created_at) as doy, to_days(created_at) - to_days('2026-01-01') as day_no, time(created_at) as t, unix_timestamp(created_at) as ts, from_unixtime(0) as epoch0, makedate(2026, 32) as feb, sec_to_time(3661) as hms, quarter(created_at) as q from customers

--@mysql released
select id, created_at, convert_tz(created_at, '+00:00', '+02:00') as local_at, cast(created_at as date) as d, extract(hour from created_at) as h, addtime(created_at, '01:00:00') as plus1 from customers where created_at >= timestamp('2026-02-01')
