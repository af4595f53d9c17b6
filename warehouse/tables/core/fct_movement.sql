/*
grain = { zh = "一行为一笔库存流水，附按移动平均成本计的价值变动", en = "one row per stock movement, with what it changed in value at moving average cost" }
owner = "warehouse"
entity = "stock_movement"
key = ["movement_id"]
complete = "staging.stock_movement"
record = "number"
checks = ["item_id in core.dim_item", "depot_id in core.dim_depot"]
follows = { depot = "depot_id" }
as_of = { item = ["item_id", "moved_on"] }
holder = ["item_id", "depot_id"]
read_by_holder = { "staging.stock_movement" = ["item_id", "depot_id"] }
scope = { org_unit_id = "depot.org_unit_id" }
*/
-- The average changes only when stock comes in at a cost; from one such arrival to the next the value is
-- quantity times average, before the first one times the standard cost. Values are rounded once per movement,
-- so that their sum is the value of what is there. A voided document and what takes it back leave the average
-- alone: together they change nothing.
with recursive taken_back as (
    select distinct source from staging.stock_movement where source like '%:void'
    union all
    select distinct replace(source, ':void', '') as source from staging.stock_movement where source like '%:void'
),
costed as (
    select m.*, case when v.source is null then m.unit_cost end as arrival_cost
    from staging.stock_movement as m
    left join taken_back as v on v.source = m.source
),
moved as (
    select
        m.id as movement_id, m.number, m.item_id, m.depot_id, m.lot, m.quantity, m.unit_cost, m.arrival_cost, m.kind,
        m.moved_at, local_date(m.moved_at) as moved_on, i.category, i.brand, i.standard_cost,
        sum(m.quantity) over stock as balance,
        count(case when m.quantity > 0 then m.arrival_cost end) over stock as arrivals
    from costed as m
    left join core.item_on as i
        on i.item_id = m.item_id and local_date(m.moved_at) >= i.valid_from and local_date(m.moved_at) < i.valid_to
    window stock as (
        partition by m.item_id, m.depot_id order by m.moved_at, m.id
        rows between unbounded preceding and current row
    )
),
arrival as (
    select
        item_id, depot_id, arrivals, cast(quantity as double) as quantity, cast(arrival_cost as double) as unit_cost,
        greatest(cast(balance as double) - cast(quantity as double), 0) as held, standard_cost
    from moved
    where quantity > 0 and arrival_cost is not null
),
average as (
    select
        item_id, depot_id, arrivals,
        (held * coalesce(cast(standard_cost as double), unit_cost) + quantity * unit_cost) / (held + quantity)
            as average_cost
    from arrival
    where arrivals = 1
    union all
    select
        a.item_id, a.depot_id, a.arrivals,
        (a.held * v.average_cost + a.quantity * a.unit_cost) / (a.held + a.quantity) as average_cost
    from average as v
    join arrival as a on a.item_id = v.item_id and a.depot_id = v.depot_id and a.arrivals = v.arrivals + 1
),
valued as (
    select
        m.*,
        cast(cast(m.balance as double) * coalesce(v.average_cost, cast(m.standard_cost as double), 0)
             as decimal(18, 4)) as stock_value
    from moved as m
    left join average as v on v.item_id = m.item_id and v.depot_id = m.depot_id and v.arrivals = m.arrivals
)
select
    v.movement_id, v.number, v.item_id, v.depot_id, d.org_unit_id, v.lot, v.kind, v.moved_on, v.category, v.brand,
    v.quantity, v.unit_cost,
    v.stock_value - coalesce(
        lag(v.stock_value) over (partition by v.item_id, v.depot_id order by v.moved_at, v.movement_id), 0
    ) as value_change
from valued as v
left join core.dim_depot as d on d.depot_id = v.depot_id
