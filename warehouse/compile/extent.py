"""Which periods an answer has: those of the asked range, and where an end of it is open, those with data.

Where every figure is counted by its own day, the statement finds them itself; else they are looked up before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from warehouse.compile.context import Compilation
from warehouse.compile.fact import Fact, choose_source, filled
from warehouse.compile.plan import Leaf
from warehouse.compile.span import period_of

_BY_OWN_DAY = ("aggregate", "distribution", "each", "gaps")
_STEP = {"day": "1 day", "week": "7 days", "month": "1 month", "quarter": "3 months", "year": "1 year"}


def bounds(compilation: Compilation) -> tuple[date | None, date | None]:
    """First and last day of the asked range, None where it is open."""
    span = compilation.span
    return span.start, None if span.open_end else span.end - timedelta(days=1)


def resolve_periods(compilation: Compilation, leaves: Sequence[Leaf]) -> None:
    """Set the span's periods, unless the statement is to find them."""
    span = compilation.span
    if span.grain is None or span.periods is not None:
        return
    first, last = bounds(compilation)
    if first is None or last is None:
        if compilation.groups is None and all(_by_own_day(leaf) for leaf in leaves):
            return
        days = [day for leaf in leaves for day in extent(compilation, leaf) if day is not None]
        first = first or min(days, default=None)
        last = last or max(days, default=first)
    periods = span.periods_between(first, last) if first and last and first <= last else ()
    compilation.span = replace(span, periods=periods)


def periods_sql(compilation: Compilation, parts: Iterable[str]) -> str:
    """The periods as a SELECT: the span's, or those from the first to the last in the parts of the statement."""
    span = compilation.span
    if span.periods is not None:
        return f"select unnest({compilation.bind(list(span.periods))}::date[]) as period"
    grain = span.grain or "day"
    first, last = (
        f"coalesce({compilation.bind(day and period_of(day, grain))}::date, {found}(period))"
        for day, found in zip(bounds(compilation), ("min", "max"), strict=True)
    )
    every = " union all ".join(f"select period from {name}" for name in parts)
    return (
        f"select cast(unnest(range(first_period, last_period + interval 1 day, interval '{_STEP[grain]}')) as date)"
        f" as period\nfrom (select {first} as first_period, {last} as last_period from ({every}))"
    )


def _by_own_day(leaf: Leaf) -> bool:
    return leaf.metric.kind in _BY_OWN_DAY and not leaf.statistic.startswith("km_")


def extent(compilation: Compilation, leaf: Leaf) -> tuple[date | None, ...]:
    """First and last day in the range of what a leaf reads."""
    spec = leaf.metric.spec
    if not leaf.metric.sources or not (spec.get("opens") or spec.get("time")):
        return ()
    plain = tuple(one for one in compilation.filters if not one[0].dimension.is_expression)
    undivided = replace(compilation, keys=(), restricting=(), groups=None, filters=plain)
    fact = Fact(undivided, choose_source(compilation, leaf.metric).table, leaf.metric)
    end = compilation.bind(compilation.span.end)
    day = filled(compilation, spec.get("opens") or f"f.{spec['time']}", leaf.parameters)
    fact.restrict(filled(compilation, spec.get("where", ""), leaf.parameters), f"{day} < {end}")
    last = f"max({day})"
    if "ends" in spec:
        ends = filled(compilation, spec["ends"], leaf.parameters)
        last = f"greatest({last}, max(case when {ends} < {end} then {ends} end))"
    (found,) = compilation.fetch(f"select min({day}), {last}\n{fact.text}").fetchall()
    return tuple(found)
