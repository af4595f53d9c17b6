"""Submissions carried out once: a form that is sent twice gives one document.

The form makes the token when it is shown; whoever writes passes it on.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from operational.crud.clock import now
from operational.crud.tables import submission
from operational.entity import Entity


def begin(session: Session, login: str, token: str, cls: type[Entity]) -> int | None:
    """Claim the token; the id of the record that it already made, or None where this is the first time.

    A second transaction with the same token waits for the first; if that was refused, the token is free.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"login": login, "token": token, "entity": cls.__tablename__, "at": now()}
    claimed = session.execute(
        insert(submission).values(values).on_conflict_do_nothing().returning(submission.c.token)
    )
    if claimed.first() is not None:
        return None
    return session.scalar(select(submission.c.record).where(*_key(login, token)))


def finish(session: Session, login: str, token: str, record_id: int) -> None:
    """Keep which record the token made."""
    session.execute(update(submission).where(*_key(login, token)).values(record=record_id))


def _key(login: str, token: str) -> tuple:
    return submission.c.login == login, submission.c.token == token
