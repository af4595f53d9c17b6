"""Invoices: what customers owe; paid states follow from receipts."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label
from operational.states import SYSTEM, StateGraph, move, states

FINANCE = "finance finance_manager"

GRAPH = StateGraph(
    initial="draft", normal_end="issued",
    states=states(
        draft=("草稿", "Draft", "grey", "editable"),
        issued=("已开票", "Issued", "blue"),
        partly_paid=("部分付款", "Partly paid", "amber"),
        paid=("已付清", "Paid", "green", "final"),
        credited=("已冲销", "Credited", "grey", "final"),
        void=("已作废", "Void", "red", "final"),
    ),
    transitions=(
        move("issue", "开票", "Issue", "draft > issued", FINANCE,
             guards=("order_of_same_customer",), tone="primary"),
        move("pay_partly", "部分付款", "Pay partly", "issued paid > partly_paid", SYSTEM),
        move("pay", "付清", "Pay", "issued partly_paid > paid", SYSTEM),
        move("unpay", "撤销付款", "Undo payment", "partly_paid paid > issued", SYSTEM),
        move("credit", "冲销", "Credit", "issued > credited", "finance_manager", asks="reason", tone="negative"),
        move("void", "作废", "Void", "draft > void", FINANCE, asks="reason", tone="negative"),
    ),
)  # fmt: skip


class Invoice(Entity):
    """A claim on a customer, immutable once issued."""

    __tablename__ = "invoice"
    __entity__ = Spec(
        label=Label("发票", "Invoice"),
        plural=Label("发票", "Invoices"),
        area="distribution", icon="receipt",
        key=("number",), title="number", scope=("customer.org_unit",), owner="customer.owner",
        graph=GRAPH, series="IN", newest_by="invoiced_on", order_of_times=(("invoiced_on", "due_on"),),
        may={"finance": "read create edit import export delete", "finance_manager": "read create edit import export",
             "sales": "own:read", "sales_manager": "read", "contracts": "read", "dealer": "read"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "发票号", "Number", length=60, required=True, listed=True, searchable=True
    )
    customer_id: Mapped[int] = field.link("customer", "客户", "Customer", required=True, listed=True)
    order_id: Mapped[int | None] = field.link("order", "订单", "Order", listed=True)
    invoiced_on: Mapped[datetime.date] = field.date(
        "开票日期", "Invoiced on", required=True, listed=True, default="today", index=True
    )
    due_on: Mapped[datetime.date | None] = field.date("到期日", "Due on", listed=True)
    amount: Mapped[Decimal] = field.money("金额", "Amount", decimals=2, required=True, listed=True)
    state: Mapped[str] = field.state(required=True)
