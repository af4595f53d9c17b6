"""Stocktakes: the books of the moment of counting, another pair of eyes, and movements of what differs.

Goods may move while people count: the difference is the counted less the books of the moment, whenever it is
posted. What a posted count forbids afterwards stands in stock_counts.py.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import now
from operational.crud.lines import stored_lines
from operational.crud.lock import hold
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.item import Item
from operational.entities.distribution.stock_movement import StockMovement
from operational.entities.distribution.stocktake import Stocktake, StocktakeLine
from operational.field import Label
from operational.rules.register import Context, effect, guard
from operational.rules.stock import (
    Move,
    move_stock,
    movements_of,
    reverse_movements,
    shortage,
    source_of,
)
from operational.rules.stock_counts import counted_since

Books = dict[tuple[int, str | None], Decimal]  # by item and lot
BETWEEN_LOGINS = ", "


def books(session: Session, depot_id: int, at: datetime) -> Books:
    """What lies in a depot at a moment by the ledger, lot by lot; stock without a lot is one of them."""
    table = StockMovement
    rows = session.execute(
        select(table.item_id, table.lot, func.sum(table.quantity))
        .where(table.depot_id == depot_id, table.moved_at <= at)
        .group_by(table.item_id, table.lot)
    )
    found: Books = {}
    for item, lot, quantity in rows:
        found[item, lot or None] = found.get((item, lot or None), Decimal(0)) + quantity
    return found


@effect
def list_what_is_there(
    session: Session, stocktake: Stocktake, actor: Actor, context: Context
) -> Refusal | None:
    """Lines for every lot on hand: of the items that were listed, else of the category, else of everything."""
    stocktake.as_of = stocktake.as_of or now()
    found = books(session, stocktake.depot_id, stocktake.as_of)
    lines = stored_lines(session, Stocktake, stocktake.id)
    listed = {(line.item_id, line.lot or None) for line in lines}
    if listed:
        scope = {item for item, _ in listed}
    else:
        of_category = select(Item.id).where(
            Item.category == stocktake.category if stocktake.category else Item.id.is_not(None)
        )
        scope = set(session.scalars(of_category))
    missing = [key for key, quantity in found.items() if quantity and key[0] in scope and key not in listed]
    last = max((line.line_no for line in lines), default=0)
    session.add_all(
        StocktakeLine(stocktake_id=stocktake.id, line_no=number, item_id=item, lot=lot)
        for number, (item, lot) in enumerate(sorted(missing, key=str), start=last + 1)
    )
    session.flush()
    if not stocktake.blind:
        _note_books(session, stocktake)
    return None


@guard
def everything_is_counted(
    session: Session, stocktake: Stocktake, actor: Actor, context: Context
) -> Refusal | None:
    """Each line has a quantity, zero for what was not found, and stands there once."""
    lines = stored_lines(session, Stocktake, stocktake.id)
    if not lines:
        return Refusal(Label("盘点单没有明细，请先添加。", "There is nothing to count; add a line first."))
    twice = [
        key for key, times in Counter((line.item_id, line.lot or None) for line in lines).items() if times > 1
    ]
    open_lines = [line for line in lines if line.counted_quantity is None]
    if twice:
        return Refusal(
            Label(
                f"同一物料批次出现多次：{_named_zh(session, twice)}；请合并。",
                f"Listed more than once: {_named_en(session, twice)}; put them together.",
            )
        )
    if open_lines:
        keys = [(line.item_id, line.lot) for line in open_lines]
        return Refusal(
            Label(
                f"尚未盘点：{_named_zh(session, keys)}；未找到的请填 0。",
                f"Not counted yet: {_named_en(session, keys)}; enter 0 for what is not there.",
            )
        )
    return None


@effect
def note_counter(session: Session, stocktake: Stocktake, actor: Actor, context: Context) -> Refusal | None:
    """Keep who counted, and show the books from now on."""
    counters = _counters(stocktake)
    if actor.login not in counters:
        stocktake.counted_by = BETWEEN_LOGINS.join([*counters, actor.login])[:80]
    _note_books(session, stocktake)
    return None


@guard
def approver_is_not_counter(
    session: Session, stocktake: Stocktake, actor: Actor, context: Context
) -> Refusal | None:
    """Refuse where one of those who counted approves; this holds for administrators too."""
    return _refuse_counter(
        stocktake,
        actor,
        Label(
            f"此盘点由您（{actor.login}）完成，须由另一位有权的同事复核和记账。",
            f"You ({actor.login}) counted here; another colleague with the right must review and post it.",
        ),
    )


@guard
def recounter_is_another(
    session: Session, stocktake: Stocktake, actor: Actor, context: Context
) -> Refusal | None:
    """A recount is a second person's."""
    return _refuse_counter(
        stocktake,
        actor,
        Label(
            f"复盘须由另一人完成，您（{actor.login}）已盘点过。",
            f"A recount needs another person; you ({actor.login}) have counted here.",
        ),
    )


