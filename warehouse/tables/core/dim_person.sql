/*
grain = { zh = "一行为一名员工", en = "one row per person" }
owner = "organisation"
entity = "person"
key = ["person_id"]
complete = "staging.person"
record = "code"
follows = { person = "person_id" }
*/
select id as person_id, code, name, name_en, org_unit_id, manager_id
from staging.person
