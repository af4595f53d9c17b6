"""Shipments: what left a depot for a customer; posting one moves stock."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Line, Spec
from operational.field import Label
from operational.states import StateGraph, move, states

POSTING = StateGraph(
    initial="draft", normal_end="posted",
    states=states(
        draft=("草稿", "Draft", "grey", "editable"),
        posted=("已记账", "Posted", "green"),
        voided=("已作废", "Voided", "red", "final"),
    ),
    transitions=(
        move("post", "记账", "Post", "draft > posted", "warehouse warehouse_manager branch_manager",
             guards=("shipment_within_order", "shipment_within_request", "lots_may_be_issued", "stock_is_enough"),
             effects=("issue_stock", "derive_order_state", "derive_request_state"), tone="primary"),
        move("post_regardless", "强制记账", "Post regardless of expiry", "draft > posted", "warehouse_manager",
             guards=("shipment_within_order", "shipment_within_request", "stock_is_enough"), asks="reason",
             effects=("issue_stock", "derive_order_state", "derive_request_state")),
        move("void", "作废", "Void", "posted > voided", "warehouse_manager branch_manager", asks="reason",
             guards=("shipped_before_no_count",),
             effects=("reverse_stock", "derive_order_state", "derive_request_state"), tone="negative"),
    ),
)  # fmt: skip


class Shipment(Entity):
    """An outbound document; draft until posted, and then only voided by a reversing act."""

    __tablename__ = "shipment"
    __entity__ = Spec(
        label=Label("发货单", "Shipment"),
        plural=Label("发货单", "Shipments"),
        area="distribution", icon="truck",
        key=("number",), title="number", scope=("depot.org_unit",), graph=POSTING, series="DN", newest_by="shipped_on",
        may={"warehouse": "read create edit delete import export", "dispatcher": "read create edit",
             "warehouse_manager": "read create edit import export",
             "sales": "read", "sales_manager": "read", "finance": "read", "finance_manager": "read"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "发货单号", "Number", length=60, required=True, listed=True, searchable=True
    )
    order_id: Mapped[int | None] = field.link("order", "订单", "Order", listed=True)
    outbound_request_id: Mapped[int | None] = field.link("outbound_request", "出库申请", "Outbound request")
    depot_id: Mapped[int] = field.link("depot", "仓库", "Depot", required=True, listed=True)
    shipped_on: Mapped[datetime.date] = field.date(
        "发货日期", "Shipped on", required=True, listed=True, default="today", index=True
    )
    state: Mapped[str] = field.state(required=True)


class ShipmentLine(Line):
    """One item of a shipment, from a lot where lots are kept."""

    __tablename__ = "shipment_line"
    __document__ = "shipment"

    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True)
    quantity: Mapped[Decimal] = field.quantity("数量", "Quantity", required=True, minimum=Decimal(0))
    lot: Mapped[str | None] = field.code("批次", "Lot", filterable=False, offers="lots_by_expiry")
