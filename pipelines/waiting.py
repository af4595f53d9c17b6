"""What waits in the store to be run: requests for a refresh, and mail that is due.

Taking it is the business of refresh.py and mail.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from operational.store.feed import FeedRestarted, Position, head, rows_in_log
from operational.store.outbox import NEW, SENDING, outbox
from operational.store.runs import DONE, HELD, last_runs, refresh_request

if TYPE_CHECKING:
    from operational.store.session import Store


def waiting_request(store: Store) -> tuple[int, str] | None:
    """The oldest request for a refresh that nobody has taken: its id and who asked."""
    requests = select(refresh_request.c.id, refresh_request.c.requested_by)
    waiting = requests.where(refresh_request.c.taken_at.is_(None)).order_by(refresh_request.c.id).limit(1)
    with store.reading() as session:
        found = session.execute(waiting).one_or_none()
    return (found[0], found[1]) if found else None


def store_changed(store: Store) -> bool:
    """Whether a refresh would find anything: a change since the newest one, or that it did not end well."""
    with store.reading() as session:
        newest = next(iter(last_runs(session, "refresh", 1)), None)
        position = (newest.summary or {}).get("position") if newest else None
        if newest is None or newest.state not in (DONE, HELD) or not position:
            return True
        connection = session.connection()
        try:
            return rows_in_log(connection, Position(position), head(connection)) > 0
        except FeedRestarted:
            return True


def mail_due(store: Store) -> str | None:
    """A name for the mail that a sender should take now, a new one for each attempt; None where there is none.

    Without a mail server nothing can be sent, so nothing is due.
    """
    if not store.settings.smtp_host:
        return None
    mails = select(outbox.c.id, outbox.c.attempt)
    due = mails.where(outbox.c.state.in_((NEW, SENDING)), outbox.c.due_at <= datetime.now(UTC))
    with store.reading() as session:
        found = session.execute(due.order_by(outbox.c.due_at, outbox.c.id).limit(1)).one_or_none()
    return f"{found.id} attempt {found.attempt}" if found else None
