/*
grain = { zh = "一行为一个物料在一个仓库结存不变的一段日期", en = "one row per item, depot and span of days with one closing balance" }
owner = "warehouse"
entity = "stock_movement"
key = ["item_id", "depot_id", "valid_from"]
follows = { depot = "depot_id" }
holder = ["item_id", "depot_id"]
read_by_holder = { "core.fct_movement" = ["item_id", "depot_id"], "core.fct_reservation" = ["item_id", "depot_id"] }
checks = ["valid_from < coalesce(valid_to, date '9999-12-31')"]
scope = { org_unit_id = "depot.org_unit_id" }
*/
-- What is reserved is not available. A cycle runs from one day with a receipt to the next; the day that ends it
-- tells whether it ran short. An item is in demand in a depot for a year after each issue there.
with change as (
    select
        item_id, depot_id, moved_on as changed_on, sum(quantity) as quantity, 0 as reserved,
        sum(case when kind = 'receipt' then 1 else 0 end) as receipts,
        sum(case when kind = 'issue' then 1 else 0 end) as issues, max(category) as category, max(brand) as brand
    from core.fct_movement
    group by item_id, depot_id, moved_on
    union all
    select item_id, depot_id, valid_from, 0, quantity, 0, 0, category, brand
    from core.fct_reservation
    union all
    select item_id, depot_id, valid_to, 0, -quantity, 0, 0, category, brand
    from core.fct_reservation
    where valid_to < date '9999-12-31'
),
daily as (
    select
        item_id, depot_id, changed_on, sum(quantity) as quantity, sum(reserved) as reserved, sum(receipts) as receipts,
        sum(issues) as issues, max(category) as category, max(brand) as brand
    from change
    group by item_id, depot_id, changed_on
),
balanced as (
    select
        item_id, depot_id, category, brand, changed_on as valid_from, lead(changed_on) over stock as valid_to,
        sum(quantity) over running as on_hand, sum(reserved) over running as reserved,
        max(case when issues > 0 then changed_on end) over running as issued_on,
        receipts, sum(case when receipts > 0 then 1 else 0 end) over running as cycle
    from daily
    window stock as (partition by item_id, depot_id order by changed_on),
        running as (
            partition by item_id, depot_id order by changed_on rows between unbounded preceding and current row
        )
),
lowest as (
    select *, min(on_hand - reserved) over (partition by item_id, depot_id, cycle) as lowest_available
    from balanced
)
select
    s.item_id, s.depot_id, d.org_unit_id, s.category, s.brand, s.valid_from, s.valid_to,
    s.on_hand, s.on_hand - s.reserved as available, s.issued_on,
    s.receipts > 0 and s.cycle > 1 as ends_cycle,
    case when s.receipts > 0 and s.cycle > 1
         then lag(s.lowest_available) over (partition by s.item_id, s.depot_id order by s.valid_from) <= 0
    end as ran_short
from lowest as s
left join core.dim_depot as d on d.depot_id = s.depot_id
