/*
grain = { zh = "一行为一个指标在一段时期内对一个维度成员的目标", en = "one row per target of a figure for a period and a member of a dimension" }
owner = "finance"
entity = "target_value"
key = ["target_value_id"]
complete = "staging.target_value"
follows = { target_value = "target_value_id" }
*/
select
    id as target_value_id, metric, dimension, member, value,
    case when length(period) = 4 then 'year' when substr(period, 6, 1) = 'Q' then 'quarter' else 'month' end as grain,
    try_cast(concat(
        substr(period, 1, 4), '-',
        case
            when length(period) = 4 or period like '%Q1' then '01'
            when period like '%Q2' then '04'
            when period like '%Q3' then '07'
            when period like '%Q4' then '10'
            else substr(period, 6, 2)
        end,
        '-01'
    ) as date) as first_on
from staging.target_value
