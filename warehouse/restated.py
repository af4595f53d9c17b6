"""Restatement: which numbers of periods that were over already differ between two published states, and by which rows.

Both states are asked the same question as of the same day; why a row differs is told by the store's history.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from warehouse.answer import read_published
from warehouse.ask import ask, rows_behind
from warehouse.catalog import Metric, load_catalog
from warehouse.compile.span import next_period, period_of
from warehouse.question import AskRefused, Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from warehouse.ask import Scope
    from warehouse.connect import Connection

GRAIN = "month"
ROUNDING = 1e-9


@dataclass(frozen=True)
class RestatedNumber:
    """One figure of one period, by its first day, before and after; None is no number."""

    figure: str
    metric: Metric
    period: date
    before: Any
    after: Any

    @property
    def change(self) -> Any:
        """By how much; None where one of them is no number."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class RestatedRow:
    """A record whose share of a number differs; None where it had or has none."""

    entity: str
    record: str | None
    before: Any
    after: Any


class Restatement:
    """Two published states, the earlier one first, under one reader's row rules; their numbers by month or by `grain`."""

    def __init__(self, before: Connection, after: Connection, scope: Scope, grain: str = GRAIN) -> None:
        self._states = before, after
        self._scope = scope
        self._grain = grain
        published = read_published(before)
        loaded = (published.loaded_at or datetime.now(UTC).replace(tzinfo=None)).replace(tzinfo=UTC)
        self.until = period_of(loaded.astimezone(ZoneInfo(published.timezone)).date(), grain)

    def numbers(self, figures: Iterable[str] = ()) -> list[RestatedNumber]:
        """The figures that differ in a period before the earlier load's, or all of the catalogue that have periods.

        In the order of figures and periods; AskRefused where a figure that was named cannot be asked by them.
        """
        named = list(figures)
        found: list[RestatedNumber] = []
        for figure in named or [metric.name for metric in load_catalog().shown() if not metric.needs]:
            try:
                found += self._differing(figure)
            except AskRefused:
                if named:
                    raise
        return found

    def rows(self, number: RestatedNumber) -> list[RestatedRow]:
        """The records whose share of a restated number differs, the largest difference first."""
        end = min(next_period(number.period, self._grain), self.until)
        question = replace(self._question(number.figure), grain=None, start=number.period, end=end)
        shares: dict[tuple[str, str | None], list[Any]] = defaultdict(lambda: [None, None])
        for place, connection in enumerate(self._states):
            for row in rows_behind(connection, question, self._scope).rows:
                share = shares[row["entity"], row["record"]]
                share[place] = row["value"] if share[place] is None else share[place] + row["value"]
        differing = [
            RestatedRow(entity, record, before, after)
            for (entity, record), (before, after) in shares.items()
            if not _same(before, after)
        ]
        return sorted(differing, key=lambda one: abs((one.after or 0) - (one.before or 0)), reverse=True)

    def _question(self, figure: str) -> Question:
        return Question(metrics=(figure,), grain=self._grain, end=self.until, as_of=self.until)

    def _differing(self, figure: str) -> list[RestatedNumber]:
        question = self._question(figure)
        metric = load_catalog().metric(question.figures()[0].metric)
        before, after = (
            {row["period"]: row[figure] for row in ask(connection, question, self._scope).rows}
            for connection in self._states
        )
        return [
            RestatedNumber(figure, metric, period, before.get(period), after.get(period))
            for period in sorted(before.keys() | after.keys())
            if not _same(before.get(period), after.get(period))
        ]


def _same(before: Any, after: Any) -> bool:
    """Whether two numbers are one: floats that were summed in another order differ in their last digits."""
    if isinstance(before, float) and isinstance(after, float):
        return math.isclose(before, after, rel_tol=ROUNDING, abs_tol=ROUNDING)
    return bool(before == after)
