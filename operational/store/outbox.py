"""Mail to be sent, written in the transaction of what it tells, and the steps of handing it over.

Every step is a transaction of its own, committed before the next: a kill at any moment neither loses
a mail silently nor sends one twice unflagged. Speaking SMTP is the pipelines' business.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from operational.entity import Base, Identity
from operational.field import Moment
from operational.store.session import Store
from operational.store.tables import insert_unless_there

NEW, SENDING, SENT, FAILED, UNCERTAIN = "new", "sending", "sent", "failed", "uncertain"
STATES = (NEW, SENDING, SENT, FAILED, UNCERTAIN)
MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=4)

outbox = Table(
    "outbox",
    Base.metadata,
    Column("id", Identity, primary_key=True),
    Column("kind", String(80), nullable=False),
    Column("period", String(20), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("body", Text, nullable=False),
    Column("document", String(400)),
    Column("snapshot", String(80)),
    Column("repeatable", Boolean, nullable=False),
    Column("state", String(10), nullable=False, server_default=NEW, index=True),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("message_id", String(200)),
    Column("may_be_copy", Boolean, nullable=False, server_default=false()),
    Column("error", Text),
    Column("written_at", Moment(), nullable=False),
    Column("due_at", Moment(), nullable=False),
    Column("claimed_at", Moment()),
    Column("sent_at", Moment()),
    UniqueConstraint("kind", "period", "recipient"),
)


@dataclass(frozen=True)
class Mail:
    """One mail of the outbox.

    `repeatable` mail (a report) is handed over again after a kill in the middle, once, with the same
    Message-ID and `may_be_copy`; other mail (a campaign) then waits as `uncertain` for an operator.
    `document` is the path of the attachment, relative to the data directory.
    """

    id: int
    kind: str
    period: str
    recipient: str
    subject: str
    body: str
    document: str | None
    snapshot: str | None
    repeatable: bool
    state: str
    attempt: int
    message_id: str | None
    may_be_copy: bool
    error: str | None
    written_at: datetime
    sent_at: datetime | None


def put(
    session: Session,
    *,
    kind: str,
    period: str,
    recipient: str,
    subject: str,
    body: str = "",
    document: str | None = None,
    snapshot: str | None = None,
    repeatable: bool = True,
) -> int | None:
    """Write a mail in the transaction of the caller; None where this kind, period and recipient has one."""
    now = datetime.now(UTC)
    row = {
        "kind": kind, "period": period, "recipient": recipient, "subject": subject, "body": body,
        "document": document, "snapshot": snapshot, "repeatable": repeatable,
        "written_at": now, "due_at": now,
    }  # fmt: skip
    if not insert_unless_there(session, outbox, row):
        return None
    this = outbox.c.kind == kind, outbox.c.period == period, outbox.c.recipient == recipient
    return session.execute(select(outbox.c.id).where(*this)).scalar_one()


def claim(store: Store, domain: str) -> Mail | None:
    """Take the next due mail as `sending`, with its Message-ID, before a word is said to the server."""
    now = datetime.now(UTC)
    with store.bookkeeping() as session:
        due = select(outbox.c.id, outbox.c.message_id).where(outbox.c.state == NEW, outbox.c.due_at <= now)
        first = due.order_by(outbox.c.due_at, outbox.c.id).limit(1).with_for_update(skip_locked=True)
        found = session.execute(first).one_or_none()
        if found is None:
            return None
        values = {
            "state": SENDING,
            "attempt": outbox.c.attempt + 1,
            "message_id": found.message_id or f"<{uuid.uuid4().hex}@{domain}>",
            "claimed_at": now,
        }
        session.execute(update(outbox).where(outbox.c.id == found.id).values(values))
        return _mail(session, found.id)


def mark_sent(store: Store, mail: int) -> None:
    """The server has taken the mail."""
    _end(store, mail, state=SENT, sent_at=datetime.now(UTC), error=None)


def mark_failed(store: Store, mail: int, error: str) -> None:
    """The server has refused the mail for good (5xx), or it cannot be written; the reason is shown."""
    _end(store, mail, state=FAILED, error=error)


def mark_uncertain(store: Store, mail: int, error: str) -> None:
    """The connection was lost after the text had gone out: nobody knows whether the server has taken it."""
    _end(store, mail, state=UNCERTAIN, error=error)


def try_later(store: Store, mail: Mail, error: str) -> None:
    """The server said "later" (4xx) or could not be reached: again in 1, 2, 4 … minutes, eight times."""
    if mail.attempt >= MOST_ATTEMPTS:
        mark_failed(store, mail.id, error)
        return
    wait = min(timedelta(minutes=2 ** (mail.attempt - 1)), LONGEST_WAIT)
    _end(store, mail.id, state=NEW, due_at=datetime.now(UTC) + wait, error=error)


def send_again(store: Store, mail: int) -> bool:
    """An operator wants a failed or uncertain mail sent again; whether there was one to send."""
    with store.bookkeeping() as session:
        these = outbox.c.id == mail, outbox.c.state.in_((FAILED, UNCERTAIN))
        values = {"state": NEW, "attempt": 0, "due_at": datetime.now(UTC)}
        copied = {"may_be_copy": outbox.c.may_be_copy | (outbox.c.state == UNCERTAIN)}
        again = update(outbox).where(*these).values(values | copied).returning(outbox.c.id)
        return session.execute(again).scalar() is not None


def recover(store: Store) -> int:
    """At the start of the only sender: settle what a kill left as `sending`; how many.

    A report goes out again, flagged as a possible copy; a second kill, or other mail, waits as `uncertain`.
    """
    with store.bookkeeping() as session:
        left = select(outbox.c.id, outbox.c.repeatable, outbox.c.may_be_copy).where(outbox.c.state == SENDING)
        rows = session.execute(left.with_for_update()).all()
        for row in rows:
            again = row.repeatable and not row.may_be_copy
            values = (
                {"state": NEW, "may_be_copy": True, "due_at": datetime.now(UTC)}
                if again
                else {"state": UNCERTAIN, "error": "interrupted while it was handed over"}
            )
            session.execute(update(outbox).where(outbox.c.id == row.id).values(values))
        return len(rows)


def backlog(session: Session) -> dict[str, int]:
    """How many mails are in each state, zeros included."""
    counted = select(outbox.c.state, func.count().label("mails")).group_by(outbox.c.state)
    return dict.fromkeys(STATES, 0) | {row.state: row.mails for row in session.execute(counted)}


def mails(session: Session, kind: str | None = None, limit: int = 100) -> list[Mail]:
    """The newest mails first, of one kind or of all."""
    query = _mails().order_by(outbox.c.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(outbox.c.kind == kind)
    return [Mail(**row._mapping) for row in session.execute(query)]


def _mails() -> Any:
    return select(*(outbox.c[one.name] for one in fields(Mail)))


def _mail(session: Session, mail: int) -> Mail:
    return Mail(**session.execute(_mails().where(outbox.c.id == mail)).one()._mapping)


def _end(store: Store, mail: int, **values: Any) -> None:
    with store.bookkeeping() as session:
        session.execute(update(outbox).where(outbox.c.id == mail).values(values))
