"""The one door to the store: it reads in a snapshot and writes in transactions that say who and why.

What is written, and whether it may be, is decided above, in operational/crud.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from operational.settings import Settings
from operational.store.engine import (
    BUSY_SECONDS,
    busy,
    check_reachable,
    for_writing,
    make_engine,
    plain_error,
)
from operational.store.tables import change_context, current_context


@dataclass(frozen=True)
class Store:
    """An open store; `engine` reads only, every change goes through `writing` or `bookkeeping`."""

    engine: Engine
    settings: Settings
    _writer: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Connect to the store of the settings; StoreUnreachable in one sentence if that fails."""
        engine = make_engine(settings.store_url)
        check_reachable(engine)
        return cls(engine, settings)

    @property
    def is_postgres(self) -> bool:
        """Whether the store is on PostgreSQL; otherwise it is SQLite."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one committed state throughout; the database refuses to write in it."""
        with self._session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self, actor: str, reason: str = "", channel: str = "form") -> Iterator[Session]:
        """A transaction on records: committed at the end, rolled back on an error, logged as this actor's.

        `session.info` holds actor, reason and channel. Raises StoreBusy where another writer stands in
        the way for ten seconds, StoreFull, StoreUnreachable; trying again is the caller's decision.
        """
        with self._transaction() as session:
            context = _enter_context(session, actor, reason, channel)
            session.info.update(actor=actor, reason=reason, channel=channel, context_id=context)
            yield session
            session.flush()
            if not self.is_postgres:
                session.execute(delete(current_context))

    @contextmanager
    def bookkeeping(self) -> Iterator[Session]:
        """A transaction on the store's own tables (logins, runs, outbox), which no change log records."""
        with self._transaction() as session:
            yield session

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self._turn(), self._session(for_writing(self.engine)) as session, session.begin():
            session.connection()  # takes SQLite's write lock now, not at the first statement
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """SQLite's waiting writers poll for the lock, and some starve; those of one process queue here."""
        if self.is_postgres:
            yield
            return
        if not self._writer.acquire(timeout=BUSY_SECONDS):
            raise busy()
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        """A session that knows the business time zone, and says plainly what the surroundings refuse."""
        try:
            with Session(engine, expire_on_commit=False, info={"zone": self.settings.zone}) as session:
                yield session
        except DBAPIError as error:
            plain = plain_error(engine, error)
            if plain is None:
                raise
            raise plain from error

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _enter_context(session: Session, actor: str, reason: str, channel: str) -> int:
    """Write who and why, and let the triggers of this transaction find it."""
    row = {"actor": actor, "reason": reason, "channel": channel, "at": datetime.now(UTC)}
    entered = insert(change_context).values(row).returning(change_context.c.id)
    context = session.execute(entered).scalar_one()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.set_config("yingke.context", str(context), True)))
    else:
        session.execute(insert(current_context).values(one=1, context_id=context))
    return context
