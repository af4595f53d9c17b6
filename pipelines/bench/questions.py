"""Typical questions, each with the bare statement that a specialist would write on the same published file.

The statements give the same rows, months without anything and counts behind shares and medians included; rows and the
first column of figures are checked. How both are timed stands in questioning.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

START, END = "2025-11-01", "2026-11-01"
SALES = f"from core.fct_order where counted and ordered_on >= '{START}' and ordered_on < '{END}'"
LINES = f"from core.fct_order_line where counted and ordered_on >= '{START}' and ordered_on < '{END}'"
RETURNS = f"from core.fct_return_line where counted and returned_on >= '{START}' and returned_on < '{END}'"
MONTHS = (
    f"(select unnest(generate_series(date '{START}', date '{END}' - 1, interval 1 month))::date as month)"
)
REQUESTS = f"from core.fct_request where resolved_on >= '{START}' and resolved_on < '{END}'"


@dataclass(frozen=True)
class Pair:
    """A question and its statement; `figure` is the column of the statement that must equal the first metric's."""

    metrics: str
    sql: str
    figure: str = "figure"
    says: dict[str, Any] = field(default_factory=dict)


PAIRS = (
    Pair("revenue", f"select (select sum(amount) {SALES}) - coalesce((select sum(amount) {RETURNS}), 0) as figure"),
    Pair("revenue", f"""with s as (select date_trunc('month', ordered_on) as month, sum(amount) as sold {SALES} group by 1),
         r as (select date_trunc('month', returned_on) as month, sum(amount) as back {RETURNS} group by 1)
         select month, coalesce(sold, 0) - coalesce(back, 0) as figure
         from {MONTHS} left join s using (month) left join r using (month) order by 1""",
         says={"grain": "month"}),
    Pair("revenue", f"""with s as (select region_id, date_trunc('month', ordered_on) as month, sum(amount) as sold {SALES} group by 1, 2),
         r as (select region_id, date_trunc('month', returned_on) as month, sum(amount) as back {RETURNS} group by 1, 2)
         select name, month, coalesce(sold, 0) - coalesce(back, 0) as figure
         from (select region_id from s union select region_id from r) cross join {MONTHS}
         left join s using (region_id, month) left join r using (region_id, month)
         left join core.dim_region using (region_id) order by 1, 2""",
         says={"by": "region", "grain": "month"}),
    Pair("gross_revenue,orders,average_order_value", f"""select c.name, a.* from (
         select customer_id, sum(amount) as figure, count(*) as orders,
         sum(amount) / count(case when amount > 0 then 1 end) as average, count(case when amount > 0 then 1 end) as n {SALES}
         group by customer_id order by figure desc limit 10) a join core.dim_customer c using (customer_id) order by figure desc""",
         says={"by": "customer", "top": 10}),
    Pair("gross_revenue", f"select category, sum(amount) as figure {LINES} group by 1 order by 1", says={"by": "category"}),
    Pair("gross_margin_pct", f"""with s as (select category, sum(amount) as sold, sum(cost) as cost, count(distinct order_id) as orders {LINES} group by 1),
         r as (select category, sum(amount) as back, sum(cost) as cost_back {RETURNS} group by 1)
         select category, (sold - coalesce(back, 0) - cost + coalesce(cost_back, 0))::double / (sold - coalesce(back, 0))::double as figure, orders
         from s left join r using (category) order by 1""", says={"by": "category"}),
    Pair("units_sold", f"select i.name, sum(quantity) as figure {LINES.replace('core.fct_order_line', 'core.fct_order_line join core.dim_item i using (item_id)')} "
         "group by item_id, i.name order by 2 desc limit 20", says={"by": "item", "top": 20}),
    Pair("buying_customers", f"select count(distinct customer_id) as figure {SALES}"),
    Pair("new_customers", f"""with c as (select date_trunc('month', ordered_on) as month, count(*) as new from marts.customer_day
         where previous_on is null and ordered_on >= '{START}' and ordered_on < '{END}' group by 1)
         select month, coalesce(new, 0) as figure from {MONTHS} left join c using (month) order by 1""", says={"grain": "month"}),
    Pair("top_share", f"""with r as (select customer_id, sum(amount) as back {RETURNS} group by 1),
         s as (select customer_id, sum(amount) as sold {SALES} group by 1),
         h as (select sold - coalesce(back, 0) as held from s left join r using (customer_id))
         select (select sum(held) from (select held from h where held > 0 order by held desc limit 10))::double
              / (select sum(held) from h where held > 0)::double as figure, (select count(*) from h where held > 0) as n"""),
    Pair("recency_days", f"""select code, a.figure from (select customer_id, date_diff('day', max(ordered_on), date '{END}') as figure
         from marts.customer_day where ordered_on >= '{START}' and ordered_on < '{END}' group by 1 order by 2 desc limit 20) a
         join core.dim_customer using (customer_id) order by 2 desc""", says={"by": "customer.code", "top": 20, "as_of": END}),
    Pair("resolution_hours:p50", f"select quantile_cont(date_diff('second', opened_at, resolved_at) / 3600.0, 0.5) as figure, count(*) as n {REQUESTS}"),
)  # fmt: skip
