"""A posted count settles the stock of its moment: nothing is written into the time before it any more.

What a count posts stands in count_stock.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.clock import zone
from operational.crud.lines import document_column
from operational.crud.record import links_of
from operational.crud.refusal import Refusal
from operational.entities.distribution.stocktake import Stocktake, StocktakeLine
from operational.field import Label


def counted_since(
    session: Session, at: datetime, places: Iterable[tuple[int, int]], *, count: int | None = None
) -> Refusal | None:
    """Refuse what would move stock before a posted count of it; places are (depot, item), all lots alike.

    For the stocktake `count` itself another one of the same moment stands in the way as well.
    """
    wanted = set(places)
    rows = session.execute(
        select(Stocktake.id, Stocktake.depot_id, StocktakeLine.item_id)
        .join(StocktakeLine, document_column(StocktakeLine) == Stocktake.id)
        .where(
            Stocktake.state == "posted",
            Stocktake.as_of > at if count is None else Stocktake.as_of >= at,
            Stocktake.id != (count or 0),
            StocktakeLine.item_id.in_({item for _, item in wanted}),
        )
        .distinct()
    )
    counts = {count for count, *place in rows if tuple(place) in wanted}
    if not counts:
        return None
    blockers = tuple(links_of(session, Stocktake, counts).values())
    named = [one.key for one in blockers]
    when = f"{at.astimezone(zone(session)):%Y-%m-%d %H:%M}"
    return Refusal(
        Label(
            f"{when} 之后已有盘点 {'、'.join(named)} 记账，不能再改变此前的库存；请先作废盘点，或使用盘点后的日期。",
            f"The stock of {when} was settled by the later count {', '.join(named)}; void the count first, "
            "or use a date after it.",
        ),
        blockers,
    )
