/*
grain = { zh = "一行为一张发票", en = "one row per invoice" }
owner = "finance"
entity = "invoice"
key = ["invoice_id"]
complete = "staging.invoice"
record = "number"
checks = ["customer_id in core.dim_customer"]
follows = { invoice = "invoice_id" }
as_of = { customer = ["customer_id", "invoiced_on"] }
scope = { org_unit_id = "customer.org_unit_id", owner_id = "customer.owner_id" }
*/
select
    n.id as invoice_id, n.number, n.customer_id, n.order_id, n.invoiced_on, n.due_on, n.state,
    n.state in ('issued', 'partly_paid', 'paid') as counted,
    c.region_id, c.level, c.industry, c.org_unit_id, c.owner_id,
    n.amount
from staging.invoice as n
left join core.customer_on as c
    on c.customer_id = n.customer_id and n.invoiced_on >= c.valid_from and n.invoiced_on < c.valid_to
