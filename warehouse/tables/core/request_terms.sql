/*
grain = { zh = "一行为一张由服务协议覆盖的服务请求，附开单日的条款", en = "one row per service request that an agreement covers, with the terms of the day on which it was opened" }
owner = "service"
key = ["request_id"]
follows = { service_request = "request_id", service_agreement = "agreement_id" }
*/
-- A request that names its agreement keeps it; another takes the one in force: one that names its unit before one for
-- all units, then the one that began last. Terms are those of the version of its day; the first that was no draft
-- holds from the beginning of time.
with signed as (
    select
        id as agreement_id, customer_id, starts_on, ends_on, state, calendar_id, response_hours, resolution_hours,
        pauses_for_customer, valid_to,
        case when row_number() over (partition by id order by valid_from, valid_to) = 1 then timestamp '0001-01-01'
             else valid_from end as valid_from
    from staging.service_agreement_version
    where state <> 'draft'
),
candidate as (
    select r.id as request_id, r.opened_at, r.unit_id, r.priority, s.*, true as is_named
    from staging.service_request as r
    join signed as s
        on s.agreement_id = r.agreement_id and r.opened_at >= s.valid_from and r.opened_at < s.valid_to
    union all
    select r.id, r.opened_at, r.unit_id, r.priority, s.*, false
    from staging.service_request as r
    join signed as s
        on s.customer_id = r.customer_id and r.opened_at >= s.valid_from and r.opened_at < s.valid_to
    where r.agreement_id is null and s.state <> 'suspended'
        and local_date(r.opened_at) >= s.starts_on
        and (s.ends_on is null or local_date(r.opened_at) <= s.ends_on)
),
by_line as (
    select
        c.request_id, c.agreement_id,
        max(case when l.unit_id is not null then 1 else 0 end) as names_units,
        max(case when l.unit_id = c.unit_id then 1 else 0 end) as names_this,
        coalesce(
            max(case when l.unit_id = c.unit_id and l.priority = c.priority then l.response_hours end),
            max(case when l.unit_id is null and l.priority = c.priority then l.response_hours end),
            max(case when l.unit_id = c.unit_id and l.priority is null then l.response_hours end)) as response_hours,
        coalesce(
            max(case when l.unit_id = c.unit_id and l.priority = c.priority then l.resolution_hours end),
            max(case when l.unit_id is null and l.priority = c.priority then l.resolution_hours end),
            max(case when l.unit_id = c.unit_id and l.priority is null then l.resolution_hours end)) as resolution_hours
    from candidate as c
    join staging.service_agreement_line_version as l
        on l.service_agreement_id = c.agreement_id and c.opened_at >= l.valid_from and c.opened_at < l.valid_to
    group by c.request_id, c.agreement_id
),
ranked as (
    select
        c.request_id, c.agreement_id, coalesce(c.calendar_id, 0) as calendar_id,
        coalesce(l.response_hours, c.response_hours) as response_hours,
        coalesce(l.resolution_hours, c.resolution_hours) as resolution_hours,
        coalesce(c.pauses_for_customer, false) as pauses_for_customer,
        row_number() over (
            partition by c.request_id
            order by coalesce(l.names_this, 0) desc, c.starts_on desc, c.agreement_id desc) as place
    from candidate as c
    left join by_line as l on l.request_id = c.request_id and l.agreement_id = c.agreement_id
    where c.is_named or coalesce(l.names_units, 0) = 0 or l.names_this = 1
)
select
    request_id, agreement_id, calendar_id, pauses_for_customer,
    cast(round(response_hours * 3600) as bigint) as response_seconds,
    cast(round(resolution_hours * 3600) as bigint) as resolution_seconds
from ranked
where place = 1
