"""How much of an order was ordered, shipped and returned, over all its versions, and the state that follows.

Amending makes a new order for an old one; shipments and returns of either count for both. What is done
with the figures stands in the rules that ask for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.lines import document_column
from operational.entities.distribution.order import Order, OrderLine
from operational.entities.distribution.return_note import ReturnNote, ReturnNoteLine
from operational.entities.distribution.shipment import Shipment, ShipmentLine

Quantities = dict[int, Decimal]  # by item id
NOT_YET = ("draft", "submitted", "rejected", "void")  # an amendment in these has replaced nothing
RETURNED = ("received", "credited", "closed")
GRANTED = ("approved", *RETURNED)
WAITING = ("approved", "partly_shipped")  # orders whose goods may be asked for and shipped


def versions(session: Session, order: Order) -> list[Order]:
    """The order and those it was amended from, newest first."""
    chain = [order]
    while (before := chain[-1].amended_from_id) is not None:
        chain.append(session.get_one(Order, before))
    return chain


def present_version(session: Session, order: Order) -> Order:
    """The order that has replaced this one, or itself."""
    while True:
        successor = session.scalar(
            select(Order).where(Order.amended_from_id == order.id, Order.state.not_in(NOT_YET)).limit(1)
        )
        if successor is None:
            return order
        order = successor


def ordered(session: Session, order: Order) -> Quantities:
    """The ordered quantities by item."""
    rows = session.execute(
        select(OrderLine.item_id, func.sum(OrderLine.quantity))
        .where(document_column(OrderLine) == order.id)
        .group_by(OrderLine.item_id)
    )
    return dict(rows.all())


def shipped(session: Session, orders: Iterable[Order]) -> Quantities:
    """What posted shipments took for these orders, by item, before returns."""
    rows = session.execute(
        select(ShipmentLine.item_id, func.sum(ShipmentLine.quantity))
        .join(Shipment, Shipment.id == document_column(ShipmentLine))
        .where(Shipment.order_id.in_([one.id for one in orders]), Shipment.state == "posted")
        .group_by(ShipmentLine.item_id)
    )
    return dict(rows.all())


def returned(session: Session, orders: Iterable[Order], states: tuple[str, ...] = RETURNED) -> Quantities:
    """What came back of these orders, by item, in return notes of the given states."""
    rows = session.execute(
        select(ReturnNoteLine.item_id, func.sum(ReturnNoteLine.quantity))
        .join(ReturnNote, ReturnNote.id == document_column(ReturnNoteLine))
        .where(ReturnNote.order_id.in_([one.id for one in orders]), ReturnNote.state.in_(states))
        .group_by(ReturnNoteLine.item_id)
    )
    return dict(rows.all())


def net_shipped(session: Session, order: Order) -> Quantities:
    """Shipped less returned over all versions, by item."""
    chain = versions(session, order)
    back = returned(session, chain)
    return {item: quantity - back.get(item, Decimal(0)) for item, quantity in shipped(session, chain).items()}


def derived_state(wanted: Mapping[int, Decimal], net: Mapping[int, Decimal]) -> str:
    """The state of a live order as a pure function of its quantities: approved, partly_shipped or shipped."""
    if all(quantity <= 0 for quantity in net.values()):
        return "approved"
    if all(net.get(item, Decimal(0)) >= quantity for item, quantity in wanted.items()):
        return "shipped"
    return "partly_shipped"
