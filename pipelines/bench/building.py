"""The full build, beside a copy and aggregation written by hand, and beside its own SELECTs in one bare session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.bench.by_hand import build_by_hand
from pipelines.bench.ground import APART
from pipelines.bench.one_session import build_in_one_session
from pipelines.bench.paper import Line, against, seconds

if TYPE_CHECKING:
    from pipelines.bench.ground import Ground

LIMIT, SESSION_LIMIT = 3.0, 1.5


def measure(ground: Ground) -> list[Line]:
    """The steps' work beside the peers', then each step, and what is counted apart."""
    built = ground.built
    peer = build_by_hand(ground.store, ground.directory / "by_hand")
    session = build_in_one_session(ground.store, ground.directory / "one_session")
    copy, tables = peer["copy"], peer["aggregate"]
    steps = built.outcome.seconds
    found = [
        against("full build, all steps", built.work, "by hand:", copy + tables, LIMIT),
        against(
            "full build, all steps", built.work, "the same SELECTs in one session:", session, SESSION_LIMIT
        ),
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
