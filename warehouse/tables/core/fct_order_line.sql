/*
grain = { zh = "一行为订单的一行，附客户和物料在订单日的属性", en = "one row per order line, with the attributes of customer and item on the order's day" }
owner = "sales"
entity = "order"
key = ["order_line_id"]
complete = "staging.order_line where order_id in (select id from staging.\"order\")"
record = ["core.fct_order", "order_id", "number"]
checks = ["order_id in core.fct_order", "item_id in core.dim_item"]
follows = { order_line = "order_line_id", order = "order_id" }
as_of = { customer = ["customer_id", "ordered_on"], item = ["item_id", "ordered_on"] }
scope = { org_unit_id = "org_unit_id", owner_id = "customer.owner_id" }
*/
-- Orders stand first: of lines an increment has few, and those are looked up in.
-- A line costs what it says, for the whole or per unit, else the item's standard cost of the order's day.
select
    l.id as order_line_id, l.order_id, o.customer_id, o.ordered_on, o.counted,
    o.region_id, o.level, o.industry, o.org_unit_id, o.owner_id,
    l.item_id, i.category, i.brand, l.quantity,
    case when l.amount is not null then l.amount
         else cast(l.quantity * l.unit_price * (1 - coalesce(l.discount_pct, 0) / 100) as decimal(18, 4))
    end as amount,
    coalesce(l.cost, cast(l.quantity * coalesce(l.unit_cost, i.standard_cost) as decimal(18, 4))) as cost
from core.fct_order as o
join staging.order_line as l on l.order_id = o.order_id
left join core.item_on as i
    on i.item_id = l.item_id and o.ordered_on >= i.valid_from and o.ordered_on < i.valid_to
