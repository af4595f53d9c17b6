"""What a person must know whose change met another's: the record as it is now, and what the other changed.

Whether there is a conflict is found in write.py and walk.py, by the version.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.history import FieldChange, entries
from operational.crud.record import record_of
from operational.crud.refusal import Conflict
from operational.entity import Entity


def conflict(
    session: Session,
    actor: Actor,
    cls: type[Entity],
    record: Entity,
    yours: dict[str, Any],
    version: int,
) -> Conflict:
    """The conflict of the actor's write that was meant for `version` of the record."""
    changes: list[FieldChange] = []
    for entry in entries(session, actor, record):
        if entry.kind == "create" or (entry.version is not None and entry.version < version):
            break
        changes = [*entry.changes, *changes]
    return Conflict(
        record_of(session, actor, cls, record.id),
        yours,
        record.updated_by or "",
        record.updated_at,
        tuple(changes),
    )
