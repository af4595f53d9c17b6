/*
grain = { zh = "一行为一个物料的今日状况", en = "one row per item, as it is today" }
owner = "warehouse"
entity = "item"
key = ["item_id"]
complete = "staging.item"
record = "code"
follows = { item = "item_id" }
*/
select
    id as item_id, code, name, name_en, coalesce(kind, 'product') as kind, category, brand, unit as unit_of_measure,
    list_price, standard_cost, lead_time_days, shelf_life_days, warranty_months
from staging.item
