"""Months in which nobody could be served: that nothing was issued then says nothing of demand.

What becomes of such months is decided in `series`; which demand is hidden so, by the metric (`unmet`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.compile.context import Compilation
from warehouse.compile.fact import Fact, is_reachable
from warehouse.compile.key import resolve_key
from warehouse.compile.plan import Leaf

if TYPE_CHECKING:
    from numpy.typing import NDArray


def months_without_stock(
    compilation: Compilation, leaf: Leaf, of: str, holders: str, months: Sequence[tuple[date, date]]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Numbers of holders, and places of the months in which every depot that keeps them had nothing available.

    Only within a year of the last issue there: what nobody asks for any more is not missed.
    """
    import numpy as np

    spec = leaf.metric.spec
    condition = spec.get("unmet", {}).get(of)
    table = compilation.catalog.tables[spec["stock"]] if condition else None
    asked = [*compilation.keys, *compilation.restricting, *(key for key, _ in compilation.filters)]
    if table is None or not months or not all(is_reachable(key, table) for key in asked):
        return np.array([], dtype=int), np.array([], dtype=int)
    own = replace(compilation, tables={}, parameters={}, read={})
    holder = resolve_key(compilation.catalog, spec["each"])
    keys = own.keys if holder.alias in own.key_columns else (*own.keys, holder)
    fact = Fact(replace(own, keys=keys, restricting=own.restricting or own.keys), table.name, leaf.metric)
    fact.restrict(condition)
    names = tuple(fact.keys)
    same = " and ".join(f"l.{name} is not distinct from o.{name}" for name in names)
    known = " and ".join(
        f"h.{'holder_id' if name == holder.alias else name} is not distinct from o.{name}"
        for name in dict.fromkeys((*own.key_columns, holder.alias))
    )
    listed, outer = ", ".join(names), ", ".join(f"s.{name}" for name in names)
    starts, ends = ([one[place] for one in months] for place in (0, 1))
    found = own.fetch(
        f"""with span as (
            select {", ".join(fact.key_list())}, f.depot_id as place, f.valid_from, f.available,
                least(coalesce(f.valid_to, {own.bind(ends[-1])}), f.issued_on + 365) as until
            {fact.text} and f.issued_on is not null
        ),
        month as (
            select unnest({own.bind(list(range(len(months))))}::integer[]) as month,
                unnest({own.bind(starts)}::date[]) as starts, unnest({own.bind(ends)}::date[]) as ends
        ),
        kept as (select {listed}, place, min(valid_from) as since from span group by all),
        out as (
            select {outer}, m.month, m.starts, count(*) as places
            from span as s join month as m on s.valid_from <= m.starts and s.until >= m.ends
            where s.available <= 0
            group by all
        )
        select h.number, o.month from out as o join {holders} as h on {known}
        where o.places = (select count(*) from kept as l where {same} and l.since <= o.starts)"""
    ).fetchnumpy()
    return found["number"], found["month"]
