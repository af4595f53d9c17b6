"""Service response: how fast requests are answered and resolved, open ones counted."""

from dashboards.block import Bars, Curve, Kpi, Ranking, Trend
from dashboards.label import Title
from dashboards.page import Page
from dashboards.sections import GENERAL

PAGE = Page(
    name="service-response", title=Title("服务响应", "Service response"), section=GENERAL, icon="headset", order=30,
    filters=("region", "org_unit", "priority", "channel"),
    rows=(
        (Kpi("requests_opened"), Kpi("requests_open"),
         Kpi("first_response_hours:km_p50", title=Title("首次响应（含未结）", "First response, open too")), Kpi("resolution_hours:p90")),
        (Kpi("sla_attainment", title=Title("按时响应率", "Answered in time")),
         Kpi("sla_attainment@target=resolution", title=Title("按时解决率", "Resolved in time")),
         Kpi("sla_undecided", title=Title("待响应且未超时", "Not answered, still in time")), Kpi("reopen_rate")),
        (Trend(("requests_opened", "requests_resolved"), width=8, form="column",
               title=Title("登记与解决", "Opened and resolved")),
         Bars(("requests_opened",), by="priority", width=4)),
        (Trend(("resolution_hours:p50", "resolution_hours:p90"), width=6, title=Title("解决时长", "Resolution time")),
         Trend(("first_response_hours:p50", "first_response_hours:p90"), width=6,
               title=Title("首次响应时长", "First response time"))),
        (Curve("unresolved_share", width=6, title=Title("登记后尚未解决的占比", "Not resolved yet, by hours since opening"),
               across=Title("登记后小时数", "Hours since opening")),
         Curve("unanswered_share", width=6, title=Title("登记后尚未响应的占比", "Not answered yet, by hours since opening"),
               across=Title("登记后小时数", "Hours since opening"))),
        (Bars(("requests_open",), by="age_bucket", ordered=True, upright=True, width=6,
              title=Title("未解决请求的天数", "Age of open requests")),
         Bars(("mean_time_in_state_hours",), by="state", ordered=True, width=6,
              title=Title("各状态的平均停留时长", "Mean time in each state"))),
        (Ranking(("sla_met", "sla_breached", "sla_undecided", "sla_attainment", "sla_attainment_km:km_share"), by="level", ordered=True,
                 title=Title("各等级客户的响应承诺", "Promised responses by level of customer")),),
        (Bars(("complaints",), by="cause", width=6), Trend(("complaints",), width=6, form="column")),
        (Ranking(("requests_opened", "resolution_hours:p50", "resolution_hours:p90", "reopen_rate"), by="fault",
                 title=Title("各故障一览", "Faults at a glance")),),
    ),
)  # fmt: skip
