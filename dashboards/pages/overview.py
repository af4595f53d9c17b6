"""The overview: how the company does, on one page."""

from dashboards.block import Bars, Kpi, Ranking, Trend
from dashboards.label import Title
from dashboards.page import Page
from dashboards.sections import GENERAL

PAGE = Page(
    name="overview", title=Title("经营总览", "Overview"), section=GENERAL, icon="dashboard", order=10,
    rows=(
        (Kpi("revenue"), Kpi("active_customers"), Kpi("first_response_hours:p50", title=Title("首次响应（中位数）", "First response (median)")), Kpi("outstanding")),
        (Kpi("orders"), Kpi("gross_margin_pct"), Kpi("requests_open"), Kpi("on_hand_value")),
        (Trend(("revenue",), width=8, compared=True), Bars(("revenue",), by="region", width=4, compared=True)),
        (Trend(("requests_opened", "requests_resolved"), width=8, form="column",
               title=Title("服务请求：登记与解决", "Service requests opened and resolved")),
         Bars(("complaints",), by="cause", width=4)),
        (Ranking(("revenue", "orders", "recency_days"), by="customer.code", columns=("customer", "customer.region", "customer.level"),
                 title=Title("重点客户", "Key customers")),),
    ),
)  # fmt: skip
