"""How unequally an amount is spread over customers: the share of the largest, and Gini's coefficient.

Customers with a negative amount are left out of both, those with none out of the share of the largest.
"""

from __future__ import annotations

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.nested import per_holder
from warehouse.compile.plan import Leaf

_IN_ORDER = {  # over customers in the order of what they hold, the largest first
    "top_share": "sum(case when place <= {largest} then held end) / sum(held)",
    "gini": "sum((2 * (holders - place) + 1 - holders) * held) / nullif(max(holders) * sum(held), 0)",
}
_OF_LARGEST = "list_sum(max(held, {n})) / sum(held)"
_FEW = 1000  # so many are picked without putting all in order
_HELD = {"top_share": "> 0", "gini": ">= 0"}


def compile_concentration(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` of the metric `of`, customer by customer; equal amounts are ordered by the customer's id."""
    spec, parameters = leaf.metric.spec, leaf.parameters
    inner, keys = per_holder(compilation, spec["each"], {"held": spec["of"]})
    shared = [*keys, *compilation.period_column]
    names = "".join(f"{name}, " for name in shared)
    held = f"select {names}cast(held as double) as held, holder_id\nfrom (\n{inner}\n) where held {_HELD[spec['measure']]}"
    share, count = float(parameters.get("p", 0)), int(parameters.get("n", 0))
    if 0 < count <= _FEW and not share:
        measure = _OF_LARGEST.format(n=count)
    else:
        partition = f"partition by {', '.join(shared)}" if shared else ""
        held = (
            f"select *, count(*) over ({partition}) as holders,\n"
            f"       row_number() over ({partition} order by held desc, holder_id) as place\nfrom (\n{held}\n)"
        )
        largest = f"ceil({compilation.bind(share)} * holders - 1e-9)" if share else str(count)
        measure = _IN_ORDER[spec["measure"]].format(largest=largest)
    sql = f"select {names}{measure} as {leaf.column}, count(*) as {leaf.count}\nfrom (\n{held}\n)"
    return Relation(sql + ("\ngroup by all" if shared else ""), (leaf.column, leaf.count), keys)
