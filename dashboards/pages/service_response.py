"""Service response: how fast requests are answered and resolved, open ones counted."""

from dashboards.block import Bars, Kpi, Ranking, Trend
from dashboards.label import Title
from dashboards.page import Page
from dashboards.sections import GENERAL

PAGE = Page(
    name="service-response", title=Title("服务响应", "Service response"), section=GENERAL, icon="headset", order=30,
    filters=("region", "org_unit", "priority", "channel"),
    rows=(
        (Kpi("requests_opened"), Kpi("requests_open"), Kpi("first_response_hours:km_p50"), Kpi("resolution_hours:p90")),
        (Trend(("requests_opened", "requests_resolved"), width=8, form="column",
               title=Title("登记与解决", "Opened and resolved")),
         Bars(("requests_opened",), by="priority", ordered=True, width=4)),
        (Trend(("resolution_hours:p50", "resolution_hours:p90"), width=6, title=Title("解决时长", "Resolution time")),
         Trend(("first_response_hours:p50", "first_response_hours:p90"), width=6,
               title=Title("首次响应时长", "First response time"))),
        (Bars(("complaints",), by="cause", width=6), Trend(("complaints",), width=6, form="column")),
        (Ranking(("requests_opened", "resolution_hours:p50", "resolution_hours:p90", "reopen_rate"), by="fault",
                 title=Title("各故障一览", "Faults at a glance")),),
    ),
)  # fmt: skip
