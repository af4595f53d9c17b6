"""Voiding an order: only while nothing lives that came from it.

Voiding never deletes; the order keeps its number.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.record import RecordLink, links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.invoice import Invoice
from operational.entities.distribution.order import Order
from operational.entities.distribution.outbound_request import OutboundRequest
from operational.entities.distribution.return_note import ReturnNote
from operational.entities.distribution.shipment import Shipment
from operational.field import Label
from operational.rules.register import Context, guard

# Documents in these states no longer live.
DEAD: dict[Any, tuple[str, ...]] = {
    Shipment: ("voided",),
    Invoice: ("void", "credited"),
    ReturnNote: ("void",),
    OutboundRequest: ("rejected", "cancelled"),
}
SHOWN = 10


@guard
def nothing_follows_order(session: Session, order: Order, actor: Actor, context: Context) -> Refusal | None:
    """Name the live requests, shipments, invoices, returns and amendments that stand in the way."""
    blockers: list[RecordLink] = []
    for cls, dead in DEAD.items():
        ids = session.scalars(
            select(cls.id)
            .where(cls.order_id == order.id, cls.state.not_in(dead))
            .order_by(cls.id)
            .limit(SHOWN)
        )
        blockers.extend(links_of(session, cls, ids).values())
    amendments = session.scalars(
        select(Order.id).where(Order.amended_from_id == order.id, Order.state != "void").limit(SHOWN)
    )
    blockers.extend(links_of(session, Order, amendments).values())
    if not blockers:
        return None
    named = [one.key for one in blockers]
    return Refusal(
        Label(
            f"订单已有后续单据：{'、'.join(named)}；请先作废它们。",
            f"Documents follow from this order: {', '.join(named)}; void them first.",
        ),
        tuple(blockers),
    )
