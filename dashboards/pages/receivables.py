"""Receivables: what is owed, for how long, and how it is paid."""

from dashboards.block import Bars, Kpi, Ranking, Trend
from dashboards.label import Title
from dashboards.page import Page
from dashboards.sections import GENERAL

PAGE = Page(
    name="receivables", title=Title("应收账款", "Receivables"), section=GENERAL, icon="cash", order=60,
    filters=("region", "org_unit", "level", "customer"),
    rows=(
        (Kpi("outstanding"), Kpi("invoiced"), Kpi("collected"), Kpi("days_to_settle:p50")),
        (Trend(("invoiced", "collected"), width=8, form="column", title=Title("开票与回款", "Invoiced and collected")),
         Bars(("outstanding",), by="bucket", width=4, ordered=True, top=None, title=Title("账龄", "Ageing"))),
        (Trend(("ageing",), by="bucket", top=None, ordered=True, form="column", stacked=True, width=8,
               title=Title("账龄的变化", "Ageing over time")),
         Bars(("overdue",), by="region", width=4)),
        (Ranking(("outstanding", "invoiced", "collected"), by="customer.code", columns=("customer", "customer.region"),
                 title=Title("欠款客户", "Customers who owe")),),
    ),
)  # fmt: skip
