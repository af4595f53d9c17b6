"""What confirmed outbound requests still hold of the stock: confirmed less issued, of each request and item.

It is reckoned from the documents every time, so there is no balance that could be wrong.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.lines import document_column
from operational.entities.distribution.outbound_request import OutboundRequest, OutboundRequestLine
from operational.entities.distribution.shipment import Shipment, ShipmentLine

HOLDING = ("confirmed", "partly_issued")
Held = dict[tuple[int, int], Decimal]  # by request and item


def confirmed(session: Session, requests: Collection[int]) -> Held:
    """The quantities that these requests were promised."""
    owner = document_column(OutboundRequestLine)
    rows = session.execute(
        select(owner, OutboundRequestLine.item_id, func.sum(OutboundRequestLine.confirmed_quantity))
        .where(owner.in_(requests))
        .group_by(owner, OutboundRequestLine.item_id)
    )
    return {(request, item): quantity or Decimal(0) for request, item, quantity in rows}


def issued(session: Session, requests: Collection[int]) -> Held:
    """What posted shipments took for these requests."""
    rows = session.execute(
        select(Shipment.outbound_request_id, ShipmentLine.item_id, func.sum(ShipmentLine.quantity))
        .join(Shipment, Shipment.id == document_column(ShipmentLine))
        .where(Shipment.outbound_request_id.in_(requests), Shipment.state == "posted")
        .group_by(Shipment.outbound_request_id, ShipmentLine.item_id)
    )
    return {(request, item): quantity for request, item, quantity in rows if request is not None}


def held(session: Session, depot_id: int, items: Collection[int], *, but: int | None = None) -> Held:
    """What requests hold of these items of a depot now; `but` leaves one request out."""
    owner = document_column(OutboundRequestLine)
    requests = session.scalars(
        select(OutboundRequest.id)
        .join(OutboundRequestLine, owner == OutboundRequest.id)
        .where(
            OutboundRequest.depot_id == depot_id,
            OutboundRequest.state.in_(HOLDING),
            OutboundRequest.id != (but or 0),
            OutboundRequestLine.item_id.in_(items),
        )
        .distinct()
    ).all()
    if not requests:
        return {}
    gone = issued(session, requests)
    left = {
        key: quantity - gone.get(key, Decimal(0)) for key, quantity in confirmed(session, requests).items()
    }
    return {key: quantity for key, quantity in left.items() if key[1] in items and quantity > 0}
