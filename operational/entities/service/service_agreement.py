"""Service agreements: what was promised to a customer, for which units, how fast and by which calendar."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Line, Spec
from operational.field import Label
from operational.states import SYSTEM, StateGraph, move, states

MANAGERS = "service_manager branch_manager contracts"

GRAPH = StateGraph(
    initial="draft", normal_end="active",
    states=states(
        draft=("草稿", "Draft", "grey", "editable"),
        active=("生效", "Active", "green", "editable"),
        suspended=("暂停", "Suspended", "amber", "editable"),
        expired=("已到期", "Expired", "grey", "final"),
        terminated=("已终止", "Terminated", "red", "final"),
        renewed=("已续签", "Renewed", "green", "final"),
    ),
    transitions=(
        move("activate", "生效", "Activate", "draft > active", MANAGERS, needs=("signed_on",), tone="primary"),
        move("suspend", "暂停", "Suspend", "active > suspended", MANAGERS, asks="reason"),
        move("resume", "恢复", "Resume", "suspended > active", MANAGERS, tone="positive"),
        move("expire", "到期", "Expire", "active suspended > expired", SYSTEM),
        move("renew", "续签", "Renew", "active expired > renewed", MANAGERS, needs=("ends_on",),
             effects=("draft_successor",), tone="positive"),
        move("terminate", "终止", "Terminate", "active suspended > terminated", MANAGERS, asks="reason",
             effects=("end_agreement_today",), tone="negative"),
    ),
)  # fmt: skip


class ServiceAgreement(Entity):
    """A promise of service over a period; changed terms hold for requests that are opened from then on."""

    __tablename__ = "service_agreement"
    __entity__ = Spec(
        label=Label("服务协议", "Service agreement"),
        plural=Label("服务协议", "Service agreements"),
        area="service", icon="shield-check",
        key=("number",), title="number", scope=("customer.org_unit",), graph=GRAPH, series="SA",
        newest_by="starts_on", order_of_times=(("starts_on", "ends_on"),),
        may={"service": "read", "service_manager": "read create edit delete import export",
             "contracts": "read create edit import export", "sales": "read", "sales_manager": "read",
             "dealer": "read", "finance": "read"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "协议编号", "Number", length=60, required=True, listed=True, searchable=True
    )
    customer_id: Mapped[int] = field.link("customer", "客户", "Customer", required=True, listed=True)
    starts_on: Mapped[datetime.date] = field.date(
        "开始日期", "Starts on", required=True, listed=True, default="today", index=True
    )
    ends_on: Mapped[datetime.date | None] = field.date(
        "结束日期", "Ends on", listed=True, help=Label("含当日；留空为长期", "Included; empty: without end")
    )
    signed_on: Mapped[datetime.date | None] = field.date("签署日期", "Signed on")
    state: Mapped[str] = field.state(required=True)
    calendar_id: Mapped[int | None] = field.link(
        "service_calendar", "服务日历", "Calendar",
        help=Label("目标按此日历计时；留空为周一至周五 9–18 点", "Targets count its hours; empty: Monday to Friday, 9 to 18"),
    )  # fmt: skip
    response_hours: Mapped[Decimal | None] = field.number(
        "响应目标（小时）", "Response within (hours)", minimum=Decimal(0), listed=True,
        help=Label("明细可限定设备，或按优先级另定目标", "Lines may name the units covered, or set other targets by priority"),
    )  # fmt: skip
    resolution_hours: Mapped[Decimal | None] = field.number(
        "解决目标（小时）", "Resolution within (hours)", minimum=Decimal(0), listed=True
    )
    pauses_for_customer: Mapped[bool | None] = field.flag(
        "等待客户时停表", "Clock stops while waiting for the customer"
    )
    price: Mapped[Decimal | None] = field.money("价格", "Price")
    renewed_from_id: Mapped[int | None] = field.link(
        "service_agreement", "续签自", "Renewed from", derived=True, filterable=False
    )


class ServiceAgreementLine(Line):
    """A covered unit, or other targets for a priority, or both; the line that says more goes before the header."""

    __tablename__ = "service_agreement_line"
    __document__ = "service_agreement"
    __optional__ = True

    unit_id: Mapped[int | None] = field.link(
        "unit", "设备", "Unit",
        help=Label("没有一行写设备时，客户的全部设备都在内", "Where no line names a unit, all of the customer's are covered"),
    )  # fmt: skip
    priority: Mapped[str | None] = field.code("优先级", "Priority")
    response_hours: Mapped[Decimal | None] = field.number(
        "响应目标（小时）", "Response within (hours)", minimum=Decimal(0)
    )
    resolution_hours: Mapped[Decimal | None] = field.number(
        "解决目标（小时）", "Resolution within (hours)", minimum=Decimal(0)
    )
