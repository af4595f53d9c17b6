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
    holder, age, time = spec["each"], spec["age"], spec["time"]
    fact.restrict(*in_range(compilation, time)[-1:])
    first = "null" if leaf.parameters.get("from_first") == 1 else "0"
    partition = ", ".join([f"f.{holder}_id", *fact.keys.values()])
    gap = (
        f"{age} - lag({age}, 1, {first}) over (partition by {partition} order by {age}, {spec['order']}) as gap"
    )
    inner = f"select {', '.join([*fact.key_list(), f'f.{time}', gap])}\n{fact.text}"
    names = list(fact.keys)
    conditions = in_range(compilation, time, leaf.start)
    outputs = [
        *names, *period_output(compilation, time),
        f"{statistic_of('gap', leaf.statistic)} as {leaf.column}", f"count(gap) as {leaf.column}_n",
    ]  # fmt: skip
    grouping = "\ngroup by all" if names or compilation.span.grain else ""
    return Relation(
        f"select {', '.join(outputs)}\nfrom (\n{inner}\n) as f\nwhere {' and '.join(conditions)}{grouping}",
        (leaf.column, f"{leaf.column}_n"),
        tuple(names),
    )
