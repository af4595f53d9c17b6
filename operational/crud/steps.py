"""The steps of a document along its states: written at every move, read for its history.

Which moves there are, and who may make them, is in walk.py.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.clock import now
from operational.entity import Entity, entity


def write_step(
    session: Session,
    actor: Actor,
    record: Entity,
    verb: str,
    from_state: str | None,
    to_state: str,
    comment: str,
) -> None:
    """Keep one step; the record is held by the caller, so its sequence has no gap and no twin."""
    steps = entity("state_change")
    table = steps.__table__
    kind = record.__tablename__
    last = session.scalar(
        select(func.max(table.c.sequence)).where(table.c.entity == kind, table.c.record == record.id)
    )
    at = now()
    session.add(
        steps(
            entity=kind,
            record=record.id,
            sequence=(last or 0) + 1,
            verb=verb,
            from_state=from_state,
            to_state=to_state,
            changed_at=at,
            changed_by=actor.login,
            comment=comment or None,
            created_at=at,
            created_by=actor.login,
            updated_at=at,
            updated_by=actor.login,
        )
    )
    session.flush()


def last_step(session: Session, record: Entity) -> Entity | None:
    """The newest step of a record, if any was kept."""
    steps = entity("state_change")
    table = steps.__table__
    return session.scalar(
        select(steps)
        .where(table.c.entity == record.__tablename__, table.c.record == record.id)
        .order_by(table.c.sequence.desc())
        .limit(1)
    )
