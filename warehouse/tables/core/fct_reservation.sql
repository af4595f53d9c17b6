/*
grain = { zh = "一行为一份出库申请的一个物料有数量被预留的一段日期", en = "one row per outbound request, item and span of days in which a quantity of it was reserved" }
owner = "warehouse"
entity = "outbound_request"
key = ["outbound_request_id", "item_id", "valid_from"]
record = "number"
checks = ["item_id in core.dim_item", "depot_id in core.dim_depot", "quantity > 0", "valid_from < valid_to"]
follows = { depot = "depot_id" }
as_of = { item = ["item_id", "valid_from"] }
holder = ["outbound_request_id"]
read_by_holder = { "staging.outbound_request" = "id", "staging.shipment" = "outbound_request_id" }
scope = { org_unit_id = "depot.org_unit_id" }
*/
-- Confirming reserves, posted shipments of the request use it up, the end of the request frees what is left.
with request as (
    select
        id as outbound_request_id, number, depot_id, order_id, state,
        coalesce(local_date(confirmed_at), wanted_on) as begins_on,
        case when state in ('confirmed', 'partly_issued') then date '9999-12-31'
             else coalesce(local_date(released_at), wanted_on) end as ends_on
    from staging.outbound_request
    where state in ('confirmed', 'partly_issued', 'issued', 'cancelled')
),
change as (
    select r.outbound_request_id, l.item_id, r.begins_on as changed_on, sum(l.confirmed_quantity) as quantity
    from request as r
    join staging.outbound_request_line as l on l.outbound_request_id = r.outbound_request_id
    where l.confirmed_quantity > 0
    group by r.outbound_request_id, l.item_id, r.begins_on
    union all
    select r.outbound_request_id, l.item_id, greatest(s.shipped_on, r.begins_on) as changed_on, -sum(l.quantity)
    from request as r
    join staging.shipment as s on s.outbound_request_id = r.outbound_request_id and s.state = 'posted'
    join staging.shipment_line as l on l.shipment_id = s.id
    group by r.outbound_request_id, l.item_id, greatest(s.shipped_on, r.begins_on)
),
daily as (
    select outbound_request_id, item_id, changed_on, sum(quantity) as quantity
    from change
    group by outbound_request_id, item_id, changed_on
),
span as (
    select
        outbound_request_id, item_id, changed_on as valid_from,
        lead(changed_on) over line as changes_on, sum(quantity) over line as quantity
    from daily
    window line as (partition by outbound_request_id, item_id order by changed_on)
)
select
    s.outbound_request_id, r.number, r.depot_id, d.org_unit_id, r.order_id, r.state, s.item_id, i.category, i.brand,
    s.valid_from, least(coalesce(s.changes_on, r.ends_on), r.ends_on) as valid_to, s.quantity
from span as s
join request as r on r.outbound_request_id = s.outbound_request_id
left join core.dim_depot as d on d.depot_id = r.depot_id
left join core.item_on as i
    on i.item_id = s.item_id and s.valid_from >= i.valid_from and s.valid_from < i.valid_to
where s.quantity > 0 and s.valid_from < least(coalesce(s.changes_on, r.ends_on), r.ends_on)
