"""Time between one event of a unit and its next: closed gaps only, and named so.

The rate at which events come, open time counted, is in `recurrence` and `window`.
"""

from __future__ import annotations

from warehouse.compile.aggregate import in_range, period_output, statistic_of
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact, choose_source
from warehouse.compile.plan import Leaf


def compile_gaps(compilation: Compilation, leaf: Leaf) -> Relation:
    """Statistic of the gaps that end in the range; `age` is the unit's age at an event, 0 at its beginning.

    Gaps are those between the events that filters and keys leave, so that a part's gaps are its own.
    """
    spec = leaf.metric.spec
    fact = Fact(compilation, choose_source(compilation, leaf.metric).table, leaf.metric)
    time = spec["time"]
    fact.restrict(*in_range(compilation, time)[-1:])
    inner = f"select {', '.join([*fact.key_list(), f'f.{time}', f'{gap(leaf, fact)} as gap'])}\n{fact.text}"
    names = list(fact.keys)
    conditions = in_range(compilation, time, leaf.start)
    outputs = [
        *names, *period_output(compilation, time),
        f"{statistic_of('gap', leaf.statistic)} as {leaf.column}", f"count(gap) as {leaf.count}",
    ]  # fmt: skip
    grouping = "\ngroup by all" if names or compilation.span.grain else ""
    return Relation(
        f"select {', '.join(outputs)}\nfrom (\n{inner}\n) as f\nwhere {' and '.join(conditions)}{grouping}",
        (leaf.column, leaf.count),
        tuple(names),
    )


def gap(leaf: Leaf, fact: Fact) -> str:
    """SQL of the time since the unit's event before, among the rows and within the keys of the fact."""
    spec = leaf.metric.spec
    age = spec["age"]
    first = "null" if leaf.parameters.get("from_first") == 1 else "0"
    partition = ", ".join([f"f.{spec['each']}_id", *fact.keys.values()])
    return f"{age} - lag({age}, 1, {first}) over (partition by {partition} order by {age}, {spec['order']})"
