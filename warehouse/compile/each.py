"""What is counted per holder first (per customer: days with purchases) and then over all holders.

One holder is one row of the inner statement, whatever the number of facts behind it.
"""

from __future__ import annotations

from warehouse.compile.aggregate import in_range, is_additive, period_output
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact, choose_source, filled
from warehouse.compile.plan import Leaf


def compile_each(compilation: Compilation, leaf: Leaf) -> Relation:
    """The outer aggregate `sql` over the inner ones, which are grouped by keys, period and holder.

    With `standing` the inner ones take all that was before the end of the range.
    """
    spec, parameters = leaf.metric.spec, leaf.parameters
    fact = Fact(compilation, choose_source(compilation, leaf.metric).table, leaf.metric)
    fact.restrict(filled(compilation, spec.get("where", ""), parameters))
    fact.restrict(*in_range(compilation, spec["time"], leaf.start)[-1 if spec.get("standing") else 0 :])
    period = period_output(compilation, spec["time"])
    inner = [f"{filled(compilation, sql, parameters)} as {name}" for name, sql in spec["inner"].items()]
    holder = f"f.{spec['each']}_id as holder_id"
    names = [*fact.keys, *compilation.period_column]
    outer = f"{filled(compilation, spec['sql'], parameters)} as {leaf.column}"
    return Relation(
        f"select {', '.join([*names, outer])}\n"
        f"from (\nselect {', '.join([*fact.key_list(), *period, holder, *inner])}\n{fact.text}\ngroup by all\n)"
        + ("\ngroup by all" if names else ""),
        (leaf.column,),
        tuple(fact.keys),
        frozenset([leaf.column]) if is_additive(leaf.metric) else frozenset(),
    )
