/*
grain = { zh = "一行为一件投诉", en = "one row per complaint" }
owner = "service"
entity = "complaint"
key = ["complaint_id"]
complete = "staging.complaint"
record = "number"
checks = ["customer_id in core.dim_customer"]
follows = { complaint = "complaint_id" }
as_of = { customer = ["customer_id", "opened_on"], item = ["item_id", "opened_on"] }
instants = { opened_on = "opened_at", resolved_on = "resolved_at", closed_on = "closed_at", ended_on = "coalesce(resolved_at, closed_at)" }
scope = { org_unit_id = "customer.org_unit_id" }
*/
with clocked as (
    select
        *, local_time(opened_at) as opened, local_time(resolved_at) as resolved, local_time(closed_at) as closed
    from staging.complaint
)
select
    m.id as complaint_id, m.number, m.customer_id, m.item_id, i.category, i.brand, m.cause, m.state,
    c.region_id, c.level, c.industry, c.org_unit_id, c.owner_id,
    m.opened_at, cast(m.opened as date) as opened_on,
    m.resolved_at, cast(m.resolved as date) as resolved_on,
    m.closed_at, cast(m.closed as date) as closed_on,
    cast(coalesce(m.resolved, m.closed) as date) as ended_on
from clocked as m
left join core.item_on as i
    on i.item_id = m.item_id and cast(m.opened as date) >= i.valid_from and cast(m.opened as date) < i.valid_to
left join core.customer_on as c
    on c.customer_id = m.customer_id
    and cast(m.opened as date) >= c.valid_from and cast(m.opened as date) < c.valid_to
