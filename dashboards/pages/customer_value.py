"""Customer value: who buys, who stays, who lapses, and what they are worth."""

from dashboards.block import Bars, Distribution, Kpi, Pareto, Ranking, Trend, Triangle
from dashboards.label import Title
from dashboards.page import Page
from dashboards.sections import GENERAL

PAGE = Page(
    name="customer-value", title=Title("客户价值", "Customer value"), section=GENERAL, icon="users", order=20,
    filters=("region", "level", "industry", "org_unit"),
    rows=(
        (Kpi("buying_customers"), Kpi("new_customers"), Kpi("repeat_rate"), Kpi("lapsed_customers")),
        (Trend(("revenue", "returns_amount"), width=8, form="column", title=Title("销售额与退货", "Revenue and returns")),
         Bars(("buying_customers",), by="rfm_segment", width=4, title=Title("客户分群", "Customer segments"))),
        (Pareto("revenue", by="customer", width=6),
         Triangle("retention", width=6, title=Title("客户留存", "Retention by cohort"),
                  across=Title("首购后第几个月", "Months since the first order"))),
        (Distribution("lifetime_value", each="customer.code", width=8,
                      title=Title("客户终身价值的分布", "Distribution of lifetime value")),
         Bars(("lifetime_value",), by="lifetime_band", top=None, ordered=True, width=4)),
        (Ranking(("pair_support", "attach_rate", "lift", "lift_q_value"), by="item", columns=("other_item",), top=10,
                 title=Title("最常同单的物料", "Most often in one order")),),
        (Ranking(("revenue", "frequency", "recency_days", "alive_probability", "lifetime_value", "lifetime_value:lo95", "lifetime_value:hi95"), by="customer.code",
                 columns=("customer", "customer.region"), title=Title("客户价值排行", "Customers by value")),),
    ),
)  # fmt: skip
