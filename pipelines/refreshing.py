"""One refresh of the warehouse as steps over one transaction: extract, stage, model, check, publish, feed back.

The steps are plain methods, so that Dagster's assets, the command line and the tests run the very same work.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from operational.store.engine import StoreBusy
from operational.store.snapshots import PublishedSnapshot, register_snapshot
from pipelines.build_state import FED_BACK, PUBLISHED, prepare_state, remember, remembered
from pipelines.load import Loaded, load, position_of
from pipelines.model import build_models
from pipelines.outcome import Outcome
from pipelines.progress import Progress, silent
from pipelines.published_state import declarations_digest, note_state
from pipelines.quality.judge import check_landing, check_tables
from pipelines.quality.quarantine import Quarantined, quarantine_rows
from pipelines.quality.results import Quality, prepare_results
from pipelines.source import reading
from warehouse.connect import (
    BUILD_FILE,
    Connection,
    NotPublishedError,
    current_snapshot,
    open_build,
    version_file,
)
from warehouse.publish import publish, sweep

if TYPE_CHECKING:
    from pathlib import Path

    from operational.store.session import Store
    from warehouse.increment import Built

SNAPSHOT_FORMAT = "%Y%m%dT%H%M%SZ"
SCHEMAS = ("core", "marts")


class Refreshing:
    """The build file, opened for one refresh; leave it by `close`, which undoes what was not published.

    Whoever makes one holds the lock of refreshes (refresh.py).
    """

    def __init__(
        self,
        store: Store,
        *,
        full: bool = False,
        progress: Progress = silent,
        cited: frozenset[str] = frozenset(),
    ) -> None:
        self.store = store
        self.full = full
        self.progress = progress
        self.cited = cited
        self.outcome = Outcome()
        self.directory: Path = store.settings.warehouse_directory
        self._build: Connection | None = None
        self._loaded: Loaded | None = None
        self._quarantined = Quarantined()
        self._quality = Quality()
        self.built: list[Built] = []

    def extract(self) -> None:
        """Land what changed in the store since the last refresh, or everything."""
        with self._timed("extract"):
            self.directory.mkdir(parents=True, exist_ok=True)
            sweep(self.directory, self.cited)
            if self.full:
                for name in (BUILD_FILE, f"{BUILD_FILE}.wal"):
                    (self.directory / name).unlink(missing_ok=True)
            self._build = open_build(self.directory, self.store.settings.timezone)
            self._build.execute("begin")
            prepare_state(self._build)
            prepare_results(self._build)
            with reading(self.store, position_of(self._build)) as source:
                self._loaded = load(source, self._build, progress=self.progress)
            self.outcome.rows = self._loaded.rows
            self.outcome.position = self._loaded.position.value

    def stage(self) -> None:
        """Set aside the rows that break a rule of their entity; they leave every metric until mended."""
        with self._timed("stage"):
            self._quarantined = quarantine_rows(self.build, self.loaded)
            check_landing(self.build, self.loaded, self._quarantined)
            self.outcome.quarantined = self._quarantined.count
            self.outcome.notices = self._quarantined.notices

    def model(self, schema: str) -> list[Built]:
        """Bring the tables of a schema up to date."""
        with self._timed("model"):
            built = build_models(self.build, self.loaded, schema, self.built, progress=self.progress)
            self.built += built
            self.outcome.tables |= {one.table: one.how for one in built}
            return built

    def check(self, built: list[Built]) -> Quality:
        """Evaluate the expectations of what was built; the verdict over all that stand."""
        with self._timed("check"):
            self._quality = check_tables(self.build, self.loaded, built)
            self.outcome.checks = self._quality.counts
            self.outcome.broken = self._quality.broken
            return self._quality

    def publish(self) -> None:
        """Make the build the published state, unless a blocking check failed: then the old state stays."""
        current = self._current()
        if self._quality.blocking:
            remember(self.build, PUBLISHED, "")
            self.build.execute("commit")
            self.outcome.snapshot, self.outcome.held = current, True
            self.outcome.reason = self._quality.sentence
        elif current is not None and self._unchanged and remembered(self.build, PUBLISHED) == current:
            self.build.execute("commit")
            self.outcome.snapshot, self.outcome.published = current, True
            self.outcome.reason = "nothing had changed"
        else:
            self._publish(self._next_snapshot())

    def feed_back(self) -> None:
        """Write what the published figures say into the store, once for each state: the one way back.

        Where the store is busy, or this process is killed, the next refresh does it, whether or not it finds changes.
        """
        snapshot = self.outcome.snapshot
        if not self.outcome.published or snapshot is None or remembered(self.build, FED_BACK) == snapshot:
            return
        from pipelines.feed_back import feed_back

        with self._timed("feed_back"), contextlib.suppress(StoreBusy):
            self.outcome.fed_back = feed_back(self.store, snapshot)
            remember(self.build, FED_BACK, snapshot)

    def run(self) -> Outcome:
        """All steps in their order."""
        self.extract()
        self.stage()
        for schema in SCHEMAS:
            self.check(self.model(schema))
        self.publish()
        self.feed_back()
        return self.outcome

    def close(self) -> None:
        """Give the build file back; what was not committed is as if it had not been."""
        if self._build is not None:
            self._build.close()
            self._build = None

    @property
    def build(self) -> Connection:
        """The writer's connection; only after extract."""
        if self._build is None:
            raise RuntimeError("extract comes first")
        return self._build

    @property
    def loaded(self) -> Loaded:
        """What extract did."""
        if self._loaded is None:
            raise RuntimeError("extract comes first")
        return self._loaded

    @property
    def _unchanged(self) -> bool:
        models = all(built.how == "skipped" for built in self.built)
        return self.loaded.nothing and models and not self._quarantined.changed

    def _publish(self, snapshot: str) -> None:
        with self._timed("publish"):
            state = self._state(snapshot)
            remember(self.build, PUBLISHED, snapshot)
            note_state(self.build, state)
            with self.store.bookkeeping() as session:
                register_snapshot(session, state)
            self.build.execute("commit")
        with self._timed("copy"):
            publish(self.build, self.directory, snapshot, self.progress)
            sweep(self.directory, self.cited)
        self.outcome.snapshot, self.outcome.published = snapshot, True

    def _state(self, snapshot: str) -> PublishedSnapshot:
        settings = self.store.settings
        return PublishedSnapshot(
            snapshot=snapshot,
            position=self.loaded.position.value,
            loaded_at=datetime.now(UTC),
            quality=self._quality.verdict,
            rows_loaded=sum(counts["new"] + counts["changed"] for counts in self.outcome.rows.values()),
            timezone=settings.timezone,
            currency=settings.currency,
            declarations=declarations_digest(),
        )

    def _current(self) -> str | None:
        try:
            current = current_snapshot(self.directory)
        except NotPublishedError:
            return None
        return current if version_file(self.directory, current).exists() else None

    def _next_snapshot(self) -> str:
        """An id that sorts after every earlier one, also when the clock was set back."""
        moment = datetime.now(UTC)
        with contextlib.suppress(ValueError, NotPublishedError):
            before = datetime.strptime(current_snapshot(self.directory), SNAPSHOT_FORMAT).replace(tzinfo=UTC)
            moment = max(moment, before + timedelta(seconds=1))
        while version_file(self.directory, moment.strftime(SNAPSHOT_FORMAT)).exists():
            moment += timedelta(seconds=1)
        return moment.strftime(SNAPSHOT_FORMAT)

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        self.progress(step)
        try:
            yield
        except Exception as problem:
            self.outcome.problem = problem
            raise
        finally:
            self.outcome.seconds[step] = self.outcome.seconds.get(step, 0.0) + time.perf_counter() - started
