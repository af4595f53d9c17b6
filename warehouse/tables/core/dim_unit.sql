/*
grain = { zh = "一行为一台在用设备的今日状况", en = "one row per installed unit, as it is today" }
owner = "service"
entity = "unit"
key = ["unit_id"]
complete = "staging.unit"
record = "serial"
follows = { unit = "unit_id" }
*/
select id as unit_id, serial, item_id as model_id, customer_id, installed_on, retired_on
from staging.unit
