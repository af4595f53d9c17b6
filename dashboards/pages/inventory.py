"""Inventory: what lies where, what it is worth, how fast it turns."""

from dashboards.block import Bars, Cross, Forecast, Kpi, Pareto, Ranking, Trend
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
        (Forecast("demand", "demand_forecast", width=8, title=Title("需求与预测", "Demand and what is expected")),
         Bars(("dead_stock_value",), by="category", width=4)),
        (Cross(("on_hand_value",), rows="abc_class", columns="sbc_class", each="item.code", width=6,
               title=Title("ABC 分类 × 需求形态：库存金额与物料数", "ABC class by demand class: value and items")),
         Pareto("on_hand_value", by="item", width=6)),
        (Ranking(("on_hand", "on_hand_value", "demand", "turnover"), by="item.code", columns=("item", "item.category"),
                 title=Title("物料一览", "Items at a glance")),),
    ),
)  # fmt: skip
