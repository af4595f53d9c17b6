/*
grain = { zh = "一行为发货单的一行，按其订单行的价格计", en = "one row per line of a shipment, at the price of its order's line" }
owner = "warehouse"
entity = "shipment"
key = ["shipment_line_id"]
complete = "staging.shipment_line where shipment_id in (select id from staging.shipment)"
record = "number"
checks = ["item_id in core.dim_item"]
as_of = { item = ["item_id", "shipped_on"] }
holder = ["order_id"]
read_by_holder = { "staging.shipment" = "order_id", "core.fct_order" = "order_id", "core.fct_order_line" = "order_id" }
scope = { org_unit_id = "depot.org_unit_id" }
*/
with priced as (
    select order_id, item_id, sum(amount) as amount, sum(cost) as cost, sum(quantity) as quantity
    from core.fct_order_line
    where order_id in (select order_id from staging.shipment)
    group by order_id, item_id
)
select
    l.id as shipment_line_id, l.shipment_id, s.number, s.order_id, s.depot_id, o.ordered_on, s.shipped_on, s.state,
    s.state = 'posted' as counted,
    o.order_kind, o.customer_id, o.region_id, o.level, o.industry, o.org_unit_id, o.owner_id,
    l.item_id, i.category, i.brand, l.lot, l.quantity,
    cast(l.quantity * (cast(p.amount as double) / nullif(cast(p.quantity as double), 0)) as decimal(18, 4)) as amount,
    cast(l.quantity * (cast(p.cost as double) / nullif(cast(p.quantity as double), 0)) as decimal(18, 4)) as cost
from staging.shipment_line as l
join staging.shipment as s on s.id = l.shipment_id
left join core.fct_order as o on o.order_id = s.order_id
left join priced as p on p.order_id = s.order_id and p.item_id = l.item_id
left join core.item_on as i
    on i.item_id = l.item_id and s.shipped_on >= i.valid_from and s.shipped_on < i.valid_to
