"""How unequally an amount is spread over customers: the share of the largest, Gini's and Herfindahl's figures.

Customers with a negative amount are left out of all, those with none out of the share of the largest.
"""

from __future__ import annotations

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.nested import per_holder
from warehouse.compile.plan import Leaf

_IN_ORDER = {  # over customers in the order of what they hold, the largest first
    "top_share": "sum(case when place <= {largest} then held end) / sum(held)",
    "gini": "sum((2 * (holders - place) + 1 - holders) * held) / nullif(max(holders{unbiased}) * sum(held), 0)",
    "holders_of_share": "count(case when coalesce(before, 0) < {share} * whole * (1 - 1e-12) then 1 end) / max(holders)",
}
_HERFINDAHL = "sum(held * held) / nullif(sum(held) * sum(held), 0)"
_OF_LARGEST = "list_sum(max(held, {n})) / sum(held)"
_FEW = 1000  # so many are picked without putting all in order
_HELD = {"top_share": "> 0"}  # of the others also those that hold nothing


def compile_concentration(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` of the metric `of`, customer by customer; equal amounts are ordered by the customer's id."""
    spec, parameters = leaf.metric.spec, leaf.parameters
    inner, keys = per_holder(compilation, spec["each"], {"held": spec["of"]})
    shared = [*keys, *compilation.period_column]
    names = "".join(f"{name}, " for name in shared)
    held = f"select {names}cast(held as double) as held, holder_id\nfrom (\n{inner}\n) where held {_HELD.get(spec['measure'], '>= 0')}"
    share, count = float(parameters.get("p", 0)), int(parameters.get("n", 0))
    if spec["measure"] == "herfindahl":
        measure = _HERFINDAHL
    elif 0 < count <= _FEW and not share:
        measure = _OF_LARGEST.format(n=count)
    else:
        partition = f"partition by {', '.join(shared)}" if shared else ""
        held = (
            f"select *, count(*) over ({partition}) as holders, sum(held) over ({partition}) as whole,\n"
            f"       row_number() over ranked as place, sum(held) over (ranked rows between unbounded preceding and 1 preceding)"
            f" as before\nfrom (\n{held}\n)\nwindow ranked as ({partition} order by held desc, holder_id)"
        )
        largest = f"ceil({compilation.bind(share)} * holders - 1e-9)" if share else str(count)
        unbiased = " - 1" if parameters.get("form") == "unbiased" else ""
        asked = compilation.bind(float(parameters.get("share", 0)))
        measure = _IN_ORDER[spec["measure"]].format(largest=largest, unbiased=unbiased, share=asked)
    sql = f"select {names}{measure} as {leaf.column}, count(*) as {leaf.count}\nfrom (\n{held}\n)"
    return Relation(sql + ("\ngroup by all" if shared else ""), (leaf.column, leaf.count), keys)
