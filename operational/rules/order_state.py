"""The derived states of an order: approved, partly shipped, shipped.

They follow from quantities alone (order_quantities.py); nobody types them.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.lock import locked
from operational.crud.refusal import Refusal
from operational.crud.walk import move_by_system
from operational.entities.distribution.order import Order
from operational.entities.distribution.return_note import ReturnNote
from operational.entities.distribution.shipment import Shipment
from operational.rules.order_quantities import derived_state, net_shipped, ordered, present_version
from operational.rules.register import Context, effect

VERBS = {"approved": "unship", "partly_shipped": "ship_partly", "shipped": "ship"}


@effect
def derive_order_state(
    session: Session, document: Shipment | ReturnNote, actor: Actor, context: Context
) -> Refusal | None:
    """Bring the order of a shipment or return to the state that its quantities say."""
    if document.order_id is None:
        return None
    present = present_version(session, session.get_one(Order, document.order_id))
    bring_to_derived_state(session, actor, locked(session, Order, present.id))
    return None


def bring_to_derived_state(session: Session, actor: Actor, order: Order) -> None:
    """Move a held order, where it is live, to the state that follows from what was shipped and returned."""
    if order.state not in VERBS:
        return  # closed, void or superseded: it has left the states that are derived
    state = derived_state(ordered(session, order), net_shipped(session, order))
    if state != order.state:
        move_by_system(session, actor, order, VERBS[state])
