"""How unequally an amount is spread over customers: the share of the largest, and Gini's coefficient.

Customers with a negative amount are left out of both, those with none out of the share of the largest.
"""

from __future__ import annotations

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.nested import per_holder
from warehouse.compile.plan import Leaf

_MEASURE = {
    "top_share": "sum(case when place <= {largest} then held end) / sum(held)",
    "gini": "sum((2 * (holders - place) + 1 - holders) * held) / nullif(max(holders) * sum(held), 0)",
}
_HELD = {"top_share": ">", "gini": ">="}


def compile_concentration(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` of the metric `of`, customer by customer; equal amounts are ordered by the customer's id."""
    spec, parameters = leaf.metric.spec, leaf.parameters
    inner, keys = per_holder(compilation, spec["each"], {"held": spec["of"]})
    shared = [*keys, *compilation.period_column]
    partition = f"partition by {', '.join(shared)}" if shared else ""
    share = float(parameters.get("p") or 0)
    largest = (
        f"ceil({compilation.bind(share)} * holders - 1e-9)"
        if share
        else compilation.bind(int(parameters.get("n", 0)))
    )
    measure = _MEASURE[spec["measure"]].format(largest=largest)
    names = "".join(f"{name}, " for name in shared)
    sql = (
        f"select {names}{measure} as {leaf.column}, count(*) as {leaf.count}\nfrom (\n"
        f"select {names}cast(held as double) as held, count(*) over ({partition}) as holders,\n"
        f"       row_number() over ({partition} order by held desc, holder_id) as place\n"
        f"from (\n{inner}\n) where held {_HELD[spec['measure']]} 0\n)" + ("\ngroup by all" if shared else "")
    )
    return Relation(sql, (leaf.column, leaf.count), keys)
