/*
grain = { zh = "一行为入库单的一行：在途多少，多久之后到了多少", en = "one row per line of an inbound document: what is on order, and what came how long after" }
owner = "warehouse"
entity = "inbound"
key = ["inbound_line_id"]
complete = "staging.inbound_line where inbound_id in (select id from staging.inbound)"
record = "number"
checks = ["item_id in core.dim_item", "depot_id in core.dim_depot", "quantity >= 0"]
follows = { inbound_line = "inbound_line_id", inbound = "inbound_id", item = "item_id", depot = "depot_id" }
scope = { org_unit_id = "depot.org_unit_id" }
*/
-- A line is on order from ordered_on until it is received; one that is still open has a lead time that is not
-- over (censored at as-of). What was received without an order, such as production, has none.
with dated as (
    select
        l.id as inbound_line_id, l.inbound_id, h.number, h.kind as source, h.supplier, h.depot_id, h.state,
        h.ordered_on, h.promised_on, case when h.state = 'posted' then h.received_on end as received_on,
        l.item_id, l.lot, l.expires_on, l.unit_cost,
        case when h.state = 'posted' then coalesce(l.received_quantity, l.quantity) else l.quantity end as quantity,
        coalesce(h.received_on, h.ordered_on, h.promised_on) as known_on
    from staging.inbound_line as l
    join staging.inbound as h on h.id = l.inbound_id
)
select
    l.inbound_line_id, l.inbound_id, l.number, l.source, l.supplier, l.depot_id, d.org_unit_id, l.state,
    l.state = 'posted' as counted, l.state = 'ordered' as on_order,
    l.ordered_on, l.promised_on, l.received_on,
    case when l.state = 'posted' then date_diff('day', l.ordered_on, l.received_on) end as lead_days,
    l.item_id, i.category, i.brand, l.lot, l.expires_on, l.quantity, l.unit_cost
from dated as l
left join core.dim_depot as d on d.depot_id = l.depot_id
left join core.item_on as i
    on i.item_id = l.item_id and l.known_on >= i.valid_from and l.known_on < i.valid_to
