/*
grain = { zh = "一行为一项服务请求，附业务时区的日期和工作时间的秒数", en = "one row per service request, with its days in the business time zone and its business seconds" }
owner = "service"
entity = "service_request"
key = ["request_id"]
complete = "staging.service_request"
record = "number"
checks = ["customer_id in core.dim_customer"]
follows = { service_request = "request_id", unit = "unit_id", service_calendar = "calendar_id", "core.request_terms" = "request_id" }
as_of = { customer = ["customer_id", "opened_on"], item = ["item_id", "opened_on"] }
instants = { opened_on = "opened_at", responded_on = "responded_at", resolved_on = "resolved_at", closed_on = "closed_at", ended_on = "coalesce(resolved_at, closed_at)" }
scope = { org_unit_id = "customer.org_unit_id", owner_id = "assignee_id" }
*/
-- Business seconds count from 1990 to the instant in the hours of the request's calendar; a difference of two is a
-- duration. A request that an earlier system reassigned brings their number; what came here is in its versions.
with clocked as (
    select
        *,
        local_time(opened_at) as opened, local_time(first_response_at) as responded,
        local_time(resolved_at) as resolved, local_time(closed_at) as closed
    from staging.service_request
),
handed as (
    select id, count(case when assignee_id <> before then 1 end) as times
    from (
        select id, assignee_id, lag(assignee_id) over (partition by id order by valid_to) as before
        from staging.service_request_version
        where assignee_id is not null
    )
    group by id
)
select
    r.id as request_id, r.number, r.customer_id, r.unit_id, u.item_id as model_id, r.item_id, i.category, i.brand,
    r.fault, r.priority, r.channel, r.state, r.assignee_id, r.satisfaction, r.recorded_sla, t.agreement_id,
    coalesce(r.reopened_count, 0) as reopened_count,
    coalesce(r.reassigned_count, 0) + coalesce(h.times, 0) as reassigned_count,
    c.region_id, c.level, c.industry, c.org_unit_id, c.owner_id,
    r.opened_at, cast(r.opened as date) as opened_on,
    case when r.first_response_at >= r.opened_at then r.first_response_at end as responded_at,
    case when r.first_response_at >= r.opened_at then cast(r.responded as date) end as responded_on,
    coalesce(r.first_resolved_at, r.resolved_at) as first_resolved_at,
    r.resolved_at, cast(r.resolved as date) as resolved_on,
    r.closed_at, cast(r.closed as date) as closed_on,
    cast(coalesce(r.resolved, r.closed) as date) as ended_on,
    coalesce(t.calendar_id, 0) as calendar_id,
    od.seconds_before + least(greatest(date_diff('second', cast(od.date_on as timestamp), r.opened) - od.opens, 0),
        od.seconds) as opened_business_seconds,
    fd.seconds_before + least(greatest(date_diff('second', cast(fd.date_on as timestamp), r.responded) - fd.opens, 0),
        fd.seconds) as responded_business_seconds,
    rd.seconds_before + least(greatest(date_diff('second', cast(rd.date_on as timestamp), r.resolved) - rd.opens, 0),
        rd.seconds) as resolved_business_seconds,
    cd.seconds_before + least(greatest(date_diff('second', cast(cd.date_on as timestamp), r.closed) - cd.opens, 0),
        cd.seconds) as closed_business_seconds
from clocked as r
left join core.request_terms as t on t.request_id = r.id
left join core.calendar_day as od
    on od.calendar_id = coalesce(t.calendar_id, 0) and od.date_on = cast(r.opened as date)
left join core.calendar_day as fd
    on fd.calendar_id = coalesce(t.calendar_id, 0) and fd.date_on = cast(r.responded as date)
    and r.first_response_at >= r.opened_at
left join core.calendar_day as rd
    on rd.calendar_id = coalesce(t.calendar_id, 0) and rd.date_on = cast(r.resolved as date)
left join core.calendar_day as cd
    on cd.calendar_id = coalesce(t.calendar_id, 0) and cd.date_on = cast(r.closed as date)
left join handed as h on h.id = r.id
left join staging.unit as u on u.id = r.unit_id
left join core.item_on as i
    on i.item_id = r.item_id and cast(r.opened as date) >= i.valid_from and cast(r.opened as date) < i.valid_to
left join core.customer_on as c
    on c.customer_id = r.customer_id
    and cast(r.opened as date) >= c.valid_from and cast(r.opened as date) < c.valid_to
