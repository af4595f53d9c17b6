/*
grain = { zh = "一行为一台在用设备的客户属性保持不变的一段日期", en = "one row per installed unit and span of days in which its customer's attributes held" }
owner = "service"
entity = "unit"
key = ["unit_id", "starts_on"]
record = "serial"
checks = ["unit_id in core.dim_unit"]
follows = { "core.fct_unit" = "unit_id", customer = "customer_id" }
scope = { org_unit_id = "customer.org_unit_id" }
*/
-- Days in service can be counted under the region, level and owner of their time; ends_on is empty in service.
select
    u.unit_id, u.serial, u.model_id, u.category, u.brand, u.customer_id,
    c.region_id, c.level, c.industry, c.org_unit_id, c.owner_id,
    greatest(u.installed_on, coalesce(c.valid_from, u.installed_on)) as starts_on,
    case when c.valid_to is null or c.valid_to = date '9999-12-31' then u.retired_on
         else least(c.valid_to, coalesce(u.retired_on, c.valid_to)) end as ends_on
from core.fct_unit as u
left join core.customer_on as c
    on c.customer_id = u.customer_id
    and c.valid_to > u.installed_on
    and (u.retired_on is null or c.valid_from < u.retired_on or c.valid_from <= u.installed_on)
