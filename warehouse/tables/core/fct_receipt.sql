/*
grain = { zh = "一行为一张收款单", en = "one row per receipt" }
owner = "finance"
entity = "receipt"
key = ["receipt_id"]
complete = "staging.receipt"
record = "number"
checks = ["customer_id in core.dim_customer"]
follows = { receipt = "receipt_id" }
as_of = { customer = ["customer_id", "received_on"] }
scope = { org_unit_id = "customer.org_unit_id", owner_id = "customer.owner_id" }
*/
select
    r.id as receipt_id, r.number, r.customer_id, r.invoice_id, r.received_on, r.state,
    r.state = 'posted' as counted,
    c.region_id, c.level, c.industry, c.org_unit_id, c.owner_id,
    r.amount
from staging.receipt as r
left join core.customer_on as c
    on c.customer_id = r.customer_id and r.received_on >= c.valid_from and r.received_on < c.valid_to
