"""Items classed by their share in an amount (Dickie 1951): A, B, C, and N without any.

The share before an item decides, so that the largest is always A.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.nested import per_holder
from warehouse.compile.plan import Leaf

_CLASS = "case when amount <= 0 then 'N' when before < 0.80 * whole then 'A' when before < 0.95 * whole then 'B' else 'C' end"


def classed(compilation: Compilation, holder: str, amount: str) -> tuple[str, tuple[str, ...]]:
    """SELECT of keys, holder_id, class; and the key columns. Equal amounts go by the holder's id."""
    inner, keys = per_holder(compilation, holder, {"held": amount})
    shared = [*keys, *compilation.period_column]
    over = f"partition by {', '.join(compilation.period_column)} " if compilation.period_column else ""
    sql = (
        f"select {''.join(f'{name}, ' for name in shared)}holder_id, {_CLASS} as class\nfrom (\n"
        f"select *, sum(amount) over ({over}) as whole, sum(amount) over ({over}order by amount desc, holder_id "
        "rows between unbounded preceding and current row) - amount as before\n"
        f"from (select *, greatest(cast(held as decimal(38, 4)), 0) as amount from (\n{inner}\n))\n)"
    )
    return sql, keys


def compile_classes(compilation: Compilation, leaf: Leaf) -> Relation:
    """The class of each holder among all that are selected."""
    inner, keys = classed(compilation, leaf.metric.spec["each"], leaf.metric.spec["of"])
    names = "".join(f"{name}, " for name in (*keys, *compilation.period_column))
    return Relation(f"select {names}class as {leaf.column} from (\n{inner}\n)", (leaf.column,), keys)


def class_of_item(compilation: Compilation, name: str) -> None:
    """Define `name` as (item_id, class) of every item, as at the end of what is known."""
    plain = replace(
        compilation, keys=(), filters=(), groups=None, restricting=(),
        span=replace(compilation.span, grain=None, periods=None, start=None, end=compilation.span.cut),
    )  # fmt: skip
    inner, _ = classed(plain, "item", "usage_value")
    compilation.define(
        name,
        f"select i.item_id, coalesce(c.class, 'N') as {name} from core.dim_item as i\n"
        f"left join (\n{inner}\n) as c on c.holder_id = i.item_id",
    )
