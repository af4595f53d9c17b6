/*
grain = { zh = "一行为一个组织单位", en = "one row per organisation unit" }
owner = "organisation"
entity = "org_unit"
key = ["org_unit_id"]
complete = "staging.org_unit"
record = "code"
follows = { org_unit = "org_unit_id" }
*/
select id as org_unit_id, code, name, name_en, kind, parent_id
from staging.org_unit
