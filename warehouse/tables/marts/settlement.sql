/*
grain = { zh = "一行为一张已由收款结清的发票，附结清之日", en = "one row per invoice that receipts have brought to zero, with the day on which they did" }
owner = "finance"
entity = "invoice"
key = ["invoice_id"]
record = "number"
holder = ["invoice_id"]
read_by_holder = { "core.fct_invoice" = "invoice_id", "core.fct_receipt" = "invoice_id" }
scope = { org_unit_id = "customer.org_unit_id", owner_id = "customer.owner_id" }
*/
with paid as (
    select
        invoice_id, received_on,
        sum(amount) over (
            partition by invoice_id order by received_on, receipt_id
            rows between unbounded preceding and current row
        ) as so_far
    from core.fct_receipt
    where counted and invoice_id is not null
),
settled as (
    select p.invoice_id, min(p.received_on) as settled_on
    from paid as p
    join core.fct_invoice as i on i.invoice_id = p.invoice_id
    where p.so_far >= i.amount
    group by p.invoice_id
)
select
    i.invoice_id, i.number, i.customer_id, i.invoiced_on, i.due_on, s.settled_on, i.amount,
    i.region_id, i.level, i.industry, i.org_unit_id, i.owner_id
from core.fct_invoice as i
join settled as s on s.invoice_id = i.invoice_id
where i.counted
