"""Comparison with the period before or the year before, over the same elapsed part where a period is unfinished.

The other range is asked like any question; here only the ranges are made and the rows matched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from warehouse.compile.context import Groups
from warehouse.compile.run import Result
from warehouse.compile.span import Span, add_months, next_period, period_of
from warehouse.question import AskRefused, Figure, Question

Asker = Callable[[Span, Groups | None], Result]


def compared(
    question: Question,
    span: Span,
    figures: tuple[Figure, ...],
    result: Result,
    asker: Asker,
    groups: Groups | None,
) -> None:
    """Add NAME:previous or NAME:year to the rows of a result."""
    if question.compare == "target":
        raise AskRefused(
            zh="尚未录入目标值，可与 previous 或 year 比较。",
            en="No targets are kept yet; compare with previous or year.",
        )
    if span.start is None and span.grain is None:
        raise AskRefused(
            zh="比较需要 --from 或 --grain：与哪一段相比？",
            en="--compare needs --from or --grain: which stretch is compared?",
        )
    shift = _Shift(span, question.compare == "year")
    earlier: dict[tuple[Any, ...], dict[str, Any]] = {}
    for other, periods in shift.ranges(result):
        found = asker(other, groups)
        for row, group in zip(found.rows, found.groups, strict=True):
            earlier[(*group, periods.get(row.get("period")))] = row
    names = [figure.text for figure in figures]
    for row, group in zip(result.rows, result.groups, strict=True):
        before = earlier.get((*group, row.get("period")), {})
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
            return [(self._moved(span), {None: None})]
        periods = sorted({row["period"] for row in result.rows})
        if not periods:
            return []
        found: list[tuple[Span, dict[date | None, date | None]]] = []
        whole = [one for one in periods if not span.is_partial(one)]
        partial = [one for one in periods if span.is_partial(one)]
        for some in (whole, partial):
            if some:
                moved: dict[date | None, date | None] = {self._back(one): one for one in some}
                begin, end = self._back(some[0]), self._back_end(some[-1])
                if begin < end:
                    other = replace(
                        span, start=begin, end=end, as_of=min(end, span.as_of), open_end=False,
                        now=span.now - (span.end - end), clock=span.clock - (span.end - end),
                        periods=tuple(self._back(one) for one in some),
                    )  # fmt: skip
                    found.append((other, moved))
        return found

    def _back(self, period: date) -> date:
        grain = self._span.grain or "day"
        if self._by_year:
            return period_of(add_months(period, -12), grain)
        return period_of(period - timedelta(days=1), grain)

    def _back_end(self, period: date) -> date:
        """Where the earlier counterpart of a period ends: after the same elapsed days in an unfinished one."""
        grain, before = self._span.grain or "day", self._back(period)
        elapsed = self._span.period_end(period) - period
        return (
            min(before + elapsed, next_period(before, grain))
            if self._span.is_partial(period)
            else (next_period(before, grain))
        )

    def _moved(self, span: Span) -> Span:
        start, end = span.start or span.end, span.end
        if self._by_year:
            begin, stop = add_months(start, -12), add_months(end, -12)
        elif start.day == 1 and end.day == 1:
            months = (end.year - start.year) * 12 + end.month - start.month
            begin, stop = add_months(start, -months), start
        else:
            begin, stop = start - (end - start), start
        return replace(
            span,
            start=begin,
            end=stop,
            as_of=stop,
            now=span.now - (span.end - stop),
            clock=span.clock - (span.end - stop),
        )
