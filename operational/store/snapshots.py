"""The register of published states: by what a state can be told again when its file is gone.

Publishing one is the business of the pipelines; what it says, that of the warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Row, String, Table, Text, delete, insert, select
from sqlalchemy.orm import Session

from operational.entity import Base, Identity
from operational.field import Moment

published_snapshot = Table(
    "published_snapshot",
    Base.metadata,
    Column("id", Identity, primary_key=True),
    Column("snapshot", String(80), nullable=False, unique=True),
    Column("position", Text, nullable=False),
    Column("loaded_at", Moment(), nullable=False),
    Column("quality", String(10), nullable=False),
    Column("rows_loaded", BigInteger, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("currency", String(10), nullable=False),
    Column("declarations", String(64), nullable=False),
)


@dataclass(frozen=True)
class PublishedSnapshot:
    """One published state: the position in the feed that it was made at, and what else its file said of itself.

    `declarations` is the digest of the tables and rules that made it.
    """

    snapshot: str
    position: str
    loaded_at: datetime
    quality: str
    rows_loaded: int
    timezone: str
    currency: str
    declarations: str


_COLUMNS = [column for column in published_snapshot.c if column.name != "id"]


def register_snapshot(session: Session, published: PublishedSnapshot) -> None:
    """Note a state before it is published, so that none is ever published and unknown."""
    same = (
        published_snapshot.c.snapshot == published.snapshot
    )  # noted by a run that was killed before it published
    session.execute(delete(published_snapshot).where(same))
    session.execute(insert(published_snapshot).values(vars(published)))


def published_snapshots(session: Session, limit: int = 20) -> list[PublishedSnapshot]:
    """The newest states first."""
    query = select(*_COLUMNS).order_by(published_snapshot.c.id.desc()).limit(limit)
    return [_told(row) for row in session.execute(query)]


def registered_snapshot(session: Session, snapshot: str) -> PublishedSnapshot | None:
    """A state by its id; None where none of that id was published from this store."""
    row = session.execute(select(*_COLUMNS).where(published_snapshot.c.snapshot == snapshot)).one_or_none()
    return None if row is None else _told(row)


def _told(row: Row[tuple[object, ...]]) -> PublishedSnapshot:
    return PublishedSnapshot(**row._mapping)
