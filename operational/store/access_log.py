"""Who came in, who did not, and who changed access: events that no change log of records holds.

Changes of records stand in the change log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, String, Table, Text, insert, select
from sqlalchemy.orm import Session

from operational.entity import Base, Identity
from operational.field import Moment

access_log = Table(
    "access_log",
    Base.metadata,
    Column("id", Identity, primary_key=True),
    Column("at", Moment(), nullable=False, index=True),
    Column("actor", String(80), nullable=False, index=True),
    Column("event", String(40), nullable=False),
    Column("detail", Text, nullable=False),
)


@dataclass(frozen=True)
class AccessEvent:
    """One event: when, by or on whom, what (`logged in`, `password set`, `export` …), about what."""

    at: datetime
    actor: str
    event: str
    detail: str


def note_access(session: Session, actor: str, event: str, detail: str = "") -> None:
    """Enter an event in the transaction of the caller; never a password or token in `detail`."""
    row = {"at": datetime.now(UTC), "actor": actor[:80], "event": event, "detail": detail}
    session.execute(insert(access_log).values(row))


def access_events(session: Session, actor: str | None = None, limit: int = 100) -> list[AccessEvent]:
    """The newest events first, of one actor or of all."""
    held = select(access_log.c.at, access_log.c.actor, access_log.c.event, access_log.c.detail)
    query = held.order_by(access_log.c.id.desc()).limit(limit)
    if actor is not None:
        query = query.where(access_log.c.actor == actor)
    return [AccessEvent(*row) for row in session.execute(query)]
