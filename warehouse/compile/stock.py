"""What stands at an instant: rows counted from a day on (`opens`) until another (`ends`), weighted.

With a grain the value at each period's end is the running total of what came and went, so that the cost does
not grow with the number of periods. Values that change by themselves with time are in `window`.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact, choose_source, filled
from warehouse.compile.plan import Leaf
from warehouse.compile.window import compile_window


def compile_stock(compilation: Compilation, leaf: Leaf) -> Relation:
    """A row stands at day t when opens < t and ends is empty or >= t; t is the end of the period or range."""
    asked = (*compilation.keys, *compilation.restricting, *(key for key, _ in compilation.filters))
    if any(key.dimension.is_expression for key in asked):
        return compile_window(compilation, standing(leaf))
    spec, parameters = leaf.metric.spec, leaf.parameters
    fact = Fact(compilation, choose_source(compilation, leaf.metric).table, leaf.metric)
    opens, weight = (filled(compilation, spec.get(key, "1"), parameters) for key in ("opens", "weight"))
    ends = filled(compilation, spec["ends"], parameters) if "ends" in spec else ""
    at = compilation.bind(compilation.span.end)
    fact.restrict(filled(compilation, spec.get("where", ""), parameters), f"{opens} < {at}")
    keys = tuple(fact.keys)
    if compilation.span.grain is None:
        fact.restrict(f"({ends} is null or {ends} >= {at})" if ends else "")
        grouping = "\ngroup by all" if keys else ""
        outputs = ", ".join([*fact.key_list(), f"sum({weight}) as {leaf.column}"])
        return Relation(
            f"select {outputs}\n{fact.text}{grouping}", (leaf.column,), keys, frozenset([leaf.column])
        )
    fact.restrict(f"({ends} is null or {ends} > {opens})" if ends else "")
    return Relation(
        _running(compilation, fact, leaf.column, opens, ends, weight),
        (leaf.column,),
        keys,
        frozenset([leaf.column]),
    )


def standing(leaf: Leaf) -> Leaf:
    """The same stock, counted window by window: for dimensions that change with the day it is taken at."""
    spec = leaf.metric.spec
    opens, ends = spec["opens"], spec.get("ends")
    joins = f"{opens} < w.ends_on" + (f" and ({ends} is null or {ends} >= w.ends_on)" if ends else "")
    changed = {**spec, "joins": joins, "sql": f"sum({spec.get('weight', '1')})"}
    return replace(leaf, metric=replace(leaf.metric, spec=changed))


def _running(compilation: Compilation, fact: Fact, column: str, opens: str, ends: str, weight: str) -> str:
    span = compilation.span
    first = compilation.bind(span.periods[0] if span.periods else span.end)
    key_list, names = "".join(f"{one}, " for one in fact.key_list()), "".join(f"{key}, " for key in fact.keys)

    def bucket(day: str) -> str:
        return f"greatest(cast(date_trunc('{span.grain}', {day}) as date), {first})"

    came = f"select {key_list}{bucket(opens)} as period, sum({weight}) as change\n{fact.text}\ngroup by all"
    changes = [came]
    if ends:
        fact.restrict(f"{ends} < {compilation.bind(span.end)}")
        changes.append(
            f"select {key_list}{bucket(ends)} as period, -sum({weight}) as change\n{fact.text}\ngroup by all"
        )
    moved = "\nunion all\n".join(changes)
    every = f"select {names}p.period, 0 as change from (select distinct {names.rstrip(', ')} from moved) cross join periods as p"
    if not fact.keys:
        every = "select p.period, 0 as change from periods as p"
    partition = f"partition by {names.rstrip(', ')} " if fact.keys else ""
    return (
        f"with moved as (\n{moved}\n)\n"
        f"select {names}period, sum(sum(change)) over ({partition}order by period) as {column}\n"
        f"from (select {names}period, change from moved union all {every})\ngroup by {names}period"
    )
