"""A refresh from outside: one at a time, recorded in the store, serving whoever asked for one, run by Dagster.

What a refresh does stands in refreshing.py; which assets it is made of, in definitions.py.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from operational.store import runs
from operational.store.report_archive import archived_reports
from pipelines.alone import alone
from pipelines.outcome import Outcome
from pipelines.progress import Progress, silent
from pipelines.refreshing import Refreshing

if TYPE_CHECKING:
    from operational.store.session import Store

KIND = "refresh"
PATIENCE = 60.0  # seconds that a refresh waits for the one before it
MOST_CITED = 1000


class RefreshRunning(Exception):
    """Another refresh is at work; `message` says so."""

    def __init__(self) -> None:
        self.message = (
            "另一次刷新正在进行，本次未开始 · Another refresh is running; this one was not started."
        )
        super().__init__(self.message)


def refresh(
    store: Store,
    *,
    full: bool = False,
    asked_by: str = "",
    progress: Progress | None = None,
    wait_seconds: float = PATIENCE,
) -> Outcome:
    """Run the whole refresh as Dagster's job in this process; the Outcome, or the exception that stopped it.

    Raises RefreshRunning where another one does not end within `wait_seconds`.
    """
    started = time.perf_counter()
    from pipelines.definitions import assemble  # noqa: F401  # so that Dagster's import is counted by itself
    from pipelines.orchestration import run_refresh_job

    imported = time.perf_counter() - started
    with recorded(
        store, full=full, asked_by=asked_by, progress=progress, wait_seconds=wait_seconds
    ) as refreshing:
        begun = time.perf_counter()
        run_refresh_job(refreshing)
        outcome = refreshing.outcome
        work = sum(outcome.seconds.values())
        outcome.seconds |= {"import": imported, "orchestration": time.perf_counter() - begun - work}
    return outcome


@contextmanager
def recorded(
    store: Store,
    *,
    full: bool = False,
    asked_by: str = "",
    progress: Progress | None = None,
    wait_seconds: float = PATIENCE,
) -> Iterator[Refreshing]:
    """A Refreshing under the lock; how it ended is recorded, and requests that waited are served.

    An exception of a step is raised again at the end, whoever ran the steps.
    """
    directory = store.settings.warehouse_directory
    directory.mkdir(parents=True, exist_ok=True)
    with alone(directory / "refresh.lock", wait_seconds, RefreshRunning()):
        runs.mark_interrupted(store, KIND)  # none can be running while we hold the lock
        requests = runs.take_refresh(store)
        run = runs.start_run(store, KIND)
        refreshing = Refreshing(store, full=full, progress=progress or silent, cited=_cited(store))
        outcome = refreshing.outcome
        try:
            yield refreshing
        except Exception as problem:
            outcome.problem = outcome.problem or problem
            raise
        finally:
            refreshing.close()
            state = runs.DONE if outcome.published else runs.HELD if outcome.held else runs.FAILED
            if state == runs.FAILED:
                outcome.reason = _sentence(outcome.problem)
            summary = outcome.as_json() | {"asked_by": asked_by, "full": full, "position": outcome.position}
            runs.end_run(store, run, state, outcome.snapshot, summary)
            runs.finish_refresh(store, requests)
        if outcome.problem is not None:
            raise outcome.problem


def _sentence(problem: Exception | None) -> str:
    if problem is None:
        return "已中断 · it was stopped"
    return str(problem) or type(problem).__name__


def _cited(store: Store) -> frozenset[str]:
    """Snapshots that a delivered report cites: their files stay."""
    with store.reading() as session:
        return frozenset(one.snapshot for one in archived_reports(session, limit=MOST_CITED))
