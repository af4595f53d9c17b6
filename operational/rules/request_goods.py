"""Outbound requests: confirming one reserves what is free, shipments of it use the reservation up.

What is reserved at any moment is reckoned in reservations.py, and every issue asks for it in stock.py.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import now
from operational.crud.lines import stored_lines
from operational.crud.lock import hold, locked
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.crud.walk import move_by_system
from operational.entities.distribution.item import Item
from operational.entities.distribution.order import GRAPH as ORDER_GRAPH
from operational.entities.distribution.order import Order
from operational.entities.distribution.outbound_request import GRAPH, OutboundRequest
from operational.entities.distribution.shipment import Shipment
from operational.field import Label
from operational.rules.beyond import beyond, by_item
from operational.rules.order_quantities import WAITING, net_shipped, ordered
from operational.rules.register import Context, effect, guard
from operational.rules.reservations import HOLDING, confirmed, issued
from operational.rules.stock import available

VERBS = {"confirmed": "unissue", "partly_issued": "issue_partly", "issued": "issue"}


@guard
def request_within_order(
    session: Session, request: OutboundRequest, actor: Actor, context: Context
) -> Refusal | None:
    """Lines there are; its order waits for goods, and no item goes beyond what is still to be shipped."""
    wanted = _wanted(session, request)
    if not wanted:
        return Refusal(
            Label(
                "出库申请没有数量大于零的明细，请先添加。",
                "The outbound request has no line with a quantity; add one first.",
            )
        )
    if request.order_id is None:
        return None
    order = locked(session, Order, request.order_id)
    blockers = tuple(links_of(session, Order, [order.id]).values())
    if order.state not in WAITING or order.on_hold:
        state = ORDER_GRAPH.state(order.state).label
        return Refusal(
            Label(
                f"订单 {order.number} 现为“{state.zh}”或已暂停发货，不能申请出库；请联系销售。",
                f"The order {order.number} is '{state.en}' or on hold, so nothing can be asked for it; ask sales.",
            ),
            blockers,
        )
    left = ordered(session, order)
    for item, quantity in net_shipped(session, order).items():
        left[item] = left.get(item, Decimal(0)) - quantity
    keys = beyond(session, wanted, left).values()
    if not keys:
        return None
    return Refusal(
        Label(
            f"超出订单 {order.number} 尚未发货的数量：{'、'.join(keys)}；请减少数量。",
            f"Beyond what is still to be shipped of the order {order.number}: {', '.join(keys)}; ask for less.",
        ),
        blockers,
    )


@guard
def something_can_be_reserved(
    session: Session, request: OutboundRequest, actor: Actor, context: Context
) -> Refusal | None:
    """At least a part of one line is free in the depot."""
    wanted = _wanted(session, request)
    hold(session, Item, wanted)
    if any(available(session, request.depot_id, item) > 0 for item in wanted):
        return None
    items = tuple(links_of(session, Item, wanted).values())
    return Refusal(
        Label(
            f"没有可用库存可以预留：{'、'.join(one.key for one in items)}；请先入库或驳回。",
            f"Nothing is free to be reserved: {', '.join(one.key for one in items)}; receive goods, or reject it.",
        ),
        items,
    )


@effect
def reserve_stock(
    session: Session, request: OutboundRequest, actor: Actor, context: Context
) -> Refusal | None:
    """Each line is promised what is free, at most what it wants."""
    lines = stored_lines(session, OutboundRequest, request.id)
    free = {item: available(session, request.depot_id, item) for item in {line.item_id for line in lines}}
    for line in lines:
        line.confirmed_quantity = max(min(line.quantity, free[line.item_id]), Decimal(0))
        free[line.item_id] -= line.confirmed_quantity
    request.confirmed_at = now()
    return None


@effect
def release_stock(
    session: Session, request: OutboundRequest, actor: Actor, context: Context
) -> Refusal | None:
    """What was not issued is free again."""
    if request.confirmed_at is not None:
        request.released_at = now()
    return None


@effect
def release_requests(session: Session, order: Order, actor: Actor, context: Context) -> Refusal | None:
    """An order that gets no more goods holds none: its open requests are cancelled."""
    graph_open = [state.name for state in GRAPH.states if GRAPH.move("release", state.name)]
    ids = session.scalars(
        select(OutboundRequest.id).where(
            OutboundRequest.order_id == order.id, OutboundRequest.state.in_(graph_open)
        )
    ).all()
    for request in hold(session, OutboundRequest, ids).values():
        release_stock(session, request, actor, context)
        move_by_system(session, actor, request, "release")
    return None


@guard
def shipment_within_request(
    session: Session, shipment: Shipment, actor: Actor, context: Context
) -> Refusal | None:
    """A shipment of a request takes from its depot, and no more than was confirmed and not yet issued."""
    if shipment.outbound_request_id is None:
        return None
    request = locked(session, OutboundRequest, shipment.outbound_request_id)
    blockers = tuple(links_of(session, OutboundRequest, [request.id]).values())
    if request.state not in HOLDING or request.depot_id != shipment.depot_id:
        state = GRAPH.state(request.state).label
        return Refusal(
            Label(
                f"出库申请 {request.number} 现为“{state.zh}”，或属于另一仓库，不能按它发货。",
                f"The request {request.number} is '{state.en}', or of another depot, and cannot be shipped.",
            ),
            blockers,
        )
    wanted = by_item(stored_lines(session, Shipment, shipment.id))
    keys = beyond(session, wanted, _left(session, request)).values()
    if not keys:
        return None
    return Refusal(
        Label(
            f"超出出库申请 {request.number} 已确认未出库的数量：{'、'.join(keys)}；请减少数量。",
            f"Beyond what is confirmed and not yet issued of {request.number}: {', '.join(keys)}; ship less.",
        ),
        blockers,
    )


@effect
def derive_request_state(
    session: Session, shipment: Shipment, actor: Actor, context: Context
) -> Refusal | None:
    """Bring the request of a shipment to the state that its quantities say."""
    if shipment.outbound_request_id is None:
        return None
    request = locked(session, OutboundRequest, shipment.outbound_request_id)
    if request.state not in VERBS:
        return None
    gone = issued(session, [request.id])
    if not any(quantity > 0 for quantity in gone.values()):
        state = "confirmed"
    else:
        state = "partly_issued" if any(left > 0 for left in _left(session, request).values()) else "issued"
    if state != request.state:
        request.released_at = now() if state == "issued" else None
        move_by_system(session, actor, request, VERBS[state])
    return None


def _wanted(session: Session, request: OutboundRequest) -> dict[int, Decimal]:
    wanted = by_item(stored_lines(session, OutboundRequest, request.id))
    return {item: quantity for item, quantity in wanted.items() if quantity > 0}


def _left(session: Session, request: OutboundRequest) -> dict[int, Decimal]:
    """Confirmed and not issued, by item; zero for items that the request does not have."""
    left: dict[int, Decimal] = defaultdict(Decimal)
    gone = issued(session, [request.id])
    for key, quantity in confirmed(session, [request.id]).items():
        left[key[1]] = quantity - gone.get(key, Decimal(0))
    return left
