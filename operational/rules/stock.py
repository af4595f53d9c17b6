"""The ledger of stock: balances at a time, and the one place that writes movements.

Which documents move stock, and when, stands in the rules of those documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import end_of_day, now, today, zone
from operational.crud.lock import hold
from operational.crud.numbers import next_numbers
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.item import Item
from operational.entities.distribution.outbound_request import OutboundRequest
from operational.entities.distribution.stock_movement import StockMovement
from operational.entities.organisation.depot import Depot
from operational.field import Label
from operational.rules.reservations import Held, held
from operational.rules.stock_counts import counted_since

REVERSED = ":void"  # ends the source of movements that take back those of a document


@dataclass(frozen=True)
class Move:
    """A signed quantity of an item, perhaps of a lot, in a depot; without a cost, at the item's standard cost."""

    item_id: int
    depot_id: int
    quantity: Decimal
    lot: str | None = None
    unit_cost: Decimal | None = None


def effective_at(session: Session, day: date) -> datetime:
    """When a document of that day moves stock: now for today, else at the end of its day."""
    return now() if day == today(session) else end_of_day(day, zone(session))


def lowest_balance(
    session: Session, depot_id: int, item_id: int, lot: str | None, at: datetime
) -> tuple[Decimal, datetime]:
    """The least stock at `at` or at any later time, and when that is; of all lots where none is given."""
    table = StockMovement
    own = [table.item_id == item_id, table.depot_id == depot_id]
    if lot is not None:
        own.append(table.lot == lot)
    balance = session.scalar(select(func.sum(table.quantity)).where(*own, table.moved_at <= at)) or Decimal(0)
    lowest, when = balance, at
    later = session.execute(
        select(table.moved_at, func.sum(table.quantity))
        .where(*own, table.moved_at > at)
        .group_by(table.moved_at)
        .order_by(table.moved_at)
    )
    for moment, quantity in later:
        balance += quantity
        if balance < lowest:
            lowest, when = balance, moment
    return lowest, when


def shortage(
    session: Session, issues: Iterable[Move], at: datetime, *, of_request: int | None = None
) -> Refusal | None:
    """Refuse where these (positive) quantities cannot be taken at `at`: a later count has settled that time,
    less than nothing would be left then or later, or less than is reserved.

    The items are held, so that of two who take the last one only one does. What the request `of_request`
    itself has reserved may be taken.
    """
    issues = list(issues)
    hold(session, Item, [issue.item_id for issue in issues])
    settled = counted_since(session, at, [(one.depot_id, one.item_id) for one in issues])
    if settled is not None:
        return settled
    wanted: dict[tuple[int, int, str | None], Decimal] = {}
    for issue in issues:
        for lot in {None, issue.lot}:  # the lot's own stock, and that of all lots together
            place = (issue.depot_id, issue.item_id, lot)
            wanted[place] = wanted.get(place, Decimal(0)) + issue.quantity
    for (depot_id, item_id, lot), quantity in wanted.items():
        if quantity <= 0:
            continue  # a count finds goods of one lot and misses those of another
        there, when = lowest_balance(session, depot_id, item_id, lot, at)
        if there < quantity:
            return _too_little(session, depot_id, item_id, lot, quantity, there, when)
        reserved = held(session, depot_id, [item_id], but=of_request) if lot is None else {}
        if reserved:
            there, when = lowest_balance(session, depot_id, item_id, lot, max(at, now()))
            free = there - sum(reserved.values())
            if free < quantity:
                return _reserved(session, depot_id, item_id, quantity, max(free, Decimal(0)), reserved)
    return None


def available(session: Session, depot_id: int, item_id: int) -> Decimal:
    """What nobody has reserved of the stock that is there from now on; the item is held by the caller."""
    there, _ = lowest_balance(session, depot_id, item_id, None, now())
    return there - sum(held(session, depot_id, [item_id]).values())


