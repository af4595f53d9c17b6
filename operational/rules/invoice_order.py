"""An invoice may name an order: then it is of the order's customer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.invoice import Invoice
from operational.entities.distribution.order import Order
from operational.field import Label
from operational.rules.register import Context, guard


@guard
def order_of_same_customer(
    session: Session, invoice: Invoice, actor: Actor, context: Context
) -> Refusal | None:
    """Refuse to claim one customer's order from another."""
    if invoice.order_id is None:
        return None
    order = session.get_one(Order, invoice.order_id)
    if order.customer_id == invoice.customer_id:
        return None
    return Refusal(
        Label(
            f"订单 {order.number} 属于另一客户，请更正客户或订单。",
            f"The order {order.number} is another customer's; correct one of them.",
        ),
        tuple(links_of(session, Order, [order.id]).values()),
    )
