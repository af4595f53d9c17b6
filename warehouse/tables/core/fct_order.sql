/*
grain = { zh = "一行为一张订单，附客户在订单日的属性", en = "one row per order, with the customer's attributes on the order's day" }
owner = "sales"
entity = "order"
key = ["order_id"]
complete = "staging.\"order\""
record = "number"
checks = ["customer_id in core.dim_customer"]
follows = { order = "order_id" }
as_of = { customer = ["customer_id", "ordered_on"] }
scope = { org_unit_id = "org_unit_id", owner_id = "customer.owner_id" }
*/
select
    o.id as order_id, o.number, o.kind as order_kind, o.customer_id, o.ordered_on, o.state,
    o.state in ('approved', 'partly_shipped', 'shipped', 'closed') as counted,
    c.region_id, c.level, c.industry, coalesce(o.org_unit_id, c.org_unit_id) as org_unit_id, c.owner_id,
    coalesce(t.amount, 0) as amount
from staging."order" as o
left join core.order_amount as t on t.order_id = o.id
left join core.customer_on as c
    on c.customer_id = o.customer_id and o.ordered_on >= c.valid_from and o.ordered_on < c.valid_to
