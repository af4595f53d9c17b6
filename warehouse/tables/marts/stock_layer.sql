/*
grain = { zh = "一行为一次入库中同时出库或仍在库的一部分：先进先出", en = "one row per part of a receipt that left, or is still there, together: first in, first out" }
owner = "warehouse"
entity = "stock_movement"
key = ["item_id", "depot_id", "stream", "began"]
record = "number"
follows = { item = "item_id", lot = "lot_id" }
holder = ["item_id", "depot_id"]
read_by_holder = { "core.fct_movement" = ["item_id", "depot_id"] }
scope = { org_unit_id = "depot.org_unit_id" }
*/
-- What came and what went are laid side by side, each in its order; every overlap of the two is one row. Lots are
-- streams of their own where every movement of the item in the depot names one. What went before it came stands
-- with a minus from the one day to the other, so that rows that stand at any day add up to the stock of that day.
with moved as (
    select
        movement_id, number, item_id, depot_id, org_unit_id, category, brand, lot, moved_on, unit_cost,
        abs(quantity) as quantity, case when quantity > 0 then 1 else 0 end as came,
        case when count(*) over stock = count(lot) over stock then lot else '' end as stream
    from core.fct_movement
    where quantity <> 0
    window stock as (partition by item_id, depot_id)
),
flow as (
    select
        *, row_number() over one_way as place,
        sum(quantity) over one_way - quantity as begins, sum(quantity) over one_way as ends
    from moved
    window one_way as (
        partition by item_id, depot_id, stream, came order by moved_on, movement_id
        rows between unbounded preceding and current row
    )
),
edge as (
    select item_id, depot_id, stream, begins as began, came as ins, 1 - came as outs from flow
    union all
    select item_id, depot_id, stream, max(ends), 0, 0 from flow group by item_id, depot_id, stream, came
),
edges as (
    select item_id, depot_id, stream, began, sum(ins) as ins, sum(outs) as outs
    from edge
    group by item_id, depot_id, stream, began
),
part as (
    select
        item_id, depot_id, stream, began, lead(began) over (partition by item_id, depot_id, stream order by began) as ended,
        sum(ins) over passed as in_place, sum(outs) over passed as out_place
    from edges
    window passed as (
        partition by item_id, depot_id, stream order by began rows between unbounded preceding and current row
    )
),
matched as (
    select
        p.item_id, p.depot_id, p.stream, p.began,
        coalesce(i.number, o.number) as number, coalesce(i.org_unit_id, o.org_unit_id) as org_unit_id,
        coalesce(i.category, o.category) as category, coalesce(i.brand, o.brand) as brand,
        -- the lot is that of what came: what goes later must not change what was there
        case when i.movement_id is not null then i.lot else o.lot end as lot,
        i.moved_on as came_on, o.moved_on as went_on, i.unit_cost,
        case when i.moved_on is null or o.moved_on < i.moved_on then p.began - p.ended else p.ended - p.began end
            as quantity
    from part as p
    left join flow as i
        on i.item_id = p.item_id and i.depot_id = p.depot_id and i.stream = p.stream and i.came = 1
        and i.place = p.in_place and p.began < i.ends
    left join flow as o
        on o.item_id = p.item_id and o.depot_id = p.depot_id and o.stream = p.stream and o.came = 0
        and o.place = p.out_place and p.began < o.ends
    where p.ended is not null
)
select
    m.item_id, m.depot_id, m.org_unit_id, m.stream, m.began, m.number, m.category, m.brand, m.lot, l.lot_id, m.came_on, m.went_on,
    least(coalesce(m.came_on, m.went_on), coalesce(m.went_on, m.came_on)) as opens_on,
    case when m.came_on is not null and m.went_on is not null then greatest(m.came_on, m.went_on) end as ends_on,
    coalesce(l.received_on, m.came_on, m.went_on) as received_on,
    coalesce(l.expires_on, m.came_on + cast(a.shelf_life_days as integer)) as expires_on,
    m.quantity, cast(m.quantity * coalesce(m.unit_cost, i.standard_cost, 0) as decimal(38, 10)) as value
from matched as m
left join core.dim_lot as l on l.item_id = m.item_id and l.lot = m.lot
left join core.dim_item as a on a.item_id = m.item_id
left join core.item_on as i
    on i.item_id = m.item_id and coalesce(m.came_on, m.went_on) >= i.valid_from
    and coalesce(m.came_on, m.went_on) < i.valid_to