@guard
def differences_are_explained(
    session: Session, stocktake: Stocktake, actor: Actor, context: Context
) -> Refusal | None:
    """A difference beyond the tolerance has a reason; a recount is where one is entered."""
    share = (stocktake.tolerance_pct or Decimal(0)) / 100
    bare = [
        (line.item_id, line.lot)
        for line, book in _with_books(session, stocktake)
        if abs(_counted(line, book) - book) > share * abs(book) and not line.reason
    ]
    if not bare:
        return None
    return Refusal(
        Label(
            f"差异超出容差且没有原因：{_named_zh(session, bare)}；请要求复盘并注明原因。",
            f"Beyond the tolerance and without a reason: {_named_en(session, bare)}; ask for a recount.",
        )
    )


@guard
def count_is_the_latest(
    session: Session, stocktake: Stocktake, actor: Actor, context: Context
) -> Refusal | None:
    """Counts of the same goods are posted in the order of their moments, and voided in the reverse order."""
    lines = stored_lines(session, Stocktake, stocktake.id)
    places = [(stocktake.depot_id, line.item_id) for line in lines]
    hold(session, Item, [item for _, item in places])
    return counted_since(session, _moment(stocktake), places, count=stocktake.id)


@guard
def count_leaves_enough(
    session: Session, stocktake: Stocktake, actor: Actor, context: Context
) -> Refusal | None:
    """What is missing must not have been issued later, nor be reserved."""
    lost = [
        Move(line.item_id, stocktake.depot_id, book - _counted(line, book), line.lot or None)
        for line, book in _with_books(session, stocktake)
    ]
    return shortage(session, lost, _moment(stocktake))


@effect
def post_count(session: Session, stocktake: Stocktake, actor: Actor, context: Context) -> Refusal | None:
    """One movement per line that differs, at the moment of counting."""
    stocktake.as_of = _moment(stocktake)
    moves = []
    for line, book in _with_books(session, stocktake):
        line.book_quantity = book
        if _counted(line, book) != book:
            difference = _counted(line, book) - book
            moves.append(Move(line.item_id, stocktake.depot_id, difference, line.lot or None))
    move_stock(session, actor, "count", source_of(stocktake), stocktake.as_of, moves)
    return None


@guard
def counted_goods_are_there(
    session: Session, stocktake: Stocktake, actor: Actor, context: Context
) -> Refusal | None:
    """What the count found besides must not have been issued or reserved since."""
    found = movements_of(session, source_of(stocktake))
    back = [Move(one.item_id, one.depot_id, one.quantity, one.lot) for one in found]
    return shortage(session, back, found[0].moved_at) if found else None


@effect
def reverse_count(session: Session, stocktake: Stocktake, actor: Actor, context: Context) -> Refusal | None:
    """The differences are taken back, as they were posted."""
    return reverse_movements(session, actor, stocktake)


def _moment(stocktake: Stocktake) -> datetime:
    return stocktake.as_of or now()


def _counters(stocktake: Stocktake) -> list[str]:
    return stocktake.counted_by.split(BETWEEN_LOGINS) if stocktake.counted_by else []


def _refuse_counter(stocktake: Stocktake, actor: Actor, said: Label) -> Refusal | None:
    """This refusal where the actor is one of those who counted."""
    return Refusal(said) if actor.login in _counters(stocktake) else None


def _counted(line: StocktakeLine, book: Decimal) -> Decimal:
    return book if line.counted_quantity is None else line.counted_quantity


def _with_books(session: Session, stocktake: Stocktake) -> list[tuple[StocktakeLine, Decimal]]:
    found = books(session, stocktake.depot_id, _moment(stocktake))
    lines = stored_lines(session, Stocktake, stocktake.id)
    return [(line, found.get((line.item_id, line.lot or None), Decimal(0))) for line in lines]


def _note_books(session: Session, stocktake: Stocktake) -> None:
    for line, book in _with_books(session, stocktake):
        line.book_quantity = book


def _named(session: Session, keys: list[tuple[int, str | None]], between: str) -> str:
    links = links_of(session, Item, {item for item, _ in keys})
    return between.join(f"{links[item].key}{f' {lot}' if lot else ''}" for item, lot in keys[:10])


def _named_zh(session: Session, keys: list[tuple[int, str | None]]) -> str:
    return _named(session, keys, "、")


def _named_en(session: Session, keys: list[tuple[int, str | None]]) -> str:
    return _named(session, keys, ", ")
