"""Part replacement: how often which parts are replaced, in which models, at which age."""

from dashboards.block import Bars, Curve, Kpi, Pareto, Ranking, Trend
from dashboards.label import Title
from dashboards.page import Page
from dashboards.sections import GENERAL

AGE = Title("安装后天数", "Days since installation")

PAGE = Page(
    name="part-replacement", title=Title("备件更换", "Part replacement"), section=GENERAL, icon="wrench", order=40,
    filters=("model", "part", "region", "reason"),
    rows=(
        (Kpi("units_in_service"), Kpi("replacements"), Kpi("replacement_rate"), Kpi("mtbr_days", title=Title("平均更换间隔", "Mean replacement interval"))),
        (Curve("mean_cumulative_replacements", groups="model", ranked_by="units_in_service", across=AGE, width=6),
         Curve("part_survival", groups="part", ranked_by="replacements", across=AGE, width=6)),
        (Curve("mean_cumulative_replacements", across=AGE, width=6, title=Title("全部设备的平均累计更换次数", "Mean cumulative replacements of all units")),
         Pareto("replacements", by="part", width=6)),
        (Trend(("replacements",), by="reason", width=8, form="column", stacked=True),
         Bars(("replacement_rate",), by="model", width=4)),
        (Ranking(("expected_replacements", "expected_replacements:lo95", "expected_replacements:hi95", "replacements",
                  "b10_life_days", "weibull_shape"), by="part", columns=("part.code",),
                 title=Title("未来90天备件需求", "Parts needed in the next 90 days")),),
        (Ranking(("replacements", "replacement_rate", "days_between_replacements:p50", "mtbr_days"), by="model",
                 title=Title("各型号一览", "Models at a glance")),),
    ),
)  # fmt: skip
