"""Posting a shipment takes goods out of stock for its order; voiding one puts back exactly what it took.

Balances and movements are written through stock.py, the order's state through order_state.py.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.lines import stored_lines
from operational.crud.lock import locked
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.order import GRAPH, Order
from operational.entities.distribution.shipment import Shipment
from operational.field import Label
from operational.rules.beyond import beyond, by_item
from operational.rules.lots import not_to_be_issued
from operational.rules.order_quantities import WAITING, net_shipped, ordered
from operational.rules.register import Context, effect, guard
from operational.rules.stock import (
    Move,
    effective_at,
    move_stock,
    movements_of,
    reverse_movements,
    shortage,
    source_of,
)
from operational.rules.stock_counts import counted_since


@guard
def shipment_within_order(
    session: Session, shipment: Shipment, actor: Actor, context: Context
) -> Refusal | None:
    """Lines there are; the order waits for goods; no item goes beyond what was ordered."""
    issues = _issues(session, shipment)
    if not issues:
        return Refusal(
            Label(
                "发货单没有数量大于零的明细，请先添加。",
                "The shipment has no line with a quantity; add one first.",
            )
        )
    if shipment.order_id is None:
        return None
    order = locked(session, Order, shipment.order_id)
    blockers = tuple(links_of(session, Order, [order.id]).values())
    if order.state not in WAITING or order.on_hold:
        state = GRAPH.state(order.state).label
        hold = Label("（暂停发货）", " (on hold)") if order.on_hold else Label("", "")
        return Refusal(
            Label(
                f"订单 {order.number} 现为“{state.zh}”{hold.zh}，不能发货；请联系销售。",
                f"The order {order.number} is '{state.en}'{hold.en} and cannot be shipped; ask sales.",
            ),
            blockers,
        )
    wanted, gone = ordered(session, order), net_shipped(session, order)
    then = {item: gone.get(item, Decimal(0)) + quantity for item, quantity in by_item(issues).items()}
    figures = [
        (key, wanted.get(item, Decimal(0)).normalize(), then[item].normalize())
        for item, key in beyond(session, then, wanted).items()
    ]
    if not figures:
        return None
    zh = "；".join(f"{key} 订购 {of:f}，将发 {to:f}" for key, of, to in figures)
    en = "; ".join(f"{key}: {of:f} ordered, {to:f} would be shipped" for key, of, to in figures)
    return Refusal(
        Label(
            f"超出订单 {order.number}：{zh}；请减少数量。",
            f"Beyond the order {order.number}: {en}; ship less.",
        ),
        blockers,
    )


@guard
def stock_is_enough(session: Session, shipment: Shipment, actor: Actor, context: Context) -> Refusal | None:
    """The depot has the goods at the shipment's time and keeps enough for every later movement."""
    at = effective_at(session, shipment.shipped_on)
    return shortage(session, _issues(session, shipment), at, of_request=shipment.outbound_request_id)


@guard
def lots_may_be_issued(
    session: Session, shipment: Shipment, actor: Actor, context: Context
) -> Refusal | None:
    """None of the lots is blocked or has expired on the day of shipping."""
    lots = [(issue.item_id, issue.lot) for issue in _issues(session, shipment) if issue.lot]
    return not_to_be_issued(session, lots, shipment.shipped_on)


@guard
def shipped_before_no_count(
    session: Session, shipment: Shipment, actor: Actor, context: Context
) -> Refusal | None:
    """What was counted since is not put back into the time before the count."""
    made = movements_of(session, source_of(shipment))
    places = [(one.depot_id, one.item_id) for one in made]
    return counted_since(session, made[0].moved_at, places) if made else None


@effect
def issue_stock(session: Session, shipment: Shipment, actor: Actor, context: Context) -> Refusal | None:
    """One movement per line."""
    out = [
        Move(issue.item_id, issue.depot_id, -issue.quantity, issue.lot)
        for issue in _issues(session, shipment)
    ]
    move_stock(session, actor, "issue", source_of(shipment), effective_at(session, shipment.shipped_on), out)
    return None


@effect
def reverse_stock(session: Session, shipment: Shipment, actor: Actor, context: Context) -> Refusal | None:
    """What the shipment took goes back, as it was taken."""
    return reverse_movements(session, actor, shipment)


def _issues(session: Session, shipment: Shipment) -> list[Move]:
    return [
        Move(line.item_id, shipment.depot_id, line.quantity, line.lot or None)
        for line in stored_lines(session, Shipment, shipment.id)
        if line.quantity > 0
    ]
