"""What an order must have before it is put before an approver.

The approval itself is guarded in approval.py and credit.py.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.lines import stored_lines
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.order import Order
from operational.entities.marketing.customer import Customer
from operational.field import Label
from operational.rules.register import Context, guard


@guard
def order_has_lines(session: Session, order: Order, actor: Actor, context: Context) -> Refusal | None:
    """At least one line, and a price on each."""
    lines = stored_lines(session, Order, order.id)
    if not lines:
        return Refusal(Label("订单没有明细，请先添加物料。", "The order has no lines; add an item first."))
    unpriced = [line.line_no for line in lines if line.amount is None]
    if unpriced:
        rows = ", ".join(str(number) for number in unpriced)
        return Refusal(
            Label(
                f"第 {rows} 行没有单价或金额，请填写。",
                f"Line {rows} has neither price nor amount; fill one in.",
            )
        )
    return None


@guard
def customer_is_active(session: Session, record: Order, actor: Actor, context: Context) -> Refusal | None:
    """A blocked customer gets nothing new."""
    customer = session.get_one(Customer, record.customer_id)
    if not customer.blocked:
        return None
    return Refusal(
        Label(
            f"客户“{customer.name}”已停止往来；请先由有权者在客户资料中解除。",
            f"The customer '{customer.name}' is blocked; somebody with the right must unblock it first.",
        ),
        tuple(links_of(session, Customer, [customer.id]).values()),
    )
