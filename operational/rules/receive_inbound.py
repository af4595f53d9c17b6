"""Inbound documents: posting one makes its lots and puts the goods into stock, what is missing stays on order.

Voiding takes back exactly what was put, unless it has been issued since. The proposal behind a document
follows it in order_proposed.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import today
from operational.crud.lines import stored_lines, values_of
from operational.crud.lock import hold, locked
from operational.crud.record import RecordLink, ids_of, links_of
from operational.crud.refusal import Refusal
from operational.crud.validate import Draft, LineDraft
from operational.crud.walk import move_by_system
from operational.crud.write import insert
from operational.entities.distribution.inbound import GRAPH, Inbound, InboundLine
from operational.entities.distribution.item import Item
from operational.entities.distribution.stock_movement import StockMovement
from operational.entity import entity
from operational.field import Label
from operational.rules.lots import lots_of, make_lot
from operational.rules.register import Context, effect, guard
from operational.rules.stock import (
    REVERSED,
    Move,
    effective_at,
    move_stock,
    movements_of,
    reverse_movements,
    shortage,
    source_of,
)
from operational.rules.stock_counts import counted_since

MOVEMENT_KINDS = {"return": "return", "transfer": "transfer_in"}  # of sources; the others are receipts
SHOWN = 10


def came(line: InboundLine) -> Decimal:
    """What arrived of a line: all of it where nothing else is said."""
    return line.quantity if line.received_quantity is None else line.received_quantity


@guard
def inbound_has_lines(session: Session, inbound: Inbound, actor: Actor, context: Context) -> Refusal | None:
    """There is something to order or to receive."""
    lines = stored_lines(session, Inbound, inbound.id)
    if any((came(line) if context.verb == "post" else line.quantity) > 0 for line in lines):
        return None
    return Refusal(
        Label(
            "入库单没有数量大于零的明细，请先添加。",
            "The inbound document has no line with a quantity; add one first.",
        )
    )


@guard
def inbound_can_be_dated(
    session: Session, inbound: Inbound, actor: Actor, context: Context
) -> Refusal | None:
    """Goods come neither in the future nor before a posted count of them, and a lot has one day of expiry."""
    day = inbound.received_on or today(session)
    if day > today(session):
        return Refusal(
            Label(
                f"入库日期 {day} 在将来，请在到货后记账。",
                f"They would be received on {day}, in the future; post them when they are there.",
            )
        )
    lines = stored_lines(session, Inbound, inbound.id)
    hold(session, Item, [line.item_id for line in lines])
    places = [(inbound.depot_id, line.item_id) for line in lines]
    return counted_since(session, effective_at(session, day), places) or _other_expiry(session, lines)


def _other_expiry(session: Session, lines: Iterable[InboundLine]) -> Refusal | None:
    given = {(line.item_id, line.lot): line.expires_on for line in lines if line.lot and line.expires_on}
    for key, lot in lots_of(session, given).items():
        if lot.expires_on is not None and lot.expires_on != given[key]:
            return Refusal(
                Label(
                    f"批次 {lot.number} 的失效日期是 {lot.expires_on}，与明细的 {given[key]} 不同；请更正。",
                    f"The lot {lot.number} expires on {lot.expires_on}, the line says {given[key]}; correct one.",
                ),
                tuple(links_of(session, type(lot), [lot.id]).values()),
            )
    return None


@effect
def date_inbound(session: Session, inbound: Inbound, actor: Actor, context: Context) -> Refusal | None:
    """The day of the act where none was typed."""
    if context.verb == "order":
        inbound.ordered_on = inbound.ordered_on or today(session)
    else:
        inbound.received_on = inbound.received_on or today(session)
    return None


@effect
def make_lots(session: Session, inbound: Inbound, actor: Actor, context: Context) -> Refusal | None:
    """A record of each lot that comes for the first time."""
    for line in stored_lines(session, Inbound, inbound.id):
        if line.lot and came(line) > 0:
            make_lot(session, actor, line.item_id, line.lot, _received_on(inbound), line.expires_on)
    return None


@effect
def receive_inbound(session: Session, inbound: Inbound, actor: Actor, context: Context) -> Refusal | None:
    """One movement per line, at the line's cost."""
    lines = stored_lines(session, Inbound, inbound.id)
    moves = [
        Move(line.item_id, inbound.depot_id, came(line), line.lot or None, line.unit_cost)
        for line in lines
        if came(line) > 0
    ]
    kind = MOVEMENT_KINDS.get(inbound.kind or "", "receipt")
    move_stock(session, actor, kind, source_of(inbound), effective_at(session, _received_on(inbound)), moves)
    return None


@effect
def keep_remainder(session: Session, inbound: Inbound, actor: Actor, context: Context) -> Refusal | None:
    """What was ordered and did not come stays on order, in a document of its own."""
    if inbound.ordered_on is None:
        return None
    left = [
        (line, line.quantity - came(line))
        for line in stored_lines(session, Inbound, inbound.id)
        if line.quantity > came(line)
    ]
    if not left:
        return None
    header = ("kind", "supplier", "depot", "ordered_on", "promised_on", "proposal")
    values = {name: value for name, value in values_of(inbound).items() if name in header}
    values |= {"remainder_of": inbound.id, GRAPH.field: GRAPH.initial}
    drafts = [
        LineDraft(number, None, {"item": line.item_id, "quantity": rest, "unit_cost": line.unit_cost})
        for number, (line, rest) in enumerate(left, start=1)
    ]
    remainder = insert(session, actor, Inbound, Draft(values, drafts))
    move_by_system(session, actor, locked(session, Inbound, remainder.id), "carry_on")
    return None


@guard
def received_goods_are_there(
    session: Session, inbound: Inbound, actor: Actor, context: Context
) -> Refusal | None:
    """What came must not have been issued, reserved or counted since; the documents that took it are named."""
    made = movements_of(session, source_of(inbound))
    if not made:
        return None
    back = [Move(one.item_id, one.depot_id, one.quantity, one.lot) for one in made]
    refusal = shortage(session, back, made[0].moved_at)
    if refusal is None:
        return None
    return Refusal(refusal.message, _takers(session, made) or refusal.blockers)


def _takers(session: Session, made: list[StockMovement]) -> tuple[RecordLink, ...]:
    """The documents whose movements took the goods of these movements, or of the same lots, since."""
    sources = session.scalars(
        select(StockMovement.source)
        .where(
            StockMovement.item_id.in_({one.item_id for one in made}),
            StockMovement.depot_id == made[0].depot_id,
            StockMovement.lot.in_({one.lot for one in made if one.lot}) | StockMovement.lot.is_(None),
            StockMovement.moved_at >= made[0].moved_at,
            StockMovement.quantity < 0,
            StockMovement.source.is_not(None),
            StockMovement.source.not_like(f"%{REVERSED}"),
        )
        .distinct()
        .limit(SHOWN)
    )
    found: list[RecordLink] = []
    for source in sources:
        name, _, number = str(source).partition(":")
        cls = entity(name)
        found.extend(links_of(session, cls, ids_of(session, cls, [number]).values()).values())
    return tuple(found)


@effect
def reverse_inbound(session: Session, inbound: Inbound, actor: Actor, context: Context) -> Refusal | None:
    """What the document put into stock leaves it, as it came."""
    return reverse_movements(session, actor, inbound)


def _received_on(inbound: Inbound) -> date:
    assert inbound.received_on is not None  # noqa: S101 - date_inbound has run before
    return inbound.received_on
