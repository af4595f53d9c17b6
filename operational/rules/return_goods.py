"""Returns: only what was shipped can come back, and what comes back goes into the depot that is named.

The order's state follows through order_state.py.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import now
from operational.crud.lines import stored_lines
from operational.crud.lock import locked
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.order import Order
from operational.entities.distribution.return_note import ReturnNote
from operational.field import Label
from operational.rules.beyond import beyond, by_item
from operational.rules.order_quantities import (
    GRANTED,
    Quantities,
    ordered,
    present_version,
    returned,
    shipped,
    versions,
)
from operational.rules.register import Context, effect, guard
from operational.rules.stock import Move, move_stock


@guard
def return_within_order(session: Session, note: ReturnNote, actor: Actor, context: Context) -> Refusal | None:
    """Same customer as the order, and no more than was shipped and not yet granted back."""
    lines = stored_lines(session, ReturnNote, note.id)
    if not lines:
        return Refusal(Label("退货单没有明细，请先添加。", "The return note has no lines; add one first."))
    if note.order_id is None:
        return None
    present = present_version(session, session.get_one(Order, note.order_id))
    order = locked(session, Order, present.id)
    blockers = tuple(links_of(session, Order, [order.id]).values())
    if order.customer_id != note.customer_id:
        return Refusal(
            Label(
                f"订单 {order.number} 属于另一客户，请更正客户或订单。",
                f"The order {order.number} is another customer's; correct one of them.",
            ),
            blockers,
        )
    wanted, left = by_item(lines), _returnable(session, order)
    over = beyond(session, wanted, left)
    if not over:
        return None
    figures = [
        (key, f"{(wanted[item] - left.get(item, Decimal(0))).normalize():f}") for item, key in over.items()
    ]
    zh = "、".join(f"{key} 多出 {more}" for key, more in figures)
    en = ", ".join(f"{key} by {more}" for key, more in figures)
    return Refusal(
        Label(
            f"退货超过订单 {order.number} 已发货未退的数量：{zh}；请减少数量。",
            f"More would come back than was shipped for the order {order.number}: {en}; return less.",
        ),
        blockers,
    )


def _returnable(session: Session, order: Order) -> Quantities:
    """Shipped less granted back; a finished order brought in without shipments counts as shipped in full."""
    chain = versions(session, order)
    gone = shipped(session, chain)
    if not gone and order.state in ("shipped", "closed"):
        gone = ordered(session, order)
    for item, quantity in returned(session, chain, GRANTED).items():
        gone[item] = gone.get(item, Decimal(0)) - quantity
    return gone


@effect
def receive_return(session: Session, note: ReturnNote, actor: Actor, context: Context) -> Refusal | None:
    """The goods go into the depot now; without a depot no stock moves."""
    if note.depot_id is None:
        return None
    back = [
        Move(line.item_id, note.depot_id, line.quantity)
        for line in stored_lines(session, ReturnNote, note.id)
        if line.quantity > 0
    ]
    move_stock(session, actor, "return", f"return_note:{note.number}", now(), back)
    return None
