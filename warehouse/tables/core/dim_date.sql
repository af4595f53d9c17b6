/*
grain = "one row per calendar day, 1990 to 2060"
owner = "data"
key = ["date_on"]
*/
-- Business days are Monday to Friday, 9 to 18, until agreements bring their own calendars.
select
    cast(day as date) as date_on,
    cast(date_trunc('week', day) as date) as week_on,
    cast(date_trunc('month', day) as date) as month_on,
    cast(date_trunc('quarter', day) as date) as quarter_on,
    cast(date_trunc('year', day) as date) as year_on,
    isodow(day) <= 5 as is_business_day,
    cast(32400 * sum(case when isodow(day) <= 5 then 1 else 0 end)
        over (order by day rows between unbounded preceding and 1 preceding) as bigint) as business_seconds_before
from range(timestamp '1990-01-01', timestamp '2061-01-01', interval 1 day) as calendar(day)
