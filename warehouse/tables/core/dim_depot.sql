/*
grain = { zh = "一行为一个仓库", en = "one row per depot" }
owner = "warehouse"
entity = "depot"
key = ["depot_id"]
complete = "staging.depot"
record = "code"
follows = { depot = "depot_id" }
*/
select id as depot_id, code, name, name_en, org_unit_id
from staging.depot
