"""Complaints: a customer's grievance about a product or a visit, tracked until it is settled."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label
from operational.states import StateGraph, move, states

AGENTS = "service service_manager branch_manager"
MANAGERS = "service_manager branch_manager"

GRAPH = StateGraph(
    initial="received", normal_end="closed",
    states=states(
        received=("已受理", "Received", "amber", "editable"),
        acknowledged=("已确认", "Acknowledged", "blue", "editable"),
        investigating=("调查中", "Investigating", "blue", "editable"),
        proposed=("方案", "Proposed", "blue", "editable"),
        resolved=("已解决", "Resolved", "green"),
        closed=("已关闭", "Closed", "green", "final"),
        rejected=("不成立", "Rejected", "red", "final"),
        merged=("已合并", "Merged", "grey", "final"),
    ),
    transitions=(
        move("acknowledge", "确认", "Acknowledge", "received > acknowledged", AGENTS, tone="primary"),
        move("investigate", "调查", "Investigate", "acknowledged > investigating", AGENTS, tone="primary"),
        move("propose", "提出方案", "Propose", "investigating > proposed", AGENTS, needs=("cause",), tone="primary"),
        move("accept", "客户接受", "Accept", "proposed > resolved", AGENTS, effects=("stamp_resolution",), tone="positive"),
        move("refuse", "客户拒绝", "Refuse", "proposed > investigating", AGENTS, asks="reason"),
        move("close", "关闭", "Close", "resolved > closed", AGENTS, effects=("stamp_closing",)),
        move("reopen", "重新打开", "Reopen", "resolved closed > investigating", AGENTS, asks="reason",
             effects=("count_reopening",)),
        move("reject", "不成立", "Reject", "received acknowledged > rejected", MANAGERS, asks="reason",
             effects=("stamp_closing",), tone="negative"),
        move("merge", "合并", "Merge", "received acknowledged investigating proposed > merged", AGENTS, asks="reason",
             effects=("stamp_closing",)),
    ),
)  # fmt: skip


class Complaint(Entity):
    """A complaint with its product, cause, resolution and clocks; all service staff see all."""

    __tablename__ = "complaint"
    __entity__ = Spec(
        label=Label("投诉", "Complaint"),
        plural=Label("投诉", "Complaints"),
        area="service", icon="alert",
        key=("number",), title="subject", scope=("customer.org_unit",), graph=GRAPH, series="CP",
        newest_by="opened_at", order_of_times=(("opened_at", "resolved_at", "closed_at"),),
        may={"service": "read create edit", "service_manager": "read create edit import export",
             "sales": "read", "sales_manager": "read", "dealer": "read create"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "投诉编号", "Number", length=60, required=True, listed=True, searchable=True
    )
    customer_id: Mapped[int] = field.link("customer", "客户", "Customer", required=True, listed=True)
    item_id: Mapped[int | None] = field.link("item", "产品", "Product", listed=True)
    subject: Mapped[str] = field.text(
        "主题", "Subject", length=400, required=True, listed=True, searchable=True
    )
    opened_at: Mapped[datetime] = field.moment(
        "受理时间", "Opened at", required=True, listed=True, default="now", index=True
    )
    resolved_at: Mapped[datetime | None] = field.moment("解决时间", "Resolved at", listed=True)
    closed_at: Mapped[datetime | None] = field.moment("关闭时间", "Closed at")
    state: Mapped[str] = field.state(required=True)
    cause: Mapped[str | None] = field.code("原因", "Cause", listed=True)
    resolution: Mapped[str | None] = field.longtext("处理结果", "Resolution", private=True)
