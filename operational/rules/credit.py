"""The credit check: a customer may not come to owe more than the limit.

Exposure = open amounts of issued invoices + what is ordered, approved and not yet shipped + this order.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.lines import stored_lines
from operational.crud.lock import locked
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.invoice import Invoice
from operational.entities.distribution.order import Order
from operational.entities.distribution.receipt import Receipt
from operational.entities.marketing.customer import Customer
from operational.field import Label
from operational.rules.order_quantities import net_shipped
from operational.rules.register import Context, guard

OPEN_INVOICES = ("issued", "partly_paid")
OPEN_ORDERS = ("approved", "partly_shipped")


@guard
def within_credit_limit(session: Session, order: Order, actor: Actor, context: Context) -> Refusal | None:
    """Refuse an order that would exceed the limit, naming the figures; an empty limit is none."""
    customer = locked(session, Customer, order.customer_id)  # two approvals must not share the same room
    if customer.credit_limit is None:
        return None
    invoices = unpaid(session, customer.id)
    orders = unshipped(session, customer.id, leave_out=order.amended_from_id)
    own = order.amount or Decimal(0)
    over = invoices + orders + own - customer.credit_limit
    if over <= 0:
        return None
    limit = _shown(customer.credit_limit)
    return Refusal(
        Label(
            f"超出信用额度 {_shown(over)}：额度 {limit}，未付发票 {_shown(invoices)}，"
            f"未发货订单 {_shown(orders)}，本单 {_shown(own)}；请先收款或调整额度。",
            f"The credit limit would be exceeded by {_shown(over)}: limit {limit}, "
            f"unpaid invoices {_shown(invoices)}, unshipped orders {_shown(orders)}, "
            f"this order {_shown(own)}; collect first or change the limit.",
        ),
        tuple(links_of(session, Customer, [customer.id]).values()),
    )


def unpaid(session: Session, customer_id: int) -> Decimal:
    """The open amount of the customer's issued invoices."""
    invoices = select(Invoice.id).where(Invoice.customer_id == customer_id, Invoice.state.in_(OPEN_INVOICES))
    owed = session.scalar(select(func.sum(Invoice.amount)).where(Invoice.id.in_(invoices)))
    paid = session.scalar(
        select(func.sum(Receipt.amount)).where(Receipt.invoice_id.in_(invoices), Receipt.state == "posted")
    )
    return (owed or Decimal(0)) - (paid or Decimal(0))


def unshipped(session: Session, customer_id: int, leave_out: int | None = None) -> Decimal:
    """The value of what is approved and not shipped; a partly shipped item counts in proportion."""
    orders = session.scalars(
        select(Order).where(Order.customer_id == customer_id, Order.state.in_(OPEN_ORDERS))
    )
    return sum((_rest(session, order) for order in orders if order.id != leave_out), Decimal(0))


def _rest(session: Session, order: Order) -> Decimal:
    gone = net_shipped(session, order)
    rest = Decimal(0)
    for line in stored_lines(session, Order, order.id):
        if line.amount is None or not line.quantity:
            continue
        taken = min(gone.get(line.item_id, Decimal(0)), line.quantity)
        gone[line.item_id] = gone.get(line.item_id, Decimal(0)) - taken
        rest += line.amount * (line.quantity - taken) / line.quantity
    return rest


def _shown(amount: Decimal) -> str:
    return f"{amount:,.2f}"
