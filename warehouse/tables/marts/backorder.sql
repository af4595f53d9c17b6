/*
grain = { zh = "一行为今天未关闭的订单中一个未全部发货或预留的物料", en = "one row per item of an order that is open today and neither shipped nor reserved in full" }
owner = "sales"
entity = "order"
key = ["order_id", "item_id"]
record = "number"
follows = { "core.dim_depot" = "org_unit_id" }
holder = ["order_id"]
read_by_holder = { "core.fct_order" = "order_id", "core.fct_order_line" = "order_id", "core.fct_shipment_line" = "order_id", "core.fct_reservation" = "order_id" }
scope = { org_unit_id = "org_unit_id", owner_id = "customer.owner_id" }
*/
-- Orders name no depot: what is owed is owed by the first depot of the order's unit.
with open_order as (
    select order_id, number, customer_id, ordered_on, region_id, level, industry, org_unit_id, owner_id
    from core.fct_order
    where state in ('approved', 'partly_shipped')
),
change as (
    select order_id, item_id, category, brand, quantity
    from core.fct_order_line
    where order_id in (select order_id from open_order)
    union all
    select order_id, item_id, category, brand, -quantity
    from core.fct_shipment_line
    where counted and order_id in (select order_id from open_order)
    union all
    select order_id, item_id, category, brand, -quantity
    from core.fct_reservation
    where valid_to = date '9999-12-31' and order_id in (select order_id from open_order)
),
owed as (
    select order_id, item_id, min(category) as category, min(brand) as brand, sum(quantity) as quantity
    from change
    group by order_id, item_id
),
first_depot as (
    select org_unit_id, min(depot_id) as depot_id
    from core.dim_depot
    group by org_unit_id
)
select
    w.order_id, o.number, w.item_id, w.category, w.brand, d.depot_id, o.customer_id, o.region_id, o.level, o.industry,
    o.org_unit_id, o.owner_id, o.ordered_on, w.quantity
from owed as w
join open_order as o on o.order_id = w.order_id
left join first_depot as d on d.org_unit_id = o.org_unit_id
where w.quantity > 0
