/*
grain = { zh = "一行为一份服务协议的今日状况", en = "one row per service agreement, as it is today" }
owner = "service"
entity = "service_agreement"
key = ["agreement_id"]
record = "number"
follows = { service_agreement = "agreement_id" }
*/
select
    id as agreement_id, number, customer_id, starts_on, ends_on, state, calendar_id, response_hours, resolution_hours,
    price
from staging.service_agreement
