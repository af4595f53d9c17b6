"""Supply proposals: what the figures say should be ordered or made, for people to accept or dismiss."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label
from operational.states import SYSTEM, StateGraph, move, states

PLANNERS = "dispatcher warehouse_manager branch_manager"

GRAPH = StateGraph(
    initial="proposed", normal_end="closed",
    states=states(
        proposed=("已建议", "Proposed", "amber", "editable"),
        accepted=("已采纳", "Accepted", "blue"),
        released=("已下达", "Released", "blue"),
        closed=("已完成", "Closed", "green", "final"),
        dismissed=("已放弃", "Dismissed", "grey", "final"),
    ),
    transitions=(
        move("accept", "采纳", "Accept", "proposed > accepted", PLANNERS, effects=("draft_inbound",), tone="positive"),
        move("dismiss", "放弃", "Dismiss", "proposed > dismissed", PLANNERS, asks="reason", tone="negative"),
        move("release", "下达", "Release", "accepted closed > released", SYSTEM),
        move("close", "完成", "Close", "released > closed", SYSTEM),
        move("drop", "落空", "Drop", "accepted released closed > dismissed", SYSTEM),
    ),
)  # fmt: skip


class SupplyProposal(Entity):
    """A need of an item in a depot with the figures that it was reckoned from; accepting drafts the inbound document."""

    __tablename__ = "supply_proposal"
    __entity__ = Spec(
        label=Label("补货建议", "Supply proposal"),
        plural=Label("补货建议", "Supply proposals"),
        area="distribution", icon="target",
        key=("number",), title="number", scope=("depot.org_unit",), graph=GRAPH, series="SP", newest_by="needed_on",
        may={"dispatcher": "read export", "warehouse": "read", "warehouse_manager": "read export",
             "branch_manager": "read export", "finance": "read"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "建议编号", "Number", length=60, required=True, listed=True, searchable=True
    )
    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True, listed=True)
    depot_id: Mapped[int] = field.link("depot", "仓库", "Depot", required=True, listed=True)
    action: Mapped[str] = field.choice(
        "动作", "Action", {"order": ("采购", "Order"), "make": ("生产", "Make")}, required=True, listed=True
    )
    quantity: Mapped[Decimal] = field.quantity(
        "建议数量", "Quantity", required=True, minimum=Decimal(0), listed=True
    )
    needed_on: Mapped[datetime.date] = field.date(
        "需要日期", "Needed on", required=True, listed=True, index=True
    )
    state: Mapped[str] = field.state(required=True)
    reason_zh: Mapped[str | None] = field.longtext("理由（中文）", "Reason (Chinese)")
    reason_en: Mapped[str | None] = field.longtext("理由（英文）", "Reason (English)")
    rule_version: Mapped[str | None] = field.text("规则版本", "Rule version", length=40)
    on_hand: Mapped[Decimal | None] = field.quantity("现存量", "On hand")
    position: Mapped[Decimal | None] = field.quantity("库存头寸", "Inventory position")
    reorder_point: Mapped[Decimal | None] = field.quantity("再订货点", "Reorder point")
    safety_stock: Mapped[Decimal | None] = field.quantity("安全库存", "Safety stock")
