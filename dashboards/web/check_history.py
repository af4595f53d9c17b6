"""How the checks went over the last loads: the trend that the health page draws, and each check that was broken.

The facts are the summaries of the runs in the store; a check that a summary does not name passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from operational.store.runs import DONE, HELD, Run


@dataclass(frozen=True)
class Point:
    """One load: when it began, checks that did not pass, rows set aside; `height` of each bar, 0 to 1."""

    at: datetime
    broken: int
    aside: int
    broken_height: float
    aside_height: float


@dataclass(frozen=True)
class BrokenCheck:
    """One check that was broken in some of the loads: in how many, since when, until when, and by how many rows at worst."""

    table: str
    check: str
    severity: str
    loads: int
    first: datetime
    last: datetime
    worst: int


def judged(runs: Iterable[Run]) -> list[Run]:
    """The loads whose checks were evaluated, the oldest first."""
    return [
        run for run in reversed(list(runs)) if run.state in (DONE, HELD) and (run.summary or {}).get("checks")
    ]


def trend(runs: list[Run]) -> list[Point]:
    """A point for each load, in order."""
    counted = [(run.started_at, _broken(run), int((run.summary or {}).get("quarantined", 0))) for run in runs]
    most_broken = max((broken for _, broken, _ in counted), default=0) or 1
    most_aside = max((aside for _, _, aside in counted), default=0) or 1
    return [
        Point(at, broken, aside, broken / most_broken, aside / most_aside) for at, broken, aside in counted
    ]


def broken_checks(runs: list[Run]) -> list[BrokenCheck]:
    """Every check that was broken in any of the loads, the most recently broken first."""
    found: dict[tuple[str, str], list[tuple[datetime, str, int]]] = {}
    for run in runs:
        for one in (run.summary or {}).get("broken", ()):
            seen = found.setdefault((one["table"], one["check"]), [])
            seen.append((run.started_at, one["severity"], one["unexpected_count"]))
    told = [
        BrokenCheck(
            table, check, seen[-1][1], len(seen), seen[0][0], seen[-1][0], max(count for *_, count in seen)
        )
        for (table, check), seen in found.items()
    ]
    return sorted(told, key=lambda one: one.last, reverse=True)


def _broken(run: Run) -> int:
    checks = (run.summary or {}).get("checks", {})
    return int(checks.get("warned", 0)) + int(checks.get("failed", 0))
