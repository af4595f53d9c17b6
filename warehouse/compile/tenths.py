"""Holders in ten equal parts by an amount, the largest first: which tenth of the customers one belongs to.

Classes by a share in the amount itself are in `classes`.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.nested import per_holder
from warehouse.compile.plan import Leaf

_TENTH = "case when held is not null then printf('%d-%d', 10 * (tenth - 1), 10 * tenth) end"  # in per cent from the top


def _tenths(compilation: Compilation, holder: str, amount: str) -> tuple[str, tuple[str, ...]]:
    """SELECT of keys, holder_id, tenth; and the key columns. Equal amounts go by the holder's id."""
    inner, keys = per_holder(compilation, holder, {"held": amount})
    names = "".join(f"{name}, " for name in keys)
    ranked = (
        "select *, ceil(10.0 * row_number() over (order by held desc nulls last, holder_id) / nullif(count(held) over (), 0))"
        f"::integer as tenth from (\n{inner}\n)"
    )
    return f"select {names}holder_id, {_TENTH} as tenth from (\n{ranked}\n)", keys


def compile_tenths(compilation: Compilation, leaf: Leaf) -> Relation:
    """The tenth of each holder among all that are selected."""
    inner, keys = _tenths(compilation, leaf.metric.spec["each"], leaf.metric.spec["of"])
    names = "".join(f"{name}, " for name in keys)
    return Relation(f"select {names}tenth as {leaf.column} from (\n{inner}\n)", (leaf.column,), keys)


def tenth_of_holder(compilation: Compilation, name: str) -> None:
    """Define `name` as (holder's id, tenth) among all holders that the asker may see, as at the end of what is
    known."""
    plain = replace(
        compilation, keys=(), filters=(), groups=None, restricting=(),
        span=replace(compilation.span, grain=None, periods=None, start=None, end=compilation.span.cut),
    )  # fmt: skip
    spec = compilation.catalog.metric(name).spec
    inner, _ = _tenths(plain, spec["each"], spec["of"])
    compilation.define(name, f"select holder_id as {spec['each']}_id, tenth as {name} from (\n{inner}\n)")
