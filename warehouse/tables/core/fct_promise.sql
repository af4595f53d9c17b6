/*
grain = { zh = "一行为一张由服务协议覆盖的服务请求所承诺的一个时限", en = "one row per service request that an agreement covers and target that it promises" }
owner = "service"
entity = "service_request"
key = ["request_id", "target"]
record = "number"
follows = { "core.fct_request_state" = "request_id", "core.fct_request" = "request_id", "core.request_terms" = "request_id", service_calendar = "calendar_id" }
instants = { opened_on = "opened_local" }
scope = { org_unit_id = "customer.org_unit_id", owner_id = "assignee_id" }
*/
-- `late_local` is the last instant on the wall that still keeps the promise: there the open time since the opening,
-- without pauses, is the target. It does not depend on the day of asking, for open time never runs backwards. While
-- the clock stands still there is no such instant yet.
with target as (
    select request_id, 'response' as target, response_seconds as seconds, false as pauses
    from core.request_terms where response_seconds is not null
    union all
    select request_id, 'resolution', resolution_seconds, pauses_for_customer
    from core.request_terms where resolution_seconds is not null
),
running as (
    select
        g.request_id, g.target, g.seconds, s.starts_business_seconds, s.is_last,
        s.ends_business_seconds - s.starts_business_seconds as length,
        coalesce(sum(s.ends_business_seconds - s.starts_business_seconds)
            over (partition by g.request_id, g.target order by s.sequence rows between unbounded preceding and 1 preceding),
            0) as before
    from target as g
    join core.fct_request_state as s on s.request_id = g.request_id
    where not (g.pauses and s.state = 'waiting_customer')
),
due as (
    select request_id, target, cast(starts_business_seconds + seconds - before as bigint) as business_seconds
    from running
    where before <= seconds and (is_last or seconds < before + length)
),
opening as (
    select calendar_id, cast(floor(seconds_before / 86400) as bigint) as stretch, date_on, opens, seconds, seconds_before
    from core.calendar_day where seconds > 0
    union all
    select
        calendar_id, cast(floor((seconds_before + seconds - 1) / 86400) as bigint), date_on, opens, seconds, seconds_before
    from core.calendar_day
    where seconds > 0 and floor((seconds_before + seconds - 1) / 86400) > floor(seconds_before / 86400)
)
select
    g.request_id, g.target, g.seconds, f.number, f.opened_on, local_time(f.opened_at) as opened_local,
    local_time(case when g.target = 'response' then f.responded_at else f.resolved_at end) as done_local,
    local_time(coalesce(case when g.target = 'response' then f.responded_at else f.resolved_at end, f.closed_at))
        as ended_local,
    coalesce(
        cast(o.date_on as timestamp) + to_seconds(o.opens + d.business_seconds - o.seconds_before),
        timestamp '9999-12-31') as late_local,
    f.customer_id, f.unit_id, f.model_id, f.item_id, f.category, f.brand, f.fault, f.priority, f.channel, f.state,
    f.assignee_id, f.agreement_id, f.region_id, f.level, f.industry, f.org_unit_id, f.owner_id, f.calendar_id
from target as g
join core.fct_request as f on f.request_id = g.request_id
left join due as d on d.request_id = g.request_id and d.target = g.target
left join opening as o
    on o.calendar_id = f.calendar_id and o.stretch = cast(floor(d.business_seconds / 86400) as bigint)
    and d.business_seconds >= o.seconds_before and d.business_seconds < o.seconds_before + o.seconds
