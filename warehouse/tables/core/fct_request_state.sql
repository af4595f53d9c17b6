/*
grain = { zh = "一行为一项服务请求保持同一状态的一段时间", en = "one row per service request and span of time in which it kept a state" }
owner = "service"
entity = "service_request"
key = ["request_id", "sequence"]
record = "number"
checks = ["ends_at is null or ends_at >= starts_at"]
follows = { "core.fct_request" = "request_id", state_change = "change_id", service_calendar = "calendar_id" }
instants = { starts_on = "starts_at" }
scope = { org_unit_id = "customer.org_unit_id", owner_id = "assignee_id" }
*/
-- The spans of a request adjoin from its opening to its closing. What it did before its first kept step (all, where it
-- was imported) follows from its times; one that was reopened then counts as being worked on from its first resolution.
with step as (
    select record as request_id, sequence, id as change_id, from_state, to_state, changed_at
    from staging.state_change
    where entity = 'service_request'
),
known as (
    select
        f.request_id, f.opened_at, f.closed_at, f.responded_at, f.first_resolved_at, f.resolved_at,
        f.reopened_count > 0 and f.first_resolved_at < coalesce(f.resolved_at, timestamp '9999-12-31') as came_back,
        case when f.state in ('cancelled', 'merged') then f.state else 'closed' end as end_state,
        coalesce(w.since, timestamp '9999-12-31') as since, coalesce(w.from_beginning, 0) = 1 as from_beginning, w.last
    from core.fct_request as f
    left join (
        select
            request_id, min(changed_at) as since, max(sequence) as last,
            max(case when from_state is null then 1 else 0 end) as from_beginning
        from step group by request_id
    ) as w on w.request_id = f.request_id
),
point as (
    select
        s.request_id, 10 + s.sequence as place, s.change_id, s.to_state as state,
        case when s.from_state is null then k.opened_at else s.changed_at end as reached_at
    from step as s
    join known as k on k.request_id = s.request_id
    where k.closed_at is null or s.sequence < k.last or s.to_state not in ('closed', 'cancelled', 'merged')
    union all
    select request_id, 1, null, 'new', opened_at from known where not from_beginning
    union all
    select request_id, 2, null, 'in_progress', responded_at from known
    where not from_beginning and responded_at < since
    union all
    select request_id, 3, null, 'resolved', first_resolved_at from known
    where not from_beginning and first_resolved_at < since
    union all
    select request_id, 4, null, 'in_progress', first_resolved_at from known
    where came_back and since = timestamp '9999-12-31'
    union all
    select request_id, 5, null, 'resolved', resolved_at from known
    where not from_beginning and resolved_at < since and came_back
    union all
    select request_id, 1000000000, null, end_state, closed_at from known where closed_at is not null
),
span as (
    select
        p.request_id, p.change_id, p.state,
        row_number() over (partition by p.request_id order by p.place) as sequence,
        lead(p.place) over (partition by p.request_id order by p.place) as next_place,
        max(least(greatest(p.reached_at, k.opened_at), coalesce(k.closed_at, p.reached_at)))
            over (partition by p.request_id order by p.place rows between unbounded preceding and current row)
            as starts_at
    from point as p
    join known as k on k.request_id = p.request_id
),
adjoining as (
    select
        *,
        lead(starts_at) over (partition by request_id order by sequence) as ends_at,
        min(case when state not in ('resolved', 'closed') then starts_at end)
            over (partition by request_id order by sequence rows between 1 following and unbounded following)
            as reopened_at,
        state = 'resolved' and count(case when state = 'resolved' then 1 end)
            over (partition by request_id order by sequence rows between unbounded preceding and 1 preceding) = 0
            as is_first_resolution
    from span
)
select
    s.request_id, s.sequence, s.change_id, f.number, s.state, s.starts_at, cast(local_time(s.starts_at) as date) as starts_on,
    s.ends_at,
    s.next_place is null or s.next_place = 1000000000 as is_last,
    s.is_first_resolution, case when s.is_first_resolution then s.reopened_at end as reopened_at,
    f.opened_on, f.responded_at, f.reassigned_count, f.customer_id, f.unit_id, f.model_id, f.item_id, f.category, f.brand,
    f.fault, f.priority, f.channel, f.assignee_id, f.agreement_id, f.region_id, f.level, f.industry, f.org_unit_id,
    f.owner_id, f.calendar_id,
    b.seconds_before + least(greatest(date_diff('second', cast(b.date_on as timestamp), local_time(s.starts_at)) - b.opens, 0),
        b.seconds) as starts_business_seconds,
    e.seconds_before + least(greatest(date_diff('second', cast(e.date_on as timestamp), local_time(s.ends_at)) - e.opens, 0),
        e.seconds) as ends_business_seconds
from adjoining as s
join core.fct_request as f on f.request_id = s.request_id
left join core.calendar_day as b on b.calendar_id = f.calendar_id and b.date_on = cast(local_time(s.starts_at) as date)
left join core.calendar_day as e on e.calendar_id = f.calendar_id and e.date_on = cast(local_time(s.ends_at) as date)
where s.next_place is not null or s.state not in ('closed', 'cancelled', 'merged')
