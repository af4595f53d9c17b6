/*
grain = { zh = "一行为一个地区", en = "one row per market region" }
owner = "marketing"
entity = "region"
key = ["region_id"]
complete = "staging.region"
record = "code"
follows = { region = "region_id" }
*/
select id as region_id, code, name, name_en, parent_id
from staging.region
