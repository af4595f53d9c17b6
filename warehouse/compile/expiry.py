"""Stock that will expire before it is asked for: lots against the forecast, the first to expire going first.

How series are read is in `series`; the rule is `leftover_at_expiry` in `science.stock_plan`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.demand_series import forecast_of
from warehouse.compile.fact import Fact
from warehouse.compile.key import resolve_key
from warehouse.compile.plan import Leaf
from warehouse.compile.series import DAYS_PER_MONTH, Series, read_series, series_relation
from warehouse.compile.window import define_windows

if TYPE_CHECKING:
    from numpy.typing import NDArray


def compile_expiry(compilation: Compilation, leaf: Leaf) -> Relation:
    """Value of what is expected to be left of each lot at its expiry less `safety_days`, expired lots whole."""
    import numpy as np

    from warehouse.science.stock_plan import leftover_at_expiry

    series = read_series(compilation, leaf)
    made = forecast_of(
        series, str(leaf.parameters["method"]), float(leaf.parameters["service"]), series.lead_months()
    )
    lots = _lots(compilation, leaf, series)
    months = np.maximum(lots["days"] - float(leaf.parameters["safety_days"]), 0) / DAYS_PER_MONTH
    at_risk = np.zeros(len(series.demand))
    starts = np.flatnonzero(np.diff(lots["number"], prepend=-1))
    for begin, end in pairwise([*starts, len(months)] if len(starts) else []):
        holder = int(lots["number"][begin])
        demand = made.of_item(holder).total(months[begin:end])
        left = leftover_at_expiry(lots["quantity"][begin:end], demand)
        at_risk[holder] = (left * lots["unit_value"][begin:end]).sum()
    columns = {leaf.column: series.summed(at_risk), leaf.count: series.counted(at_risk)}
    return series_relation(compilation, series, columns)


def _lots(compilation: Compilation, leaf: Leaf, series: Series) -> dict[str, NDArray[Any]]:
    """The lots in stock that expire: their holder's number, days to expiry, quantity, value of a unit; first first."""
    spec = leaf.metric.spec
    holder = resolve_key(compilation.catalog, spec["each"])
    own = replace(compilation, tables={}, parameters={}, read={})
    extra = () if holder.alias in own.key_columns else (holder,)
    fact = Fact(
        replace(own, keys=(*own.keys, *extra), restricting=own.restricting or own.keys),
        spec["lots"],
        leaf.metric,
    )
    fact.joins["w"] = f"join {define_windows(own)} as w on {spec['stands']}"
    fact.restrict("f.expires_on is not null")
    names = ", ".join(fact.key_list())
    same = " and ".join(f"t.{name} is not distinct from h.{name}" for name in series.keys)
    found = own.fetch(
        f"""select h.number, cast(t.days as double) as days, cast(t.quantity as double) as quantity,
        cast(t.value as double) / cast(t.quantity as double) as unit_value
        from (
            select {names}, date_diff('day', w.at_on, f.expires_on) as days,
                sum(f.quantity) as quantity, sum(f.value) as value
            {fact.text} group by all
        ) as t join {series.holders} as h on h.holder_id = t.{holder.alias}{same and " and "}{same}
        where t.quantity > 0 order by h.number, t.days"""
    ).fetchnumpy()
    return dict(found)
