/*
grain = { zh = "一行为一个客户的属性保持不变的一段日期", en = "one row per customer and span of days in which its attributes held" }
owner = "marketing"
entity = "customer"
key = ["customer_id", "valid_from"]
follows = { customer = "customer_id" }
versions_of = "customer"
*/
-- A change made on a day holds from that day on; of several on one day only the last is kept.
select
    id as customer_id,
    local_date(valid_from) as valid_from,
    local_date(valid_to) as valid_to,
    region_id, level, industry, org_unit_id, owner_id
from staging.customer_version
where local_date(valid_from) < local_date(valid_to)
