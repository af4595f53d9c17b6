"""Inventory: what lies where, what it is worth, how fast it turns."""

from dashboards.block import Bars, Kpi, Pareto, Ranking, Trend
from dashboards.label import Title
from dashboards.page import Page
from dashboards.sections import GENERAL

PAGE = Page(
    name="inventory", title=Title("库存", "Inventory"), section=GENERAL, icon="box", order=50,
    filters=("depot", "category", "item"),
    rows=(
        (Kpi("on_hand_value"), Kpi("turnover"), Kpi("days_of_inventory"), Kpi("demand")),
        (Trend(("on_hand_value",), by="depot", width=8, form="area", stacked=True),
         Bars(("on_hand_value",), by="category", width=4)),
        (Pareto("on_hand_value", by="item", width=6), Trend(("demand",), width=6, form="column")),
        (Ranking(("on_hand", "on_hand_value", "demand", "turnover"), by="item.code", columns=("item", "item.category"),
                 title=Title("物料一览", "Items at a glance")),),
    ),
)  # fmt: skip
