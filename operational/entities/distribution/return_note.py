"""Return notes: goods that come back; from received on they reduce revenue."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Line, Spec
from operational.field import Label
from operational.states import StateGraph, move, states

MANAGERS = "sales_manager service_manager branch_manager"

GRAPH = StateGraph(
    initial="requested", normal_end="credited",
    states=states(
        requested=("已申请", "Requested", "amber", "editable"),
        approved=("已批准", "Approved", "blue"),
        received=("已收货", "Received", "blue"),
        credited=("已退款", "Credited", "green"),
        closed=("已关闭", "Closed", "green", "final"),
        void=("已作废", "Void", "red", "final"),
    ),
    transitions=(
        move("approve", "批准", "Approve", "requested > approved", MANAGERS,
             guards=("approver_is_not_creator", "return_within_order"), tone="positive"),
        move("receive", "收货", "Receive", "approved > received", "warehouse warehouse_manager branch_manager",
             effects=("receive_return", "derive_order_state"), tone="primary"),
        move("credit", "退款", "Credit", "received > credited", "finance finance_manager"),
        move("close", "关闭", "Close", "credited > closed", "finance finance_manager sales_manager"),
        move("void", "作废", "Void", "requested approved > void", MANAGERS, asks="reason", tone="negative"),
    ),
)  # fmt: skip


class ReturnNote(Entity):
    """A return by a customer; priced by itself, else by the order's line, else by the list price."""

    __tablename__ = "return_note"
    __entity__ = Spec(
        label=Label("退货单", "Return note"),
        plural=Label("退货单", "Return notes"),
        area="distribution", icon="return",
        key=("number",), title="number", scope=("customer.org_unit",), owner="customer.owner",
        graph=GRAPH, series="RN", newest_by="returned_on",
        may={"sales": "own:read create edit", "sales_manager": "read create edit import export",
             "service": "read create edit", "service_manager": "read create edit", "warehouse": "read",
             "warehouse_manager": "read", "finance": "read", "finance_manager": "read", "dealer": "read create"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "退货单号", "Number", length=60, required=True, listed=True, searchable=True
    )
    customer_id: Mapped[int] = field.link("customer", "客户", "Customer", required=True, listed=True)
    order_id: Mapped[int | None] = field.link("order", "订单", "Order", listed=True)
    depot_id: Mapped[int | None] = field.link(
        "depot",
        "收货仓库",
        "Depot",
        help=Label("填写后收货时入库", "Given, receiving puts the goods into stock"),
    )
    returned_on: Mapped[datetime.date] = field.date(
        "退货日期", "Returned on", required=True, listed=True, default="today", index=True
    )
    reason: Mapped[str | None] = field.code("原因", "Reason", listed=True)
    state: Mapped[str] = field.state(required=True)


class ReturnNoteLine(Line):
    """One item that came back."""

    __tablename__ = "return_note_line"
    __document__ = "return_note"

    item_id: Mapped[int] = field.link("item", "物料", "Item", required=True)
    quantity: Mapped[Decimal] = field.quantity("数量", "Quantity", required=True, minimum=Decimal(0))
    unit_price: Mapped[Decimal | None] = field.money(
        "单价", "Unit price", default_from=("order.lines.unit_price", "item.list_price")
    )
