/*
grain = { zh = "一行为一个客户的今日状况", en = "one row per customer, as it is today" }
owner = "marketing"
entity = "customer"
key = ["customer_id"]
complete = "staging.customer"
record = "code"
follows = { customer = "customer_id" }
*/
select
    id as customer_id, code, name, name_en, kind, industry, region_id, level, org_unit_id, owner_id,
    turnover, credit_limit, blocked
from staging.customer