def _reserved(
    session: Session, depot_id: int, item_id: int, quantity: Decimal, free: Decimal, reserved: Held
) -> Refusal:
    item = links_of(session, Item, [item_id])[item_id]
    depot = links_of(session, Depot, [depot_id])[depot_id]
    requests = tuple(links_of(session, OutboundRequest, {request for request, _ in reserved}).values())
    named = [one.key for one in requests]
    return Refusal(
        Label(
            f"{item.title}（{item.key}）在“{depot.title}”已为 {'、'.join(named)} 预留，可用 {_shown(free)}，"
            f"需要 {_shown(quantity)}；请减少数量或先取消预留。",
            f"'{depot.title}' has {_shown(free)} of {item.title} ({item.key}) free, {_shown(quantity)} are "
            f"wanted; the rest is reserved for {', '.join(named)}: take less, or cancel the request.",
        ),
        requests,
    )


def _too_little(
    session: Session,
    depot_id: int,
    item_id: int,
    lot: str | None,
    quantity: Decimal,
    there: Decimal,
    when: datetime,
) -> Refusal:
    item = links_of(session, Item, [item_id])[item_id]
    depot = links_of(session, Depot, [depot_id])[depot_id]
    at = f"{when.astimezone(zone(session)):%Y-%m-%d %H:%M}"
    zh = f"，批次 {lot}" if lot else ""
    en = f", lot {lot}" if lot else ""
    return Refusal(
        Label(
            f"库存不足：{item.title}（{item.key}{zh}）在“{depot.title}”于 {at} 只有 {_shown(there)}，"
            f"需要 {_shown(quantity)}；请减少数量或先入库。",
            f"Not enough stock: '{depot.title}' has {_shown(there)} of {item.title} ({item.key}{en}) "
            f"at {at}, {_shown(quantity)} are wanted; take less, or receive goods first.",
        ),
        (item, depot),
    )


def _shown(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


def move_stock(
    session: Session, actor: Actor, kind: str, source: str, at: datetime, entries: Iterable[Move]
) -> None:
    """Write movements; `source` names the document that made them, as `source_of` does."""
    entries = list(entries)
    if not entries:
        return
    costs = {item.id: item.standard_cost for item in _items(session, entries)}
    day = at.astimezone(zone(session)).date()
    numbers = next_numbers(session, StockMovement, day, len(entries))
    stamp = now()
    session.add_all(
        StockMovement(
            number=number,
            item_id=entry.item_id,
            depot_id=entry.depot_id,
            lot=entry.lot,
            quantity=entry.quantity,
            moved_at=at,
            kind=kind,
            unit_cost=costs[entry.item_id] if entry.unit_cost is None else entry.unit_cost,
            source=source,
            version=1,
            created_at=stamp,
            created_by=actor.login,
            updated_at=stamp,
            updated_by=actor.login,
        )
        for number, entry in zip(numbers, entries, strict=True)
    )
    session.flush()


def _items(session: Session, entries: list[Move]) -> Iterable[Item]:
    return session.scalars(select(Item).where(Item.id.in_({entry.item_id for entry in entries})))


def source_of(document: Any) -> str:
    """How movements name the document that made them: `shipment:DN-2026-000001`."""
    return f"{document.__tablename__}:{document.number}"


def reverse_movements(session: Session, actor: Actor, document: Any) -> Refusal | None:
    """Equal and opposite movements at the same times and costs, once; what moved nothing (imports) reverses nothing."""
    reversal = f"{source_of(document)}{REVERSED}"
    if movements_of(session, reversal):
        return Refusal(
            Label("此单据的库存已冲回。", "The stock of this document was put back already."),
        )
    for made in movements_of(session, source_of(document)):
        back = Move(made.item_id, made.depot_id, -made.quantity, made.lot, made.unit_cost)
        move_stock(session, actor, made.kind or "adjustment", reversal, made.moved_at, [back])
    return None


def movements_of(session: Session, source: str) -> list[StockMovement]:
    """The movements that a document made."""
    return list(
        session.scalars(
            select(StockMovement).where(StockMovement.source == source).order_by(StockMovement.id)
        )
    )
