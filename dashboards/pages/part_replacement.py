"""Part replacement: how often which parts are replaced, in which models, at which age."""

from dashboards.block import Bars, Curve, Kpi, Pareto, Ranking, Trend
from dashboards.label import Title
from dashboards.page import Page
from dashboards.sections import GENERAL

PAGE = Page(
    name="part-replacement", title=Title("备件更换", "Part replacement"), section=GENERAL, icon="wrench", order=40,
    filters=("model", "part", "region", "reason"),
    rows=(
        (Kpi("units_in_service"), Kpi("replacements"), Kpi("replacement_rate"), Kpi("mtbr_days")),
        (Curve("mean_cumulative_replacements", width=6), Pareto("replacements", by="part", width=6)),
        (Trend(("replacements",), by="reason", width=8, form="column", stacked=True),
         Bars(("replacement_rate",), by="model", width=4)),
        (Ranking(("replacements", "replacement_rate", "days_between_replacements:p50", "mtbr_days"), by="model",
                 title=Title("按型号", "By model")),),
    ),
)  # fmt: skip
