"""The ledger of stock: balances at a time, and the one place that writes movements.

Which documents move stock, and when, stands in the rules of those documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import end_of_day, now, today, zone
from operational.crud.lock import hold
from operational.crud.numbers import next_numbers
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.item import Item
from operational.entities.distribution.stock_movement import StockMovement
from operational.entities.organisation.depot import Depot
from operational.field import Label


@dataclass(frozen=True)
class Move:
    """A signed quantity of an item, perhaps of a lot, in a depot."""

    item_id: int
    depot_id: int
    quantity: Decimal
    lot: str | None = None


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


def shortage(session: Session, issues: Iterable[Move], at: datetime) -> Refusal | None:
    """Refuse where taking these (positive) quantities at `at` would leave less than nothing then or later.

    The items are held, so that of two who take the last one only one does.
    """
    issues = list(issues)
    hold(session, Item, [issue.item_id for issue in issues])
    wanted: dict[tuple[int, int, str | None], Decimal] = {}
    for issue in issues:
        for lot in {None, issue.lot}:  # the lot's own stock, and that of all lots together
            place = (issue.depot_id, issue.item_id, lot)
            wanted[place] = wanted.get(place, Decimal(0)) + issue.quantity
    for (depot_id, item_id, lot), quantity in wanted.items():
        there, when = lowest_balance(session, depot_id, item_id, lot, at)
        if there < quantity:
            return _too_little(session, depot_id, item_id, lot, quantity, there, when)
    return None


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
    """Write movements at the items' standard cost; `source` names the document, as `shipment:DN-2026-1`."""
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
            unit_cost=costs[entry.item_id],
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


def movements_of(session: Session, source: str) -> list[StockMovement]:
    """The movements that a document made."""
    return list(
        session.scalars(
            select(StockMovement).where(StockMovement.source == source).order_by(StockMovement.id)
        )
    )
