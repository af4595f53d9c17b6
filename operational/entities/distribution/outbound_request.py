"""Outbound requests: goods that somebody wants from a depot; confirming one reserves them."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Line, Spec
from operational.field import Label
from operational.states import SYSTEM, StateGraph, move, states

ASKERS = "dispatcher warehouse_manager branch_manager"
CONFIRMERS = "warehouse_manager branch_manager"

GRAPH = StateGraph(
    initial="draft", normal_end="issued",
    states=states(
        draft=("草稿", "Draft", "grey", "editable"),
        submitted=("待确认", "Awaiting confirmation", "amber"),
        confirmed=("已确认", "Confirmed", "blue"),
        partly_issued=("部分出库", "Partly issued", "blue"),
        issued=("已出库", "Issued", "green", "final"),
        rejected=("驳回", "Rejected", "red", "editable"),
        cancelled=("已取消", "Cancelled", "grey", "final"),
    ),
    transitions=(
        move("submit", "提交", "Submit", "draft rejected > submitted", ASKERS,
             guards=("request_within_order",), tone="primary"),
        move("confirm", "确认", "Confirm", "submitted > confirmed", CONFIRMERS,
             guards=("request_within_order", "something_can_be_reserved"), effects=("reserve_stock",),
             tone="positive"),
        move("reject", "驳回", "Reject", "submitted > rejected", CONFIRMERS, asks="reason", tone="negative"),
        move("cancel", "取消", "Cancel", "draft submitted confirmed partly_issued rejected > cancelled", ASKERS,
             asks="reason", effects=("release_stock",), tone="negative"),
        move("issue_partly", "部分出库", "Issue partly", "confirmed issued > partly_issued", SYSTEM),
        move("issue", "出库完成", "Issue", "confirmed partly_issued > issued", SYSTEM),
        move("unissue", "撤销出库", "Undo issuing", "partly_issued issued > confirmed", SYSTEM),
        move("release", "释放", "Release", "draft submitted confirmed partly_issued rejected > cancelled", SYSTEM),
    ),
)  # fmt: skip


class OutboundRequest(Entity):
    """A request for goods of a depot, of an order or without one; what is confirmed is reserved until shipped."""

    __tablename__ = "outbound_request"
    __entity__ = Spec(
        label=Label("出库申请", "Outbound request"),
        plural=Label("出库申请", "Outbound requests"),
        area="distribution", icon="upload",
        key=("number",), title="number", scope=("depot.org_unit",), graph=GRAPH, series="OR", newest_by="wanted_on",
        may={"dispatcher": "read create edit delete import export", "warehouse": "read",
             "warehouse_manager": "read create edit delete import export", "sales": "read", "sales_manager": "read"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "申请单号", "Number", length=60, required=True, listed=True, searchable=True
    )
    order_id: Mapped[int | None] = field.link("order", "订单", "Order", listed=True)
    depot_id: Mapped[int] = field.link("depot", "仓库", "Depot", required=True, listed=True)
    wanted_on: Mapped[datetime.date] = field.date(
        "需用日期", "Wanted on", required=True, listed=True, default="today", index=True
    )
    state: Mapped[str] = field.state(required=True)
    confirmed_at: Mapped[datetime.datetime | None] = field.moment("确认时间", "Confirmed at", derived=True)
    released_at: Mapped[datetime.datetime | None] = field.moment("释放时间", "Released at", derived=True)
    remarks: Mapped[str | None] = field.longtext("备注", "Remarks", always_editable=True)


class OutboundRequestLine(Line):
    """One item that is wanted, and how much of it could be reserved."""

    __tablename__ = "outbound_request_line"
    __document__ = "outbound_request"

    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True)
    quantity: Mapped[Decimal] = field.quantity("数量", "Quantity", required=True, minimum=Decimal(0))
    confirmed_quantity: Mapped[Decimal | None] = field.quantity("确认数量", "Confirmed", derived=True)
