"""Comparison with the period before or the year before, over the same elapsed part where a period is unfinished.

The other range is asked like any question; here only the ranges are made and the rows matched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from warehouse.compile.run import Result
from warehouse.compile.span import Span, add_months, next_period, period_of
from warehouse.question import AskRefused, Figure, Question

Asker = Callable[[Span], Result]


def compared(
    question: Question,
    span: Span,
    figures: tuple[Figure, ...],
    result: Result,
    asker: Asker,
) -> None:
    """Add NAME:previous or NAME:year to the rows of a result."""
    if span.start is None and span.grain is None:
        raise AskRefused(
            zh="比较需要 --from 或 --grain：与哪一段相比？",
            en="--compare needs --from or --grain: which stretch is compared?",
        )
    shift = _Shift(span, question.compare == "year")
    earlier: dict[tuple[Any, ...], dict[str, Any]] = {}
    for other, periods in shift.ranges(result):
        found = asker(other)
        for row, group in zip(found.rows, found.groups, strict=True):
            earlier[(*group, periods.get(row.get("period")))] = row
    names = [figure.text for figure in figures]
    of_nothing = {one.name: 0 for one in result.statement.outputs if one.zero}
    for row, group in zip(result.rows, result.groups, strict=True):
        before = earlier.get((*group, row.get("period")), of_nothing)
        row |= {f"{name}:{question.compare}": before.get(name) for name in names}


class _Shift:
    """Moves a span back by one period, its own length, or one year."""

    def __init__(self, span: Span, by_year: bool) -> None:
        self._span = span
        self._by_year = by_year

    def ranges(self, result: Result) -> list[tuple[Span, dict[date | None, date | None]]]:
        """Spans to ask, each with the map from their periods to those of the result."""
        span = self._span
        if span.grain is None:
            return [(self._earlier(*self._whole_range(), None, running=span.end == span.cut), {None: None})]
        periods = sorted({row["period"] for row in result.rows})
        whole = [one for one in periods if not span.is_partial(one)]
        found: list[tuple[Span, dict[date | None, date | None]]] = []
        for some in [whole, *([one] for one in periods if span.is_partial(one))]:
            if not some:
                continue
            begin, end = self._back_start(some[0]), self._back_end(some[-1])
            if begin < end:
                running = some is not whole and span.period_end(some[-1]) == span.cut
                earlier = self._earlier(begin, end, tuple(map(self._back, some)), running=running)
                found.append((earlier, {self._back(one): one for one in some}))
        return found

    def _earlier(self, start: date, end: date, periods: tuple[date, ...] | None, *, running: bool) -> Span:
        """The span from `start` to `end`; seen from as late as now, or where now is within it, as early in it."""
        span = self._span
        earlier = replace(span, start=start, end=end, at_on=end, periods=periods, open_end=False)
        if not running:
            return earlier
        back = span.end - end
        return replace(
            earlier, as_of=span.as_of - back, now=span.now - back, clock=span.clock - back, cut=end
        )

    def _whole_range(self) -> tuple[date, date]:
        start, end = self._span.start or self._span.end, self._span.end
        if self._by_year:
            return add_months(start, -12), add_months(end, -12)
        if start.day == 1 and end.day == 1:
            months = (end.year - start.year) * 12 + end.month - start.month
            return add_months(start, -months), start
        return start - (end - start), start

    def _back(self, period: date) -> date:
        grain = self._span.grain or "day"
        if self._by_year:
            return period_of(add_months(period, -12), grain)
        return period_of(period - timedelta(days=1), grain)

    def _back_start(self, period: date) -> date:
        """Where the earlier counterpart begins: as many days into its period."""
        start = self._span.start
        return self._back(period) + (start - period if start and start > period else timedelta())

    def _back_end(self, period: date) -> date:
        """Where the earlier counterpart ends: after as many days, where this one is not whole at its end."""
        grain, before = self._span.grain or "day", self._back(period)
        if next_period(period, grain) <= self._span.end:
            return next_period(before, grain)
        return min(before + (self._span.end - period), next_period(before, grain))
