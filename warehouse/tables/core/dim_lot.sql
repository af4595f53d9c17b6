/*
grain = { zh = "一行为物料的一个批次，附其日期", en = "one row per lot of an item, with its dates" }
owner = "warehouse"
entity = "lot"
key = ["lot_id"]
complete = "staging.lot"
follows = { lot = "lot_id" }
*/
select
    id as lot_id, item_id, number as lot, made_on, received_on, expires_on, coalesce(blocked, false) as blocked
from staging.lot
