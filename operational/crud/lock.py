"""Taking hold of rows until the transaction ends, so that what was checked still holds when it is written.

On SQLite the whole store is held by the one writer; on PostgreSQL rows are locked, in the order of their ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.entity import Entity

E = TypeVar("E", bound=Entity)


def locked(session: Session, cls: type[E], record_id: int) -> E:
    """The record as it is now, held; others may still refer to it. NoResultFound if it is gone."""
    return hold(session, cls, [record_id])[record_id]


def hold(session: Session, cls: type[E], ids: Iterable[int | None]) -> dict[int, E]:
    """The records with these ids as they are now, held, by id."""
    wanted = sorted({one for one in ids if one is not None})
    session.flush()
    statement = select(cls).where(cls.id.in_(wanted)).order_by(cls.id)
    held = session.scalars(
        statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    return {record.id: record for record in held}
