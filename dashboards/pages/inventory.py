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
        (Kpi("stockout_share"), Kpi("cycle_service_level"), Kpi("count_accuracy"), Kpi("expiring_value")),
        (Trend(("on_hand_value",), by="depot", width=8, form="area", stacked=True),
         Bars(("on_hand_value",), by="category", width=4)),
        (Forecast("demand", "demand_forecast", width=8, title=Title("需求与预测", "Demand and what is expected")),
         Bars(("aged_value",), by="bucket", width=4, ordered=True, title=Title("库龄", "Age of stock"))),
        (Cross(("on_hand_value",), rows="abc_class", columns="sbc_class", each="item.code", width=6,
               title=Title("ABC 分类 × 需求形态：库存金额与物料数", "ABC class by demand class: value and items")),
         Pareto("on_hand_value", by="item", width=6)),
        (Bars(("dead_stock_value", "excess_value"), by="category", width=6,
              title=Title("呆滞与超储", "Dead and excess stock")),
         Bars(("expiry_risk_value", "expiring_value"), by="category", width=6,
              title=Title("临期与过期风险", "What expires, and what is at risk"))),
        (Ranking(("demand_forecast", "inventory_position", "reorder_point", "safety_stock", "order_quantity", "cover_days"),
                 by="item.code", columns=("item", "sbc_class"),
                 title=Title("订货依据：预测、头寸与再订货点", "What to order by: forecast, position and reorder point")),),
        (Ranking(("on_hand", "on_hand_value", "demand", "turnover"), by="item.code", columns=("item", "item.category"),
                 title=Title("物料一览", "Items at a glance")),),
    ),
)  # fmt: skip
