"""Sums, counts and quantiles of a table's rows: metrics of one table, time and condition share one scan.

What stands at an instant is in `stock`, what is counted per customer first, in `each`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from warehouse.catalog import Metric
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact, choose_source, filled
from warehouse.compile.plan import Leaf
from warehouse.percentile import share_of

ADDITIVE_UNITS = ("money", "count", "quantity", "orders")


def compile_aggregates(compilation: Compilation, leaves: Iterable[Leaf]) -> list[Relation]:
    """One relation per scan."""
    scans: dict[tuple[object, ...], list[tuple[Leaf, str]]] = {}
    for leaf in leaves:
        source = choose_source(compilation, leaf.metric)
        metric = leaf.metric
        scan = (
            source.table, metric.spec.get("time"), metric.spec.get("where"), leaf.start, metric.constant_over,
            metric.spec.get("whole"),
            leaf.values if metric.spec.get("where", "").count("$") else (),
        )  # fmt: skip
        scans.setdefault(scan, []).append((leaf, source.sql))
    return [_scan(compilation, str(scan[0]), members) for scan, members in scans.items()]


def _scan(compilation: Compilation, table: str, members: list[tuple[Leaf, str]]) -> Relation:
    first = members[0][0]
    fact = Fact(compilation, table, first.metric)
    time = first.metric.spec.get("time")
    fact.restrict(filled(compilation, first.metric.spec.get("where", ""), first.parameters))
    fact.restrict(*in_range(compilation, time, first.start))
    outputs = fact.key_list() + period_output(compilation, time)
    keys = len(outputs)
    found = {name: sql for leaf, own in members for name, sql in _expressions(compilation, leaf, own)}
    outputs += [f"{expression} as {column}" for column, expression in found.items()]
    grouping = "\ngroup by all" if keys else ""
    zero = frozenset(leaf.column for leaf, _ in members if is_additive(leaf.metric))
    return Relation(
        f"select {', '.join(outputs)}\n{fact.text}{grouping}", tuple(found), tuple(fact.keys), zero
    )


def _expressions(compilation: Compilation, leaf: Leaf, sql: str) -> list[tuple[str, str]]:
    if leaf.metric.kind != "distribution":
        return [(leaf.column, filled(compilation, sql, leaf.parameters))]
    value = filled(compilation, leaf.metric.spec["values"], leaf.parameters)
    return [(leaf.column, statistic_of(value, leaf.statistic)), (leaf.count, f"count({value})")]


def statistic_of(value: str, statistic: str) -> str:
    """SQL of a statistic over rows; quantiles interpolate between neighbours (type 7)."""
    if statistic == "mean":
        return f"avg(cast({value} as double))"
    return f"quantile_cont(cast({value} as double), {share_of(statistic)})"


def is_additive(metric: Metric) -> bool:
    """Whether nothing makes it 0 rather than unknown."""
    return bool(metric.spec.get("zero", metric.unit in ADDITIVE_UNITS))


def in_range(compilation: Compilation, time: str | None, start: date | None = None) -> list[str]:
    """Conditions that hold a day within the range; `start` stands in where none was asked."""
    if time is None:
        return []
    begin = compilation.span.start or start
    conditions = [f"f.{time} >= {compilation.bind(begin)}"] if begin else []
    return [*conditions, f"f.{time} < {compilation.bind(compilation.span.end)}"]


def period_output(compilation: Compilation, time: str | None) -> list[str]:
    """The period as an output column, where a grain is asked."""
    grain = compilation.span.grain
    if grain is None or time is None:
        return []
    if grain == "day":
        return [f"f.{time} as period"]
    return [f"cast(date_trunc('{grain}', f.{time}) as date) as period"]
