/*
grain = { zh = "一行为一次备件更换，附所属设备", en = "one row per part replacement, with its unit" }
owner = "service"
entity = "part_replacement"
key = ["replacement_id"]
complete = "staging.part_replacement where unit_id in (select id from staging.unit)"
record = "number"
checks = ["unit_id in core.dim_unit", "part_id in core.dim_item", "age_days >= 0"]
follows = { part_replacement = "replacement_id", "core.fct_unit" = "unit_id", service_request = "request_id" }
as_of = { customer = ["customer_id", "replaced_on"] }
instants = { replaced_on = "replaced_at" }
scope = { org_unit_id = "customer.org_unit_id" }
*/
select
    p.id as replacement_id, p.number, p.unit_id, p.part_id, p.service_request_id as request_id, p.reason, q.fault,
    u.model_id, u.category, u.brand, u.customer_id, c.region_id, c.level, c.industry, c.org_unit_id, c.owner_id,
    p.replaced_at, local_date(p.replaced_at) as replaced_on,
    date_diff('day', u.installed_on, local_date(p.replaced_at)) as age_days,
    local_date(p.replaced_at) <= u.warranty_until as under_warranty,
    coalesce(p.quantity, 1) as quantity, p.cost, p.depot_id
from staging.part_replacement as p
join core.fct_unit as u on u.unit_id = p.unit_id
left join staging.service_request as q on q.id = p.service_request_id
left join core.customer_on as c
    on c.customer_id = u.customer_id
    and local_date(p.replaced_at) >= c.valid_from and local_date(p.replaced_at) < c.valid_to
