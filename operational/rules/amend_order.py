"""Amending an order: an approved order is never edited; a copy takes its place once it is approved itself.

What was shipped and returned for the old version counts for the new one (order_quantities.py).
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.find import visible_id
from operational.crud.lines import stored_lines, values_of
from operational.crud.lock import locked
from operational.crud.record import Record, links_of
from operational.crud.refusal import Refusal, Refused
from operational.crud.validate import Draft, LineDraft
from operational.crud.walk import move_by_system
from operational.crud.write import insert
from operational.entities.distribution.item import Item
from operational.entities.distribution.order import GRAPH, Order
from operational.field import Label
from operational.rules.order_quantities import net_shipped, ordered, versions
from operational.rules.order_state import bring_to_derived_state
from operational.rules.register import Context, effect

AMENDABLE = ("approved", "partly_shipped")


def amend_order(session: Session, actor: Actor, key: str) -> Record:
    """A draft that is a copy of an approved or partly shipped order, numbered as its next version.

    Needs the right to edit orders. Refused in other states, or while another amendment is under way.
    """
    order = locked(session, Order, visible_id(session, actor, Order, key, "edit"))
    if order.state not in AMENDABLE:
        state = GRAPH.state(order.state).label
        raise Refused(
            "amendable",
            Label(
                f"只有已批准或部分发货的订单可以变更，{key} 现为“{state.zh}”。",
                f"Only an approved or partly shipped order can be amended; {key} is '{state.en}'.",
            ),
        )
    _refuse_second(session, order)
    values = {name: value for name, value in values_of(order).items() if value is not None}
    values |= {"number": _next_number(session, order), "amended_from": order.id, GRAPH.field: GRAPH.initial}
    lines = [
        LineDraft(number, None, values_of(line))
        for number, line in enumerate(stored_lines(session, Order, order.id), start=1)
    ]
    return insert(session, actor, Order, Draft(values, lines))


def _refuse_second(session: Session, order: Order) -> None:
    under_way = session.scalars(
        select(Order.id).where(Order.amended_from_id == order.id, Order.state != "void")
    ).all()
    if under_way:
        blockers = tuple(links_of(session, Order, under_way).values())
        raise Refused(
            "one_amendment",
            Label(
                f"已有变更单 {blockers[0].key}，请在其上修改。",
                f"There is an amendment already, {blockers[0].key}; change that one.",
            ),
            blockers,
        )


def _next_number(session: Session, order: Order) -> str:
    """The first version's number with -V2, -V3 …; the place after the last that was ever used."""
    first = versions(session, order)[-1].number
    version = 2
    while session.scalar(select(Order.id).where(Order.number == f"{first}-V{version}")) is not None:
        version += 1
    return f"{first}-V{version}"


@effect
def supersede_amended(session: Session, order: Order, actor: Actor, context: Context) -> Refusal | None:
    """On approval of an amendment the old version gives way, with what was shipped for it carried over."""
    if order.amended_from_id is None:
        return None
    old = locked(session, Order, order.amended_from_id)
    blockers = tuple(links_of(session, Order, [old.id]).values())
    if old.state not in AMENDABLE:
        state = GRAPH.state(old.state).label
        return Refusal(
            Label(
                f"原订单 {old.number} 现为“{state.zh}”，不能再被变更；请作废本单。",
                f"The order {old.number} is now '{state.en}' and can no longer be amended; void this one.",
            ),
            blockers,
        )
    wanted = ordered(session, order)
    short = [item for item, gone in net_shipped(session, old).items() if gone > wanted.get(item, Decimal(0))]
    if short:
        names = [link.key for link in links_of(session, Item, short).values()]
        return Refusal(
            Label(
                f"变更后的数量少于已发货数量：{'、'.join(names)}；请增加数量或先退货。",
                f"The new quantity is below what was shipped: {', '.join(names)}; raise it.",
            ),
            blockers,
        )
    move_by_system(session, actor, old, "supersede")
    bring_to_derived_state(session, actor, order)
    return None
