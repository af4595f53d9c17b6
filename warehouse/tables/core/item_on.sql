/*
grain = { zh = "一行为一个物料的属性保持不变的一段日期", en = "one row per item and span of days in which its attributes held" }
owner = "warehouse"
entity = "item"
key = ["item_id", "valid_from"]
follows = { item = "item_id" }
versions_of = "item"
*/
select
    id as item_id,
    local_date(valid_from) as valid_from,
    local_date(valid_to) as valid_to,
    category, brand, standard_cost, list_price, warranty_months
from staging.item_version
where local_date(valid_from) < local_date(valid_to)
