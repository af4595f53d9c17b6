"""Receipts: money that came in, on an invoice or on account."""

import datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from operational import field
from operational.entity import Entity, Spec
from operational.field import Label
from operational.states import StateGraph, move, states

GRAPH = StateGraph(
    initial="draft", normal_end="posted",
    states=states(
        draft=("草稿", "Draft", "grey", "editable"),
        posted=("已记账", "Posted", "green"),
        voided=("已作废", "Voided", "red", "final"),
    ),
    transitions=(
        move("post", "记账", "Post", "draft > posted", "finance finance_manager",
             guards=("receipt_within_invoice",), effects=("derive_invoice_state",), tone="primary"),
        move("void", "作废", "Void", "posted > voided", "finance_manager", asks="reason",
             effects=("derive_invoice_state",), tone="negative"),
    ),
)  # fmt: skip


class Receipt(Entity):
    """A payment by a customer."""

    __tablename__ = "receipt"
    __entity__ = Spec(
        label=Label("收款单", "Receipt"),
        plural=Label("收款单", "Receipts"),
        area="distribution", icon="cash",
        key=("number",), title="number", scope=("customer.org_unit",), owner="customer.owner",
        graph=GRAPH, series="RC", newest_by="received_on",
        may={"finance": "read create edit import export delete", "finance_manager": "read create edit import export",
             "sales": "own:read", "sales_manager": "read", "dealer": "read"},
    )  # fmt: skip

    number: Mapped[str] = field.text(
        "收款单号", "Number", length=60, required=True, listed=True, searchable=True
    )
    customer_id: Mapped[int] = field.link("customer", "客户", "Customer", required=True, listed=True)
    received_on: Mapped[datetime.date] = field.date(
        "收款日期", "Received on", required=True, listed=True, default="today", index=True
    )
    amount: Mapped[Decimal] = field.money("金额", "Amount", decimals=2, required=True, listed=True)
    invoice_id: Mapped[int | None] = field.link("invoice", "发票", "Invoice", listed=True)
    state: Mapped[str] = field.state(required=True)
