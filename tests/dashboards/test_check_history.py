"""The history of checks: read off the summaries of runs, oldest first, with what was broken, since when, how badly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dashboards.web.check_history import broken_checks, judged, trend
from operational.store.runs import DONE, FAILED, HELD, Run


def run(day: int, state: str, broken: list[tuple[str, int]], aside: int = 0) -> Run:
    at = datetime(2026, 10, day, tzinfo=UTC)
    summary: dict[str, Any] = {
        "checks": {"passed": 9, "warned": 0, "failed": len(broken)}, "quarantined": aside,
        "broken": [{"table": "core.a", "check": check, "severity": "blocking", "unexpected_count": count} for check, count in broken],
    }  # fmt: skip
    return Run(day, "refresh", at, at, state, None, summary if state != FAILED else {"reason": "disk full"})


RUNS = [
    run(5, DONE, [], 2), run(4, HELD, [("x", 3)], 4), run(3, FAILED, []), run(2, HELD, [("x", 7), ("y", 1)]), run(1, DONE, []),
]  # fmt: skip


def test_the_trend_is_of_the_loads_that_were_judged() -> None:
    points = trend(judged(RUNS))
    assert [(one.at.day, one.broken, one.aside) for one in points] == [
        (1, 0, 0),
        (2, 2, 0),
        (4, 1, 4),
        (5, 0, 2),
    ]
    assert [one.broken_height for one in points] == [0, 1, 0.5, 0]
    assert [one.aside_height for one in points] == [0, 0, 1, 0.5]


def test_each_broken_check_with_its_times_and_its_worst() -> None:
    told = [
        (one.check, one.loads, one.first.day, one.last.day, one.worst) for one in broken_checks(judged(RUNS))
    ]
    assert told == [("x", 2, 2, 4, 7), ("y", 1, 2, 2, 1)]


def test_nothing_judged_is_an_empty_trend() -> None:
    assert trend(judged([run(1, FAILED, [])])) == []
