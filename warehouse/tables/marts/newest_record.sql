/*
grain = "one row per kind of business record, with its newest day"
owner = "data"
key = ["entity"]
*/
select 'order' as entity, max(ordered_on) as newest_on from core.fct_order
union all select 'return_note', max(returned_on) from core.fct_return_line
union all select 'invoice', max(invoiced_on) from core.fct_invoice
union all select 'receipt', max(received_on) from core.fct_receipt
union all select 'service_request', max(greatest(opened_on, resolved_on, closed_on)) from core.fct_request
union all select 'complaint', max(greatest(opened_on, resolved_on, closed_on)) from core.fct_complaint
union all select 'part_replacement', max(replaced_on) from core.fct_replacement
union all select 'stock_movement', max(moved_on) from core.fct_movement
union all select 'opportunity', max(greatest(opened_on, closed_on)) from core.fct_opportunity
