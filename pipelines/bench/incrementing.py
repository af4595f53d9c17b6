"""A refresh after a thousand changes, beside the full build; and the whole command beside its limit."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from pipelines.bench.changes import change_thousand
from pipelines.bench.ground import APART, Built, refreshed
from pipelines.bench.paper import Line, against, seconds, timed

if TYPE_CHECKING:
    from pipelines.bench.ground import Ground

LIMIT, COMMAND_LIMIT, ROUNDS = 0.1, 20.0, 3
LIMIT_FROM = (
    5_000_000  # lines for which the limit is meant: of a small company a thousand changes are no small part
)
LESS, MORE = 0.1, 10


def measure(ground: Ground) -> list[Line]:
    """The median of three rounds of changes in this process, then one through the command line."""
    full = ground.built.work
    rounds: list[Built] = []
    for number in range(1, ROUNDS + 1):
        count = change_thousand(ground.store, number)
        rounds.append(refreshed(ground.store))
    middle = sorted(rounds, key=lambda one: one.work)[ROUNDS // 2]
    fewer, more = (_after(ground, ROUNDS + place, times) for place, times in enumerate((LESS, MORE), 1))
    nothing = refreshed(ground.store)
    limit = LIMIT if ground.lines >= LIMIT_FROM else None
    found = [against(f"refresh after {count:,} changes, all steps", middle.work, "full build:", full, limit)]
    found += [
        Line(f"  {name}" if name not in APART else f"apart: {name}", seconds(value))
        for name, value in middle.outcome.seconds.items()
    ]
    rebuilt = [table for table, how in middle.outcome.tables.items() if how not in ("rows", "skipped")]
    found.append(Line("tables built whole", str(len(rebuilt)), ", ".join(rebuilt)))
    found += [
        against(f"refresh after {changes:,} changes", work, f"after {count:,}:", middle.work)
        for changes, work in (fewer, more)
    ]
    if middle.memory is not None:
        found.append(Line("peak memory", f"{middle.memory:,.0f} MB"))
    found.append(against("refresh with nothing changed", nothing.work, "full build:", full))
    change_thousand(ground.store, ROUNDS + 3)
    found.append(against("the command `yingke refresh`", _command(ground), "limit:", COMMAND_LIMIT, 1))
    found.append(against("the command, nothing changed", _command(ground), "limit:", COMMAND_LIMIT, 1))
    return found


def _after(ground: Ground, round_number: int, times: float) -> tuple[int, float]:
    """How many changes were made, and the steps' work after them: cost follows the change."""
    return change_thousand(ground.store, round_number, times), refreshed(ground.store).work


def _command(ground: Ground) -> float:
    """Seconds of `yingke refresh` in a process of its own."""
    ground.store.engine.dispose()
    environment = os.environ | {"YINGKE_DATA": str(ground.store.settings.data), "YINGKE_STORE": ""}
    command = [sys.executable, "-m", "pipelines.cli", "refresh", "--no-progress"]
    return timed(lambda: subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL))
