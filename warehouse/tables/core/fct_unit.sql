/*
grain = { zh = "一行为一台在用设备，附客户在安装日的属性", en = "one row per installed unit, with its customer's attributes on the day of installation" }
owner = "service"
entity = "unit"
key = ["unit_id"]
complete = "staging.unit"
record = "serial"
checks = ["model_id in core.dim_item"]
follows = { unit = "unit_id" }
as_of = { customer = ["customer_id", "installed_on"], item = ["model_id", "installed_on"] }
scope = { org_unit_id = "customer.org_unit_id" }
*/
select
    u.id as unit_id, u.serial, u.item_id as model_id, i.category, i.brand, u.customer_id,
    c.region_id, c.level, c.industry, c.org_unit_id, c.owner_id,
    u.installed_on, u.retired_on,
    -- the last day of the warranty: as written on the unit, else the months of its model on that day
    coalesce(u.warranty_until, cast(u.installed_on + to_months(cast(i.warranty_months as integer)) as date) - 1)
        as warranty_until
from staging.unit as u
left join core.item_on as i
    on i.item_id = u.item_id and u.installed_on >= i.valid_from and u.installed_on < i.valid_to
left join core.customer_on as c
    on c.customer_id = u.customer_id and u.installed_on >= c.valid_from and u.installed_on < c.valid_to
