"""The full build, beside the same copy and aggregation written by hand in the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.bench.by_hand import build_by_hand
from pipelines.bench.ground import APART
from pipelines.bench.paper import Line, against, seconds

if TYPE_CHECKING:
    from pipelines.bench.ground import Ground

LIMIT = 3.0


def measure(ground: Ground) -> list[Line]:
    """The steps' work beside the peer's, then each step, and what is counted apart."""
    built = ground.built
    peer = build_by_hand(ground.store, ground.directory / "by_hand")
    copy, tables = peer["copy"], peer["aggregate"]
    steps = built.outcome.seconds
    found = [
        against("full build, all steps", built.work, "by hand:", copy + tables, LIMIT),
        against("  extract", steps["extract"], "copy by hand:", copy),
        against("  model", steps["model"], "aggregation by hand:", tables),
    ]
    found += [Line(f"  {name}", seconds(steps[name])) for name in ("stage", "check", "publish")]
    found += [Line(f"apart: {name}", seconds(steps[name])) for name in APART]
    if built.memory is not None:
        found.append(Line("peak memory", f"{built.memory:,.0f} MB"))
    if ground.making:
        found.append(
            Line("making the company", seconds(ground.making), f"{ground.lines / ground.making:,.0f} lines/s")
        )
    return found
