/*
grain = "one row per customer and day with counted orders"
owner = "sales"
entity = "order"
key = ["customer_id", "ordered_on"]
record = ["core.dim_customer", "customer_id", "code"]
record_entity = "customer"
derived_from = "core.fct_order"
*/
-- A row is the customer's latest purchase from its day until next_on: lapsing and returning are read from it.
with day as (
    select
        customer_id, ordered_on, count(*) as orders, sum(amount) as amount,
        min(region_id) as region_id, min(level) as level, min(industry) as industry,
        min(org_unit_id) as org_unit_id, min(owner_id) as owner_id
    from core.fct_order
    where counted
    group by customer_id, ordered_on
)
select
    customer_id, ordered_on, orders, amount, region_id, level, industry, org_unit_id, owner_id,
    min(ordered_on) over (partition by customer_id) as first_on,
    lag(ordered_on) over (partition by customer_id order by ordered_on) as previous_on,
    lead(ordered_on) over (partition by customer_id order by ordered_on) as next_on
from day
