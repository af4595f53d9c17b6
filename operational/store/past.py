"""Past positions of the feed: which changes had been made by one, and which position was reached at a time.

What the store's records were at a position is told by the log's images; turning them back is the pipelines' work.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from operational.store.feed import Position, head
from operational.store.tables import change_log

if TYPE_CHECKING:
    from sqlalchemy import Connection


def made_after(position: Position, *, postgres: bool) -> str:
    """SQL that holds for rows of the log, named `t`, of changes that a reading at the position had not seen."""
    _, _, place = position.value.partition(":")
    if not postgres:
        return f"t.seq > {int(place)}"
    xmin, xmax, running = place.split(":")
    seen = ":".join(
        [str(int(xmin)), str(int(xmax)), ",".join(str(int(one)) for one in running.split(",") if one)]
    )
    return f"NOT pg_visible_in_snapshot(t.xid, pg_snapshot '{seen}')"


def first_recorded(connection: Connection) -> datetime | None:
    """When the first change was recorded; None in a store without any."""
    return connection.execute(select(change_log.c.changed_at).order_by(change_log.c.seq).limit(1)).scalar()


def reached_at(connection: Connection, position: Position) -> datetime | None:
    """When the newest change was recorded that a reading at the position had seen; None before any."""
    unseen = made_after(position, postgres=connection.dialect.name == "postgresql")
    newest = text(f"SELECT t.seq FROM change_log t WHERE NOT ({unseen}) ORDER BY t.seq DESC LIMIT 1")
    last = connection.execute(newest).scalar()
    return connection.execute(select(change_log.c.changed_at).where(change_log.c.seq == last)).scalar()


def position_at(connection: Connection, moment: datetime) -> Position:
    """The position that the feed had reached at an instant: changes whose transaction was over by then.

    A transaction with a change after the instant is left out as a whole, so no document is seen in halves.
    """
    identity = head(connection).value.partition(":")[0]
    if connection.dialect.name == "postgresql":
        place = connection.execute(text(_REACHED_BY_XID), {"moment": _naive(moment)}).scalar_one()
        return Position(f"{identity}:{place}")
    by_number = select(change_log.c.seq, change_log.c.context_id)
    later = by_number.where(change_log.c.changed_at > moment).order_by(change_log.c.seq).limit(1)
    first = connection.execute(later).one_or_none()
    before = by_number.order_by(change_log.c.seq.desc()).limit(1)
    if first is not None:
        before = before.where(change_log.c.seq < first.seq)
        if first.context_id is not None:
            before = before.where(change_log.c.context_id.is_distinct_from(first.context_id))
    reached = connection.execute(before).one_or_none()
    return Position(f"{identity}:{reached.seq if reached else 0}")


_REACHED_BY_XID = """
WITH later AS (SELECT DISTINCT xid FROM change_log WHERE changed_at > :moment),
top AS (
  SELECT t.xid FROM change_log t WHERE NOT EXISTS (SELECT 1 FROM later WHERE later.xid = t.xid)
  ORDER BY t.xid DESC LIMIT 1
),
inside AS (SELECT later.xid::text::bigint AS number FROM later, top WHERE later.xid < top.xid),
over AS (SELECT coalesce((SELECT xid::text::bigint + 1 FROM top), 1) AS number)
SELECT coalesce((SELECT min(number) FROM inside), over.number) || ':' || over.number || ':'
  || coalesce((SELECT string_agg(number::text, ',' ORDER BY number) FROM inside), '')
FROM over
"""


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
