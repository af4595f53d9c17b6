"""Service requests: what customers ask of the service department, with the clocks of response and resolution."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label
from operational.states import StateGraph, move, states

AGENTS = "service service_manager branch_manager"
MANAGERS = "service_manager branch_manager"

GRAPH = StateGraph(
    initial="new", normal_end="closed",
    states=states(
        new=("新建", "New", "amber", "editable"),
        claimed=("已预约", "Claimed", "blue", "editable"),
        in_progress=("处理中", "In progress", "blue", "editable"),
        waiting_customer=("等待客户", "Waiting for customer", "grey", "editable"),
        waiting_parts=("等待备件", "Waiting for parts", "grey", "editable"),
        resolved=("已解决", "Resolved", "green"),
        closed=("已关闭", "Closed", "green", "final"),
        cancelled=("已取消", "Cancelled", "grey", "final"),
        merged=("已合并", "Merged", "grey", "final"),
    ),
    transitions=(
        move("claim", "预约", "Claim", "new > claimed", AGENTS, effects=("assign_to_actor", "stamp_first_response"),
             tone="primary"),
        move("release", "放回", "Release", "claimed > new", AGENTS, asks="reason", effects=("unassign",)),
        move("start", "开始处理", "Start", "claimed > in_progress", AGENTS, tone="primary"),
        move("wait_for_customer", "等待客户", "Wait for customer", "in_progress > waiting_customer", AGENTS),
        move("wait_for_parts", "等待备件", "Wait for parts", "in_progress > waiting_parts", AGENTS),
        move("resume", "继续处理", "Resume", "waiting_customer waiting_parts > in_progress", AGENTS,
             effects=("promise_times",)),
        move("resolve", "解决", "Resolve", "in_progress > resolved", AGENTS, needs=("fault",),
             effects=("stamp_resolution",), tone="positive"),
        move("close", "关闭", "Close", "resolved > closed", AGENTS, effects=("stamp_closing",)),
        move("reopen", "重新打开", "Reopen", "resolved closed > in_progress", AGENTS, asks="reason",
             effects=("count_reopening",)),
        move("cancel", "取消", "Cancel", "new claimed > cancelled", MANAGERS, asks="reason",
             effects=("stamp_closing",), tone="negative"),
        move("merge", "合并", "Merge", "new claimed in_progress waiting_customer waiting_parts > merged", AGENTS,
             asks="reason", effects=("stamp_closing",)),
    ),
)  # fmt: skip


class ServiceRequest(Entity):
    """A case: opened, responded to, resolved, closed, perhaps reopened; its times are the facts of service."""

    __tablename__ = "service_request"
    __entity__ = Spec(
        label=Label("服务请求", "Service request"),
        plural=Label("服务请求", "Service requests"),
        area="service", icon="headset",
        key=("number",), title="subject", scope=("customer.org_unit",), owner="assignee",
        graph=GRAPH, series="SR", newest_by="opened_at",
        order_of_times=(("opened_at", "first_resolved_at", "resolved_at", "closed_at"),),
        emptied_if_early=(("opened_at", "first_response_at"),), after_change=("promise_times",),
        may={"service": "read create edit import", "service_manager": "read create edit import export",
             "sales": "read create", "sales_manager": "read", "dealer": "read create", "projects": "read"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "请求编号", "Number", length=80, required=True, listed=True, searchable=True
    )
    customer_id: Mapped[int] = field.link("customer", "客户", "Customer", required=True, listed=True)
    unit_id: Mapped[int | None] = field.link("unit", "设备", "Unit", filterable=False)
    item_id: Mapped[int | None] = field.link("item", "产品", "Product", default_from=("unit.item",))
    subject: Mapped[str] = field.text(
        "主题", "Subject", length=400, required=True, listed=True, searchable=True
    )
    fault: Mapped[str | None] = field.code("故障", "Fault", listed=True)
    priority: Mapped[str | None] = field.code("优先级", "Priority", listed=True)
    channel: Mapped[str | None] = field.code("渠道", "Channel")
    opened_at: Mapped[datetime] = field.moment(
        "登记时间", "Opened at", required=True, listed=True, default="now", index=True
    )
    first_response_at: Mapped[datetime | None] = field.moment("首次响应", "First response at")
    first_resolved_at: Mapped[datetime | None] = field.moment("首次解决", "First resolved at")
    resolved_at: Mapped[datetime | None] = field.moment("解决时间", "Resolved at", listed=True)
    closed_at: Mapped[datetime | None] = field.moment("关闭时间", "Closed at")
    reopened_count: Mapped[int | None] = field.integer(
        "重开次数", "Reopened count", default=0, minimum=Decimal(0)
    )
    reassigned_count: Mapped[int | None] = field.integer(
        "转派次数", "Reassigned count", minimum=Decimal(0),
        help=Label("此前系统中的次数；此后由处理人的变更记录得出", "Of an earlier system; what comes after is in the history"),
    )  # fmt: skip
    state: Mapped[str] = field.state(required=True)
    satisfaction: Mapped[Decimal | None] = field.number(
        "满意度", "Satisfaction", minimum=Decimal(0), always_editable=True
    )
    assignee_id: Mapped[int | None] = field.link("person", "处理人", "Assignee", listed=True)
    agreement_id: Mapped[int | None] = field.link(
        "service_agreement", "服务协议", "Service agreement",
        help=Label("留空则取登记当日有效的协议", "Empty: the one in force on the day of opening"),
    )  # fmt: skip
    response_due_at: Mapped[datetime | None] = field.moment("应响应时间", "Response due", derived=True)
    resolution_due_at: Mapped[datetime | None] = field.moment(
        "应解决时间", "Resolution due", derived=True, listed=True
    )
    recorded_sla: Mapped[str | None] = field.choice(
        "此前系统的承诺结果", "Earlier verdict on the promise", {"kept": ("守约", "Kept"), "missed": ("违约", "Missed")},
        help=Label(
            "仅供迁入：此前系统对其承诺的判定；本系统的达标率由服务协议得出",
            "For what moved in: what an earlier system said of its own promise; ours follows from service agreements",
        ),
    )  # fmt: skip
    notes: Mapped[str | None] = field.longtext("处理记录", "Notes", always_editable=True, private=True)
