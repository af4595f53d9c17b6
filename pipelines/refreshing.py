"""One refresh of the warehouse as five steps over one transaction: extract, stage, model, check, publish.

The steps are plain methods, so that Dagster's assets, the command line and the tests run the very same work.
"""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.load import Loaded, load
from pipelines.model import build_models
from pipelines.progress import Progress, silent
from pipelines.quality import Quality, check_tables, quarantine_rows
from pipelines.source import reading
from warehouse.connect import BUILD_FILE, Connection, NotPublishedError, current_snapshot, open_build, version_file
from warehouse.publish import publish, sweep

if TYPE_CHECKING:
    from operational.store.session import Store
    from warehouse.increment import Built

SNAPSHOT_FORMAT = "%Y%m%dT%H%M%SZ"
STEPS = ("extract", "stage", "model", "check", "publish")


class RefreshRunning(Exception):
    """Another refresh holds the build file."""


@dataclass
class Outcome:
    """What a refresh did, as `yingke refresh --json` prints it."""

    snapshot: str | None = None
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    quarantined: int = 0
    checks: dict[str, int] = field(default_factory=lambda: {"passed": 0, "warned": 0, "failed": 0})
    published: bool = False
    reason: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain data with the names of the outside contract."""
        return {
            "snapshot": self.snapshot,
            "rows": self.rows,
            "quarantined": self.quarantined,
            "checks": self.checks,
            "published": self.published,
            "reason": self.reason,
            "tables": self.tables,
            "seconds": {name: round(value, 4) for name, value in self.seconds.items()},
        }

    def summary(self) -> str:
        """A few lines for people."""
        taken = {name: counts for name, counts in self.rows.items() if any(counts.values())}
        lines = [
            f"{name}: " + ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
            for name, counts in taken.items()
        ] or ["Nothing had changed in the store."]
        lines.append(
            f"checks: {self.checks['passed']} passed, {self.checks['warned']} warned, {self.checks['failed']} failed; "
            f"{self.quarantined} rows under quarantine"
        )
        lines.append("; ".join(f"{name} {value:.2f} s" for name, value in self.seconds.items()))
        lines.append(f"published {self.snapshot}" if self.published else f"not published: {self.reason}")
        return "\n".join(lines)


class Refreshing:
    """The build file, opened for one refresh; leave it by `close`, which undoes what was not published."""

    def __init__(
        self, store: Store, *, full: bool = False, progress: Progress = silent, wait_seconds: float = 0
    ) -> None:
        self.store = store
        self.full = full
        self.progress = progress
        self.outcome = Outcome()
        self.directory: Path = store.settings.warehouse_directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(self.directory / "refresh.lock", wait_seconds)
        self._build: Connection | None = None
        self._loaded: Loaded | None = None
        self._built: list[Built] = []
        self._quality: Quality | None = None

    def extract(self) -> None:
        """Land what changed in the store since the last refresh, or everything."""
        with self._timed("extract"):
            sweep(self.directory)
            if self.full:
                for name in (BUILD_FILE, f"{BUILD_FILE}.wal"):
                    (self.directory / name).unlink(missing_ok=True)
            self._build = open_build(self.directory, self.store.settings.timezone)
            self._build.execute("begin")
            with reading(self.store) as source:
                self._loaded = load(source, self._build, full=self.full, progress=self.progress)
            self.outcome.rows = self._loaded.rows

    def stage(self) -> None:
        """Set aside the rows that break a rule of their entity; they leave every metric until mended."""
        with self._timed("stage"):
            self.outcome.quarantined = quarantine_rows(self.build, self.loaded)

    def model(self) -> None:
        """Bring the tables up to date."""
        with self._timed("model"):
            self._built = build_models(self.build, self.loaded, progress=self.progress)
            self.outcome.tables = {built.table: built.how for built in self._built}

    def check(self) -> None:
        """Evaluate the expectations of every table that changed, and the reconciliation with the store."""
        with self._timed("check"):
            self._quality = check_tables(self.build, self.loaded, self._built)
            self.outcome.checks = self._quality.counts

    def publish(self) -> None:
        """Make the build the published state, unless a blocking check failed: then the old state stays."""
        quality = self._quality
        if quality is not None and quality.blocking:
            self.build.execute("commit")
            self.outcome.reason = quality.sentence
            self.outcome.snapshot = self._current()
            return
        if self.loaded.nothing and not self._changed and self._current() is not None:
            self.build.execute("commit")
            self.outcome.snapshot, self.outcome.published = self._current(), True
            self.outcome.reason = "nothing had changed"
            self._note_load(str(self.outcome.snapshot), again=True)
            return
        snapshot = self._next_snapshot()
        self._note_load(snapshot)
        with self._timed("publish"):
            self.build.execute("commit")
        with self._timed("copy"):
            publish(self.build, self.directory, snapshot)
        self.outcome.snapshot, self.outcome.published = snapshot, True

    def close(self) -> None:
        """Give the build file back; what was not committed is as if it had not been."""
        if self._build is not None:
            self._build.close()
            self._build = None
        self._lock.close()

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
    def _changed(self) -> bool:
        return any(built.how != "skipped" for built in self._built)

    def _note_load(self, snapshot: str, *, again: bool = False) -> None:
        if again:
            return
        settings = self.store.settings
        quality = self._quality.verdict if self._quality is not None else "pass"
        self.build.execute(
            "create table if not exists meta.load (loaded_at TIMESTAMP, snapshot VARCHAR, quality VARCHAR, "
            "rows_loaded BIGINT, position VARCHAR)"
        )
        self.build.execute("delete from meta.load")
        rows = sum(counts["new"] + counts["changed"] for counts in self.outcome.rows.values())
        self.build.execute(
            "insert into meta.load values (?, ?, ?, ?, ?)",
            [datetime.now(UTC).replace(tzinfo=None), snapshot, quality, rows, self.loaded.position.value],
        )
        self.build.execute("create or replace table meta.settings (timezone VARCHAR, currency VARCHAR)")
        self.build.execute("insert into meta.settings values (?, ?)", [settings.timezone, settings.currency])

    def _current(self) -> str | None:
        try:
            return current_snapshot(self.directory)
        except NotPublishedError:
            return None

    def _next_snapshot(self) -> str:
        """An id that sorts after every earlier one, also when the clock was set back."""
        moment = datetime.now(UTC)
        current = self._current()
        if current is not None:
            with contextlib.suppress(ValueError):
                before = datetime.strptime(current, SNAPSHOT_FORMAT).replace(tzinfo=UTC)
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
        finally:
            self.outcome.seconds[step] = self.outcome.seconds.get(step, 0.0) + time.perf_counter() - started


def _locked(path: Path, wait_seconds: float) -> Any:
    """Hold the one lock of refreshes until the returned file is closed; the system frees it if we die."""
    holder = path.open("w")
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                holder.close()
                raise RefreshRunning("Another refresh is running; this one was not started.") from None
            time.sleep(0.1)
        else:
            return holder
