"""What the benches share: the large company and its first full build, made once and only when asked for.

What is measured on it stands in the file of each subject.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.bench.company import make_large
from pipelines.refresh import refresh

if TYPE_CHECKING:
    from operational.store.session import Store
    from pipelines.outcome import Outcome

APART = ("copy", "import", "orchestration", "feed_back")  # not the steps' work
TINY = 2_000
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass
class Built:
    """A refresh: its outcome and the most memory that the process held during it, in MB; None if unknown."""

    outcome: Outcome
    memory: float | None

    @property
    def work(self) -> float:
        """Seconds of the steps together, without imports, orchestration and the publishing copy."""
        return sum(value for name, value in self.outcome.seconds.items() if name not in APART)


class Ground:
    """A directory with the large company in it."""

    def __init__(self, directory: Path, lines: int) -> None:
        self.directory = directory
        self.lines = lines
        self.making = 0.0  # seconds that making the store took
        self._stores: list[Store] = []

    @cached_property
    def store(self) -> Store:
        """The large company's store."""
        began = time.perf_counter()
        store = make_large(self.directory / "data", self.lines)
        self.making = time.perf_counter() - began
        self._stores.append(store)
        return store

    @cached_property
    def built(self) -> Built:
        """The first full build of it, in a process that has built and refreshed a tiny company before."""
        self.warm()
        return refreshed(self.store, full=True)

    @property
    def published(self) -> Store:
        """The store, after its first full build was published."""
        outcome = self.built.outcome
        if not outcome.published:
            raise RuntimeError(f"the large company was not published: {outcome.reason}")
        return self.store

    def warm(self) -> None:
        """Import and compile what is imported and compiled once per process."""
        tiny = make_large(self.directory / "tiny", TINY)
        self._stores.append(tiny)
        from pipelines.bench.changes import change_thousand

        refresh(tiny, full=True)
        change_thousand(tiny, 0)
        refresh(tiny)

    def close(self) -> None:
        """Close every store."""
        for store in self._stores:
            store.close()


def refreshed(store: Store, *, full: bool = False) -> Built:
    """One refresh as the product does it."""
    with _peak_memory() as memory:
        outcome = refresh(store, full=full)
    return Built(outcome, memory[0] if memory else None)


@contextmanager
def _peak_memory() -> Iterator[list[float]]:
    """The most resident memory of this process inside the block, in MB, where Linux tells it."""
    found: list[float] = []
    if RESET.exists():
        RESET.write_text("5", encoding="ascii")  # 5 sets the peak back to what is resident now
    yield found
    if STATUS.exists():
        line = next(
            one for one in STATUS.read_text(encoding="ascii").splitlines() if one.startswith("VmHWM:")
        )
        found.append(int(line.split()[1]) / 1024)
