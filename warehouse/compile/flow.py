"""Holders whose standing changed over a window: customers lost, customers who came back.

How many stand at one instant is in `stock`.
"""

from __future__ import annotations

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact, choose_source, filled
from warehouse.compile.plan import Leaf
from warehouse.compile.window import define_windows

_LATEST = (
    "{row}.{day} < {at} and ({row}.next_on is null or {row}.next_on >= {at}) "
    "and {row}.{day} {sign} {at} - {days}"
)
_SIGN = {"active": ">=", "lapsed": "<"}


def compile_flow(compilation: Compilation, leaf: Leaf) -> Relation:
    """Counts those `before` (active, lapsed) at the start of a window and `after` at its end; `days` is the limit."""
    fact = changed_holders(compilation, leaf)
    period = ["w.period"] if compilation.span.grain else []
    outputs = ", ".join([*fact.key_list(), *period, f"count(*) as {leaf.column}"])
    grouping = "\ngroup by all" if fact.keys or period else ""
    return Relation(
        f"select {outputs}\n{fact.text}{grouping}", (leaf.column,), tuple(fact.keys), frozenset([leaf.column])
    )


def changed_holders(compilation: Compilation, leaf: Leaf) -> Fact:
    """The latest rows, as at a window's end, of the holders whose standing changed as the metric says."""
    spec = leaf.metric.spec
    days = filled(compilation, "$days", leaf.parameters)
    fact = Fact(compilation, choose_source(compilation, leaf.metric).table, leaf.metric)
    then, now = (
        _LATEST.format(row=row, day=spec["time"], at=f"w.{at}", sign=_SIGN[spec[state]], days=days)
        for row, at, state in (("b", "starts_on", "before"), ("f", "ends_on", "after"))
    )
    holder = f"{spec['each']}_id"
    fact.joins["w"] = f"join {define_windows(compilation, leaf.start)} as w on {now}"
    fact.joins["b"] = f"join {fact.rows} as b on b.{holder} = f.{holder} and {then}"
    return fact
