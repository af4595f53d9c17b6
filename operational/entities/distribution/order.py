"""Orders: what customers ordered, from draft over approval and shipment to closed."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Line, Spec
from operational.field import Label
from operational.states import SYSTEM, StateGraph, move, states

MANAGERS = "sales_manager branch_manager"

GRAPH = StateGraph(
    initial="draft", normal_end="closed",
    states=states(
        draft=("草稿", "Draft", "grey", "editable"),
        submitted=("待审批", "Awaiting approval", "amber"),
        rejected=("驳回", "Rejected", "red", "editable"),
        approved=("已批准", "Approved", "blue"),
        partly_shipped=("部分发货", "Partly shipped", "blue"),
        shipped=("已发货", "Shipped", "green"),
        closed=("已关闭", "Closed", "green", "final"),
        superseded=("已被变更", "Superseded", "grey", "final"),
        void=("已作废", "Void", "red", "final"),
    ),
    transitions=(
        move("submit", "提交审批", "Submit", "draft > submitted", f"sales dealer projects {MANAGERS}",
             guards=("order_has_lines", "customer_is_active"), tone="primary"),
        move("approve", "批准", "Approve", "submitted > approved", MANAGERS,
             guards=("approver_is_not_creator", "within_credit_limit"), effects=("supersede_amended",), tone="positive"),
        move("reject", "驳回", "Reject", "submitted > rejected", MANAGERS, asks="reason", tone="negative"),
        move("revise", "修改", "Revise", "rejected > draft", f"sales dealer projects {MANAGERS}"),
        move("ship_partly", "部分发货", "Ship partly", "approved shipped > partly_shipped", SYSTEM),
        move("ship", "发货完成", "Ship", "approved partly_shipped > shipped", SYSTEM),
        move("unship", "撤销发货", "Undo shipping", "partly_shipped shipped > approved", SYSTEM),
        move("close", "关闭", "Close", "shipped > closed", "finance finance_manager sales_manager branch_manager"),
        move("close_short", "短交关闭", "Close short", "partly_shipped > closed", MANAGERS, asks="reason",
             effects=("release_requests",)),
        move("supersede", "被变更", "Supersede", "approved partly_shipped > superseded", SYSTEM),
        move("void", "作废", "Void", "submitted approved > void", MANAGERS, guards=("nothing_follows_order",),
             asks="reason", tone="negative"),
    ),
)  # fmt: skip


class Order(Entity):
    """A sales or project order; counts from approval on, and is amended by a new version, never edited."""

    __tablename__ = "order"
    __entity__ = Spec(
        label=Label("订单", "Order"),
        plural=Label("销售订单", "Orders"),
        area="distribution", icon="cart",
        key=("number",), title="number", scope=("org_unit",), owner="customer.owner",
        graph=GRAPH, series="SO", newest_by="ordered_on",
        may={"sales": "own:read create edit delete import export", "sales_manager": "read create edit import export",
             "finance": "read export", "finance_manager": "read export", "dispatcher": "read", "warehouse": "read",
             "warehouse_manager": "read", "contracts": "read", "projects": "read create edit",
             "service": "read", "service_manager": "read", "marketing_manager": "read", "dealer": "read create edit"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "订单号", "Number", length=60, required=True, listed=True, searchable=True
    )
    kind: Mapped[str | None] = field.choice(
        "类型", "Kind", {"sales": ("销售", "Sales"), "project": ("项目", "Project")}, default="sales"
    )
    customer_id: Mapped[int] = field.link("customer", "客户", "Customer", required=True, listed=True)
    org_unit_id: Mapped[int | None] = field.link(
        "org_unit", "所属单位", "Organisation unit", listed=True, default_from=("customer.org_unit", "root")
    )
    ordered_on: Mapped[datetime.date] = field.date(
        "订单日期", "Ordered on", required=True, listed=True, default="today", index=True
    )
    state: Mapped[str] = field.state(required=True)
    on_hold: Mapped[bool | None] = field.flag("暂停发货", "On hold", always_editable=True)
    remarks: Mapped[str | None] = field.longtext("备注", "Remarks", always_editable=True)
    amended_from_id: Mapped[int | None] = field.link(
        "order", "变更自", "Amended from", derived=True, filterable=False
    )
    amount: Mapped[Decimal | None] = field.money("合计", "Total", derived=True, listed=True)


class OrderLine(Line):
    """One item of an order; the amount is quantity times price after discount unless it is given.

    What it costs may be said per unit or, as other systems export it, for the whole line; where nothing is said
    the warehouse takes the item's standard cost of the order's day, so that a corrected one corrects the margin.
    """

    __tablename__ = "order_line"
    __document__ = "order"

    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True)
    quantity: Mapped[Decimal] = field.quantity("数量", "Quantity", required=True, seldom_below=Decimal(0))
    unit_price: Mapped[Decimal | None] = field.money("单价", "Unit price", default_from=("item.list_price",))
    discount_pct: Mapped[Decimal | None] = field.percent("折扣 %", "Discount %")
    amount: Mapped[Decimal | None] = field.money(
        "金额",
        "Amount",
        help=Label("留空则按数量×单价×(1-折扣)计算", "Empty: quantity × price after discount"),
    )
    unit_cost: Mapped[Decimal | None] = field.money(
        "单位成本",
        "Unit cost",
        confidential="cost",
        help=Label("留空则按物料在订单日的标准成本", "Empty: the item's standard cost of the order's day"),
    )
    cost: Mapped[Decimal | None] = field.money(
        "成本",
        "Cost",
        confidential="cost",
        help=Label("留空则按数量×单位成本计算", "Empty: quantity × unit cost"),
    )
