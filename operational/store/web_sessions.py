"""Sessions of signed-in browsers, kept here so that signing out ends them for good; only digests are stored.

Who signs in is checked in users.py; cookies are the forms' business.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Integer, String, Table, delete, insert, select
from sqlalchemy.orm import Session

from operational.entity import Base
from operational.field import Moment
from operational.store.session import Store

LONGEST = timedelta(hours=14)  # a working day; then the password is asked for again

web_session = Table(
    "web_session",
    Base.metadata,
    Column("digest", String(64), primary_key=True),
    Column("login", String(80), nullable=False, index=True),
    Column("epoch", Integer, nullable=False),
    Column("started_at", Moment(), nullable=False, index=True),
)


@dataclass(frozen=True)
class WebSession:
    """A running session: whose, and at which epoch of the login it began."""

    login: str
    epoch: int


def begin_session(store: Store, login: str, epoch: int) -> str:
    """Start a session and return its secret name; sessions that ran out are forgotten on the way."""
    name = secrets.token_urlsafe(32)
    at = datetime.now(UTC)
    with store.bookkeeping() as session:
        session.execute(delete(web_session).where(web_session.c.started_at < at - LONGEST))
        session.execute(
            insert(web_session).values(digest=_digest(name), login=login, epoch=epoch, started_at=at)
        )
    return name


def running_session(session: Session, name: str) -> WebSession | None:
    """The session of that name, None where it was ended, ran out or never was."""
    found = session.execute(
        select(web_session.c.login, web_session.c.epoch).where(
            web_session.c.digest == _digest(name), web_session.c.started_at >= datetime.now(UTC) - LONGEST
        )
    ).first()
    return WebSession(*found) if found is not None else None


def end_session(store: Store, name: str) -> None:
    """End one session; its cookie is worth nothing from now on."""
    with store.bookkeeping() as session:
        session.execute(delete(web_session).where(web_session.c.digest == _digest(name)))


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
