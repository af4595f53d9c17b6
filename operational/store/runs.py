"""Runs of the pipelines and requests for one, as rows that pages and pipelines share.

What a run does, and when one is due, is the pipelines' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Row, String, Table, insert, select, update
from sqlalchemy.orm import Session

from operational.entity import Base, Identity
from operational.field import Moment
from operational.store.session import Store
from operational.store.tables import Json

RUNNING, DONE, HELD, FAILED, INTERRUPTED = "running", "done", "held", "failed", "interrupted"

pipeline_run = Table(
    "pipeline_run",
    Base.metadata,
    Column("id", Identity, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("started_at", Moment(), nullable=False, index=True),
    Column("ended_at", Moment()),
    Column("state", String(20), nullable=False),
    Column("snapshot", String(80)),
    Column("summary", Json),
)

refresh_request = Table(
    "refresh_request",
    Base.metadata,
    Column("id", Identity, primary_key=True),
    Column("requested_by", String(80), nullable=False),
    Column("requested_at", Moment(), nullable=False),
    Column("taken_at", Moment()),
    Column("done_at", Moment()),
)


@dataclass(frozen=True)
class Run:
    """One run: `done` published, `held` kept the old state because of a check, `failed`, or `interrupted`."""

    id: int
    kind: str
    started_at: datetime
    ended_at: datetime | None
    state: str
    snapshot: str | None
    summary: dict[str, Any] | None


def start_run(store: Store, kind: str) -> int:
    """Note that a run has begun; its id for `end_run`."""
    with store.bookkeeping() as session:
        row = {"kind": kind, "started_at": datetime.now(UTC), "state": RUNNING}
        return session.execute(insert(pipeline_run).values(row).returning(pipeline_run.c.id)).scalar_one()


def end_run(
    store: Store, run: int, state: str, snapshot: str | None = None, summary: dict[str, Any] | None = None
) -> None:
    """Note how a run has ended, with the snapshot it published and its summary."""
    with store.bookkeeping() as session:
        values = {"ended_at": datetime.now(UTC), "state": state, "snapshot": snapshot, "summary": summary}
        session.execute(update(pipeline_run).where(pipeline_run.c.id == run).values(values))


def mark_interrupted(store: Store, kind: str) -> int:
    """Close the runs of a kind that a kill left running; how many. Only while none can be running."""
    with store.bookkeeping() as session:
        left = pipeline_run.c.kind == kind, pipeline_run.c.state == RUNNING
        found = update(pipeline_run).where(*left).values(state=INTERRUPTED, ended_at=datetime.now(UTC))
        return len(session.execute(found.returning(pipeline_run.c.id)).all())


def last_runs(session: Session, kind: str | None = None, limit: int = 20) -> list[Run]:
    """The newest runs first, of one kind or of all."""
    query = select(pipeline_run).order_by(pipeline_run.c.started_at.desc(), pipeline_run.c.id.desc())
    if kind is not None:
        query = query.where(pipeline_run.c.kind == kind)
    return [_run(row) for row in session.execute(query.limit(limit))]


def request_refresh(store: Store, login: str) -> int:
    """Ask for a refresh; one that waits already serves everybody. The request's id, for `refresh_done`."""
    with store.bookkeeping() as session:
        waiting = select(refresh_request.c.id).where(refresh_request.c.taken_at.is_(None))
        found = session.execute(waiting.limit(1)).scalar()
        if found is not None:
            return found
        row = {"requested_by": login, "requested_at": datetime.now(UTC)}
        return session.execute(
            insert(refresh_request).values(row).returning(refresh_request.c.id)
        ).scalar_one()


def take_refresh(store: Store) -> list[int]:
    """Take all waiting requests, for one refresh that serves them; empty where none waits."""
    with store.bookkeeping() as session:
        waiting = update(refresh_request).where(refresh_request.c.taken_at.is_(None))
        taken = waiting.values(taken_at=datetime.now(UTC)).returning(refresh_request.c.id)
        return list(session.execute(taken).scalars())


def finish_refresh(store: Store, requests: list[int]) -> None:
    """Note that the refresh for these requests has ended, however it went."""
    with store.bookkeeping() as session:
        these = refresh_request.c.id.in_(requests)
        session.execute(update(refresh_request).where(these).values(done_at=datetime.now(UTC)))


def refresh_done(session: Session, request: int) -> bool:
    """Whether the refresh for a request has ended."""
    ended = select(refresh_request.c.done_at).where(refresh_request.c.id == request)
    return session.execute(ended).scalar() is not None


def _run(row: Row[Any]) -> Run:
    return Run(**row._mapping)
