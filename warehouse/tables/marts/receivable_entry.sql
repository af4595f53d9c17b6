/*
grain = { zh = "一行为一张已开发票（增加金额）或一笔已过账收款（减少金额）", en = "one row per issued invoice (amount added) and posted receipt (amount taken off)" }
owner = "finance"
entity = "invoice"
key = ["document_id", "document"]
record = "number"
record_entity = "document"
follows = { "core.fct_invoice" = "invoice_id", "core.fct_receipt" = "receipt_id" }
scope = { org_unit_id = "customer.org_unit_id", owner_id = "customer.owner_id" }
*/
-- A receipt stands under its invoice's due day and attributes, so that the sum of a bucket is what is open in it;
-- one without an issued invoice is on account.
select
    'invoice' as document, invoice_id as document_id, number, customer_id, invoiced_on as entry_on, due_on, amount,
    region_id, level, industry, org_unit_id, owner_id, invoice_id, null as receipt_id
from core.fct_invoice
where counted
union all
select
    'receipt', r.receipt_id, r.number, r.customer_id, r.received_on, i.due_on, -r.amount,
    case when i.invoice_id is null then r.region_id else i.region_id end,
    case when i.invoice_id is null then r.level else i.level end,
    case when i.invoice_id is null then r.industry else i.industry end,
    case when i.invoice_id is null then r.org_unit_id else i.org_unit_id end,
    case when i.invoice_id is null then r.owner_id else i.owner_id end,
    r.invoice_id, r.receipt_id
from core.fct_receipt as r
left join core.fct_invoice as i on i.invoice_id = r.invoice_id and i.counted
where r.counted
