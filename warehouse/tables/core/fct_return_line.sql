/*
grain = { zh = "一行为退货单的一行", en = "one row per line of a return note" }
owner = "sales"
entity = "return_note"
key = ["return_line_id"]
complete = "staging.return_note_line where return_note_id in (select id from staging.return_note)"
record = "number"
checks = ["customer_id in core.dim_customer", "item_id in core.dim_item"]
follows = { return_note_line = "return_line_id", return_note = "return_note_id", order = "order_id" }
as_of = { customer = ["customer_id", "returned_on"], item = ["item_id", "costed_on"] }
scope = { org_unit_id = "customer.org_unit_id", owner_id = "customer.owner_id" }
*/
-- The price is the return's own, else the order line's, else the list price. The cost is the mean of the order's
-- lines of the item, so that what all comes back leaves no cost behind: what those lines say that they cost, else
-- the standard cost of the order's day; without an order, that of the day of return.
with ordered as (
    select
        l.order_id, l.item_id, max(l.unit_price) as unit_price, sum(l.quantity) as quantity,
        sum(coalesce(l.cost, l.quantity * l.unit_cost)) as said_cost,
        sum(case when l.cost is null and l.unit_cost is null then l.quantity else 0 end) as at_standard
    from staging.order_line as l
    join (select distinct order_id from staging.return_note) as r on r.order_id = l.order_id
    group by l.order_id, l.item_id
)
select
    l.id as return_line_id, l.return_note_id, n.number, n.order_id, n.customer_id, n.returned_on,
    coalesce(o.ordered_on, n.returned_on) as costed_on, n.state, n.reason,
    n.state in ('received', 'credited', 'closed') as counted,
    n.depot_id, l.item_id, i.category, i.brand,
    c.region_id, c.level, c.industry, c.org_unit_id, c.owner_id,
    l.quantity,
    cast(l.quantity * coalesce(l.unit_price, ordered.unit_price, i.list_price) as decimal(18, 4)) as amount,
    case when ordered.said_cost is null then cast(l.quantity * i.standard_cost as decimal(18, 4))
         else cast(l.quantity * (
                  cast(ordered.said_cost as double)
                  + cast(ordered.at_standard as double) * coalesce(cast(i.standard_cost as double), 0)
              ) / nullif(cast(ordered.quantity as double), 0) as decimal(18, 4))
    end as cost
from staging.return_note_line as l
join staging.return_note as n on n.id = l.return_note_id
left join staging."order" as o on o.id = n.order_id
left join ordered on ordered.order_id = n.order_id and ordered.item_id = l.item_id
left join core.item_on as i
    on i.item_id = l.item_id
    and coalesce(o.ordered_on, n.returned_on) >= i.valid_from and coalesce(o.ordered_on, n.returned_on) < i.valid_to
left join core.customer_on as c
    on c.customer_id = n.customer_id and n.returned_on >= c.valid_from and n.returned_on < c.valid_to
