"""Lots: made when they first come in, offered by their expiry, and not issued once they are blocked or have expired.

Which documents bring and take lots stands in the rules of those documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import now, today
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.item import Item
from operational.entities.distribution.lot import Lot
from operational.entities.distribution.stock_movement import StockMovement
from operational.field import Label
from operational.rules.register import offer


def lots_of(session: Session, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Lot]:
    """The lots that exist among these pairs of item and number."""
    pairs = set(wanted)
    if not pairs:
        return {}
    rows = session.scalars(
        select(Lot).where(
            Lot.item_id.in_({item for item, _ in pairs}), Lot.number.in_({number for _, number in pairs})
        )
    )
    return {(lot.item_id, lot.number): lot for lot in rows if (lot.item_id, lot.number) in pairs}


def expiry(session: Session, item_id: int, made_on: date) -> date | None:
    """The day from which a lot made then is no longer issued, by the item's shelf life."""
    days = session.get_one(Item, item_id).shelf_life_days
    return None if days is None else made_on + timedelta(days=days)


def make_lot(
    session: Session, actor: Actor, item_id: int, number: str, received_on: date, expires_on: date | None
) -> None:
    """The lot of a receipt, unless it exists; what is known of its expiry is filled in."""
    lot = lots_of(session, [(item_id, number)]).get((item_id, number))
    expires = expires_on or expiry(session, item_id, received_on)
    at = now()
    if lot is None:
        session.add(
            Lot(
                item_id=item_id,
                number=number,
                received_on=received_on,
                expires_on=expires,
                blocked=False,
                version=1,
                created_at=at,
                created_by=actor.login,
                updated_at=at,
                updated_by=actor.login,
            )
        )
        session.flush()
    elif lot.expires_on is None and expires is not None:
        lot.expires_on = expires
        lot.version += 1
        lot.updated_at, lot.updated_by = at, actor.login


@offer
def lots_by_expiry(
    session: Session, header: Mapping[str, Any], line: Mapping[str, Any]
) -> list[tuple[str, Label]]:
    """The lots of the line's item that lie in the header's depot and may be issued: the first to expire first."""
    day = header.get("shipped_on") or today(session)
    there = func.sum(StockMovement.quantity)
    rows = session.execute(
        select(Lot.number, Lot.expires_on, there)
        .join(StockMovement, (StockMovement.item_id == Lot.item_id) & (StockMovement.lot == Lot.number))
        .where(
            Lot.item_id == line.get("item"),
            StockMovement.depot_id == header.get("depot"),
            Lot.blocked.is_not(True),
            or_(Lot.expires_on.is_(None), Lot.expires_on > day),
        )
        .group_by(Lot.number, Lot.expires_on, Lot.received_on)
        .having(there > 0)
        .order_by(Lot.expires_on.is_(None), Lot.expires_on, Lot.received_on, Lot.number)
    )
    return [(number, _what_lies_there(quantity, expires)) for number, expires, quantity in rows]


def _what_lies_there(quantity: Any, expires_on: date | None) -> Label:
    count = f"{quantity.normalize():f}"
    if expires_on is None:
        return Label(f"库存 {count}", f"{count} in stock")
    return Label(f"库存 {count}，{expires_on} 失效", f"{count} in stock, expires on {expires_on}")


def not_to_be_issued(session: Session, lots: Iterable[tuple[int, str]], on: date) -> Refusal | None:
    """Refuse to issue lots that are blocked, or that have expired on that day."""
    bad = [
        lot
        for lot in lots_of(session, lots).values()
        if lot.blocked or (lot.expires_on is not None and lot.expires_on <= on)
    ]
    if not bad:
        return None
    links = links_of(session, Lot, [lot.id for lot in bad])
    zh = "、".join(f"{lot.number}（{'已冻结' if lot.blocked else f'{lot.expires_on} 失效'}）" for lot in bad)
    en = ", ".join(
        f"{lot.number} ({'blocked' if lot.blocked else f'expired on {lot.expires_on}'})" for lot in bad
    )
    return Refusal(
        Label(
            f"批次不能出库：{zh}；请换批次，或由仓库主管注明原因后强制记账。",
            f"These lots are not to be issued: {en}; take others, or let a warehouse manager post it regardless.",
        ),
        tuple(links.values()),
    )
