/*
grain = { zh = "只有一行：所有业务单据中最新的一天；没有单据时为空", en = "one row: the newest day of any business record; without records it is empty" }
owner = "data"
key = ["kind"]
*/
select 'business' as kind, max(newest_on) as newest_on
from (
    select max(ordered_on) as newest_on from core.fct_order
    union all select max(returned_on) from core.fct_return_line
    union all select max(invoiced_on) from core.fct_invoice
    union all select max(received_on) from core.fct_receipt
    union all select max(greatest(opened_on, resolved_on, closed_on)) from core.fct_request
    union all select max(greatest(opened_on, resolved_on, closed_on)) from core.fct_complaint
    union all select max(replaced_on) from core.fct_replacement
    union all select max(moved_on) from core.fct_movement
    union all select max(greatest(opened_on, closed_on)) from core.fct_opportunity
)
