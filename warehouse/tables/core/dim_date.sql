/*
grain = { zh = "一行为日历中的一天，1990 至 2060 年", en = "one row per calendar day, 1990 to 2060" }
owner = "data"
key = ["date_on"]
*/
select
    cast(day as date) as date_on,
    cast(date_trunc('week', day) as date) as week_on,
    cast(date_trunc('month', day) as date) as month_on,
    cast(date_trunc('quarter', day) as date) as quarter_on,
    cast(date_trunc('year', day) as date) as year_on
from range(timestamp '1990-01-01', timestamp '2061-01-01', interval 1 day) as calendar(day)
