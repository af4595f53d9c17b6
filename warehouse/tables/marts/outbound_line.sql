/*
grain = { zh = "一行为出库申请中的一个物料，附需求日前已发的数量", en = "one row per item of an outbound request, with what of it was shipped by the day it was wanted" }
owner = "warehouse"
entity = "outbound_request"
key = ["outbound_request_id", "item_id"]
record = "number"
follows = { depot = "depot_id" }
as_of = { item = ["item_id", "wanted_on"] }
holder = ["outbound_request_id"]
read_by_holder = { "staging.outbound_request" = "id", "staging.shipment" = "outbound_request_id" }
scope = { org_unit_id = "depot.org_unit_id" }
*/
with wanted as (
    select
        r.id as outbound_request_id, r.number, r.depot_id, r.order_id, r.wanted_on, l.item_id,
        sum(l.quantity) as quantity
    from staging.outbound_request as r
    join staging.outbound_request_line as l on l.outbound_request_id = r.id
    where r.state in ('submitted', 'confirmed', 'partly_issued', 'issued')
    group by r.id, r.number, r.depot_id, r.order_id, r.wanted_on, l.item_id
),
shipped as (
    select s.outbound_request_id, l.item_id, s.shipped_on, sum(l.quantity) as quantity
    from staging.shipment as s
    join staging.shipment_line as l on l.shipment_id = s.id
    where s.state = 'posted' and s.outbound_request_id is not null
    group by s.outbound_request_id, l.item_id, s.shipped_on
),
filled as (
    select w.outbound_request_id, w.item_id, sum(s.quantity) as quantity
    from wanted as w
    join shipped as s on s.outbound_request_id = w.outbound_request_id and s.item_id = w.item_id
    where s.shipped_on <= w.wanted_on
    group by w.outbound_request_id, w.item_id
)
select
    w.outbound_request_id, w.number, w.depot_id, d.org_unit_id, w.order_id, w.wanted_on, w.item_id, i.category, i.brand,
    w.quantity, least(coalesce(f.quantity, 0), w.quantity) as filled_quantity
from wanted as w
left join filled as f on f.outbound_request_id = w.outbound_request_id and f.item_id = w.item_id
left join core.dim_depot as d on d.depot_id = w.depot_id
left join core.item_on as i
    on i.item_id = w.item_id and w.wanted_on >= i.valid_from and w.wanted_on < i.valid_to
