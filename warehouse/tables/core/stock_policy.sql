/*
grain = { zh = "一行为一个物料在一个仓库的库存上下限", en = "one row per item and depot with limits of stock" }
owner = "warehouse"
entity = "stock_policy"
key = ["stock_policy_id"]
complete = "staging.stock_policy"
follows = { stock_policy = "stock_policy_id", depot = "depot_id", item = "item_id" }
scope = { org_unit_id = "depot.org_unit_id" }
*/
select
    p.id as stock_policy_id, p.item_id, p.depot_id, d.org_unit_id, i.category, i.brand,
    p.safety_stock, p.reorder_point, p.maximum, p.order_quantity
from staging.stock_policy as p
left join core.dim_depot as d on d.depot_id = p.depot_id
left join core.dim_item as i on i.item_id = p.item_id
