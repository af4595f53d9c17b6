/*
grain = { zh = "一行为盘点单的一行：当时账面数量与实盘数量", en = "one row per line of a stocktake: what the books said at its moment, and what was counted" }
owner = "warehouse"
entity = "stocktake"
key = ["stocktake_line_id"]
complete = "staging.stocktake_line where stocktake_id in (select id from staging.stocktake)"
record = "number"
checks = ["item_id in core.dim_item", "depot_id in core.dim_depot", "counted_quantity >= 0"]
follows = { stocktake_line = "stocktake_line_id", stocktake = "stocktake_id", depot = "depot_id" }
as_of = { item = ["item_id", "counted_on"] }
scope = { org_unit_id = "depot.org_unit_id" }
*/
with dated as (
    select
        l.id as stocktake_line_id, l.stocktake_id, h.number, h.depot_id, h.state, local_date(h.as_of) as counted_on,
        h.tolerance_pct, l.item_id, l.lot, l.book_quantity, l.counted_quantity, l.reason
    from staging.stocktake_line as l
    join staging.stocktake as h on h.id = l.stocktake_id
)
select
    l.stocktake_line_id, l.stocktake_id, l.number, l.depot_id, d.org_unit_id, l.state,
    l.state = 'posted' as counted, l.counted_on, l.tolerance_pct,
    l.item_id, i.category, i.brand, l.lot, l.reason,
    l.book_quantity, l.counted_quantity, l.counted_quantity - l.book_quantity as difference,
    i.standard_cost
from dated as l
left join core.dim_depot as d on d.depot_id = l.depot_id
left join core.item_on as i
    on i.item_id = l.item_id and l.counted_on >= i.valid_from and l.counted_on < i.valid_to
