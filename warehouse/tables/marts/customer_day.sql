/*
grain = { zh = "一行为一个客户有计入订单的一天", en = "one row per customer and day with counted orders" }
owner = "sales"
entity = "order"
key = ["customer_id", "ordered_on"]
follows = { "core.fct_order" = "customer_id" }
as_of = { customer = ["customer_id", "ordered_on"] }
record = ["core.dim_customer", "customer_id", "code"]
record_entity = "customer"
derived_from = "core.fct_order"
*/
-- A row is the customer's latest purchase from its day until next_on: lapsing and returning are read from it.
with day as (
    select customer_id, ordered_on, count(*) as orders, sum(amount) as amount, min(org_unit_id) as org_unit_id
    from core.fct_order
    where counted
    group by customer_id, ordered_on
),
history as (
    select
        *,
        first_value(ordered_on) over purchases as first_on,
        lag(ordered_on) over purchases as previous_on,
        lead(ordered_on) over purchases as next_on
    from day
    window purchases as (partition by customer_id order by ordered_on)
)
select
    h.customer_id, h.ordered_on, h.orders, h.amount,
    c.region_id, c.level, c.industry, h.org_unit_id, c.owner_id,
    h.first_on, h.previous_on, h.next_on
from history as h
left join core.customer_on as c
    on c.customer_id = h.customer_id and h.ordered_on >= c.valid_from and h.ordered_on < c.valid_to
