"""The executive summary: two pages and the details, every Monday for the week before."""

from dashboards.block import Bars, Kpi, Ranking, Trend
from dashboards.label import Title
from dashboards.page import Report

REPORT = Report(
    name="executive-summary",
    title=Title("经营周报", "Executive summary"),
    grain="week",
    cron="0 7 * * 1",
    readers=("executive", "branch_manager"),
    chapters=(
        (Title("要点", "Highlights"),
         (Kpi("revenue"), Kpi("orders"), Kpi("active_customers"), Kpi("outstanding"))),
        (Title("销售", "Sales"),
         (Trend(("revenue",), by="region", title=Title("各地区销售额", "Revenue by region")),
          Ranking(("revenue", "orders", "average_order_value"), by="customer", top=10, totals=True))),
        (Title("服务", "Service"),
         (Kpi("requests_opened"), Kpi("requests_open"), Kpi("resolution_hours:p50"), Kpi("complaints"),
          Trend(("requests_opened", "requests_resolved"), form="column"),
          Bars(("complaints",), by="cause"))),
        (Title("备件与库存", "Parts and stock"),
         (Kpi("replacements"), Kpi("mtbr_days", title=Title("平均更换间隔", "Mean replacement interval")), Kpi("on_hand_value"), Kpi("turnover"),
          Bars(("replacements",), by="part"))),
        (Title("应收账款", "Receivables"),
         (Trend(("invoiced", "collected"), form="column"),
          Bars(("outstanding",), by="bucket", ordered=True, top=None, title=Title("账龄", "Ageing")))),
    ),
)  # fmt: skip
