"""What happened to records within a stretch of time: each one's history, and which others were touched.

The whole history of one record is told by history.py; the stretch between two loads, by the pipelines' register.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from operational.crud.access import Actor, may, row_filter
from operational.crud.find import visible
from operational.crud.history import HistoryEntry, history
from operational.crud.record import links_of
from operational.crud.refusal import NotAllowed, NotFound
from operational.entity import Entity, load_entities
from operational.store.feed import Position, changes
from operational.store.tables import change_context, change_log

RANGE_LISTED = 1_000  # ids of a bulk load that are looked at


def happened(
    session: Session,
    actor: Actor,
    cls: type[Entity],
    key: str,
    after: datetime | None,
    until: datetime | None,
) -> list[HistoryEntry]:
    """What happened to a record later than one instant and not later than another, newest first.

    Of a record that is gone, its deletion, to those who may read all records of its kind. Nothing where the
    actor may not read it.
    """
    try:
        told = history(session, actor, cls, key)
    except NotAllowed:
        return []
    except NotFound:
        told = _deletion(session, actor, cls, key)
    return [one for one in told if (after is None or one.at > after) and (until is None or one.at <= until)]


def touched(
    session: Session, actor: Actor, names: Iterable[str], after: Position, until: Position, limit: int
) -> dict[str, list[str]]:
    """Keys of up to `limit` records of each of these entities that were touched between two positions."""
    wanted, found = set(names), {}
    for one in changes(session.connection(), after, until):
        cls = load_entities().get(one.table)
        if cls is None or one.table not in wanted:
            continue
        ids = [
            *one.ids,
            *(i for first, last in one.ranges for i in range(first, min(last, first + RANGE_LISTED) + 1)),
        ]
        seen = sorted(visible(session, actor, cls, ids[:RANGE_LISTED]))[:limit]
        links = links_of(session, cls, seen)
        found[one.table] = [links[number].key for number in seen]
    return found


def _deletion(session: Session, actor: Actor, cls: type[Entity], key: str) -> list[HistoryEntry]:
    """The deletion of the record that had this key; row rules cannot be tried on what is gone."""
    spec = cls.__entity__
    if len(spec.key) > 1 or not may(actor, "read", cls):
        return []
    if not row_filter(session, actor, "read", cls).compare(true()):
        return []
    column = cls.__fields__[spec.key[0]].column
    gone = (
        select(
            change_log.c.changed_at, change_context.c.actor, change_context.c.reason, change_context.c.channel
        )
        .join(change_context, change_context.c.id == change_log.c.context_id, isouter=True)
        .where(change_log.c.entity == cls.__tablename__, change_log.c.op == "delete")
        .where(change_log.c.before[column].as_string() == key)
    )
    return [
        HistoryEntry(row.changed_at, row.actor or "", row.reason or "", row.channel or "", kind="delete")
        for row in session.execute(gone.order_by(change_log.c.seq.desc()))
    ]


def last_touched_by(session: Session, table: str, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Who last wrote each of these rows and why (an import names its file); "" and "" for plain SQL."""
    wanted = set(ids)
    log = change_log.c
    covering = log.first_id.in_(wanted) | (log.last_id > log.first_id)
    rows = session.execute(
        select(
            log.first_id,
            log.last_id,
            change_context.c.actor,
            change_context.c.reason,
            change_context.c.channel,
        )
        .join(change_context, change_context.c.id == log.context_id, isouter=True)
        .where(log.entity == table, covering)
        .order_by(log.seq)
    )
    found: dict[int, tuple[str, str]] = {}
    for row in rows:  # a later change takes the place of an earlier one
        for number in wanted if row.last_id > row.first_id else (row.first_id,):
            if row.first_id <= number <= row.last_id:
                found[number] = (row.actor or "", row.reason or row.channel or "")
    return found
