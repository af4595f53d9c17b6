/*
grain = "one row per service request, with its days in the business time zone and its business seconds"
owner = "service"
entity = "service_request"
key = ["request_id"]
record = "number"
checks = ["customer_id in core.dim_customer"]
follows = { service_request = "request_id", unit = "unit_id", customer = "customer_id", item = "item_id" }
scope = { org_unit_id = "customer.org_unit_id", owner_id = "assignee_id" }
*/
-- Business seconds count from 1990 to the instant, Monday to Friday 9 to 18; a difference of two is a duration.
with clocked as (
    select
        *,
        local_time(opened_at) as opened, local_time(first_response_at) as responded,
        local_time(resolved_at) as resolved, local_time(closed_at) as closed
    from staging.service_request
)
select
    r.id as request_id, r.number, r.customer_id, r.unit_id, u.item_id as model_id, r.item_id, i.category, i.brand,
    r.fault, r.priority, r.channel, r.state, r.assignee_id, r.satisfaction,
    coalesce(r.reopened_count, 0) as reopened_count,
    c.region_id, c.level, c.industry, c.org_unit_id, c.owner_id,
    r.opened_at, cast(r.opened as date) as opened_on,
    case when r.first_response_at >= r.opened_at then r.first_response_at end as responded_at,
    case when r.first_response_at >= r.opened_at then cast(r.responded as date) end as responded_on,
    r.resolved_at, cast(r.resolved as date) as resolved_on,
    r.closed_at, cast(r.closed as date) as closed_on,
    cast(coalesce(r.resolved, r.closed) as date) as ended_on,
    od.business_seconds_before
        + case when od.is_business_day
               then least(greatest(date_diff('second', cast(od.date_on as timestamp), r.opened) - 32400, 0), 32400)
               else 0 end as opened_business_seconds,
    fd.business_seconds_before
        + case when fd.is_business_day
               then least(greatest(date_diff('second', cast(fd.date_on as timestamp), r.responded) - 32400, 0), 32400)
               else 0 end as responded_business_seconds,
    rd.business_seconds_before
        + case when rd.is_business_day
               then least(greatest(date_diff('second', cast(rd.date_on as timestamp), r.resolved) - 32400, 0), 32400)
               else 0 end as resolved_business_seconds,
    cd.business_seconds_before
        + case when cd.is_business_day
               then least(greatest(date_diff('second', cast(cd.date_on as timestamp), r.closed) - 32400, 0), 32400)
               else 0 end as closed_business_seconds
from clocked as r
left join core.dim_date as od on od.date_on = cast(r.opened as date)
left join core.dim_date as fd on fd.date_on = cast(r.responded as date) and r.first_response_at >= r.opened_at
left join core.dim_date as rd on rd.date_on = cast(r.resolved as date)
left join core.dim_date as cd on cd.date_on = cast(r.closed as date)
left join staging.unit as u on u.id = r.unit_id
left join core.item_on as i
    on i.item_id = r.item_id and cast(r.opened as date) >= i.valid_from and cast(r.opened as date) < i.valid_to
left join core.customer_on as c
    on c.customer_id = r.customer_id
    and cast(r.opened as date) >= c.valid_from and cast(r.opened as date) < c.valid_to
