/*
grain = { zh = "一行为一个服务日历的一天及其工作时间，1990 至 2060 年；日历 0 为周一至周五 9 至 18 点", en = "one row per service calendar and day, 1990 to 2060, with its opening hours; calendar 0 is Monday to Friday, 9 to 18" }
owner = "service"
key = ["calendar_id", "date_on"]
checks = ["seconds between 0 and 86400"]
follows = { service_calendar = "calendar_id" }
*/
-- A day that is past keeps the hours that its weekday had then; special days are those known today. `opens` and
-- `seconds` are seconds of the day; the difference of `seconds_before` of two days is the open time between them.
with said as (
    select
        0 as calendar_id, date_on,
        case when isodow(date_on) <= 5 then '09:00-18:00' end as hours
    from core.dim_date
    union all
    select
        c.id, d.date_on,
        coalesce(s.hours, case
            when s.kind = 'working' then c.monday
            when s.kind is null then case isodow(d.date_on)
                when 1 then c.monday when 2 then c.tuesday when 3 then c.wednesday when 4 then c.thursday
                when 5 then c.friday when 6 then c.saturday else c.sunday end
        end)
    from core.dim_date as d
    join staging.service_calendar_version as c
        on d.date_on >= local_date(c.valid_from) and d.date_on < local_date(c.valid_to)
    left join (
        select service_calendar_id, day, max(kind) as kind, max(hours) as hours
        from staging.service_calendar_line group by service_calendar_id, day
    ) as s on s.service_calendar_id = c.id and s.day = d.date_on
),
parsed as (
    select
        calendar_id, date_on,
        try_cast(split_part(split_part(hours, '-', 1), ':', 1) as integer) * 3600
            + try_cast(split_part(split_part(hours, '-', 1), ':', 2) as integer) * 60 as opens,
        try_cast(split_part(split_part(hours, '-', 2), ':', 1) as integer) * 3600
            + try_cast(split_part(split_part(hours, '-', 2), ':', 2) as integer) * 60 as closes
    from said
)
select
    cast(calendar_id as bigint) as calendar_id, date_on, coalesce(opens, 0) as opens,
    greatest(coalesce(closes - opens, 0), 0) as seconds,
    cast(coalesce(sum(greatest(coalesce(closes - opens, 0), 0))
        over (partition by calendar_id order by date_on rows between unbounded preceding and 1 preceding), 0) as bigint)
        as seconds_before
from parsed
