"""Aggregates over the whole history that depend on the window they are taken for: exposure, mean balance, ageing.

A window has `starts_on`, `ends_on` (excluded) and `at_on`, the day that ages count to; there is one per period.
"""

from __future__ import annotations

from datetime import date

from warehouse.compile.aggregate import is_additive, statistic_of
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact, choose_source, filled
from warehouse.compile.plan import Leaf
from warehouse.compile.span import BEGINNING


def compile_window(compilation: Compilation, leaf: Leaf) -> Relation:
    """`sql`, or a statistic of `values`, over the rows that the condition `joins` takes into a window."""
    spec, parameters = leaf.metric.spec, leaf.parameters
    fact = Fact(compilation, choose_source(compilation, leaf.metric).table, leaf.metric)
    fact.joins["w"] = (
        f"join {define_windows(compilation, leaf.start)} as w on {filled(compilation, spec['joins'], parameters)}"
    )
    fact.restrict(filled(compilation, spec.get("where", ""), parameters))
    period = ["w.period"] if compilation.span.grain else []
    if leaf.statistic:
        value = filled(compilation, spec["values"], parameters)
        outputs = {leaf.column: statistic_of(value, leaf.statistic), leaf.count: f"count({value})"}
    else:
        outputs = {leaf.column: filled(compilation, spec["sql"], parameters)}
    listed = [*fact.key_list(), *period, *(f"{sql} as {column}" for column, sql in outputs.items())]
    grouping = "\ngroup by all" if fact.keys or period else ""
    zero = frozenset([leaf.column]) if is_additive(leaf.metric) else frozenset()
    return Relation(
        f"select {', '.join(listed)}\n{fact.text}{grouping}", tuple(outputs), tuple(fact.keys), zero
    )


def define_windows(compilation: Compilation, start: date | None = None) -> str:
    """The windows of the question as a named subquery; its name."""
    span = compilation.span
    begin = span.start or start or BEGINNING
    if span.grain is None:
        rows = [(begin, begin, span.end, span.at_on)]
    else:
        rows = [
            (period, max(period, begin), end, span.counted_to(end))
            for period in span.periods or ()
            for end in [span.period_end(period)]
        ]
    names = ("period", "starts_on", "ends_on", "at_on")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    listed = ", ".join(
        f"unnest({compilation.bind(days)}::date[]) as {name}" for name, days in columns.items()
    )
    name = "windows" if begin == (span.start or BEGINNING) else f"windows_from_{begin:%Y%m%d}"
    return compilation.define(name, f"select {listed}")
