/*
grain = { zh = "一行为一张有明细的订单", en = "one row per order with lines" }
owner = "sales"
entity = "order"
key = ["order_id"]
follows = { order = "order_id" }
*/
-- A table of its own, so that the amount of a changed order is summed from its own lines only.
select
    order_id,
    cast(sum(case when amount is not null then amount
             else cast(quantity * unit_price * (1 - coalesce(discount_pct, 0) / 100) as decimal(18, 4)) end)
         as decimal(18, 4)) as amount
from staging.order_line
group by order_id
