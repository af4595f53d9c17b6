/*
grain = { zh = "一行为一个商机", en = "one row per opportunity" }
owner = "sales"
entity = "opportunity"
key = ["opportunity_id"]
complete = "staging.opportunity"
record = "number"
follows = { opportunity = "opportunity_id" }
as_of = { customer = ["customer_id", "opened_on"] }
scope = { org_unit_id = ["customer.org_unit_id", "owner.org_unit_id"], owner_id = "owner_id" }
*/
select
    p.id as opportunity_id, p.number, p.customer_id, p.stage, p.opened_on, p.closed_on, p.lost_reason, p.owner_id,
    c.region_id, c.level, c.industry, c.org_unit_id,
    p.amount
from staging.opportunity as p
left join core.customer_on as c
    on c.customer_id = p.customer_id and p.opened_on >= c.valid_from and p.opened_on < c.valid_to
