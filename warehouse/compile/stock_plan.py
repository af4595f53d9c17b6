"""Stock planned from forecast and lead time: safety stock, reorder point, cover, excess, and the service they give.

How demand is read is in `series`; the rules are in `science.stock_plan`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.demand_series import LONGEST, forecast_of
from warehouse.compile.fact import no_dimension
from warehouse.compile.plan import Leaf
from warehouse.compile.series import DAYS_PER_MONTH, Series, read_series, series_relation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from warehouse.science.demand_forecast import Forecast
    from warehouse.science.maximum_likelihood import Floats
    from warehouse.science.stock_plan import StockPlan

FEWEST_LEAD_TIMES = 3
WITHOUT_LEAD_TIME = ("cover_days", "order_quantity")


@dataclass(frozen=True)
class Planned:
    """The holders' series with their forecast, their plan, and the quantity ordered at a time."""

    series: Series
    made: Forecast
    plan: StockPlan
    quantity: Floats

    @property
    def point(self) -> Floats:
        """The reorder point in use: that of the policy, else the planned one."""
        return _first(self.series.figure("policy_point"), self.plan.reorder_point)


def compile_plan(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` of the plan, summed over the holders of a group that have one."""
    measure = leaf.metric.spec["measure"]
    planned = read_plan(compilation, leaf)
    if measure == "cover_days":
        return _cover(compilation, leaf, planned)
    values = _MEASURES[measure](planned)
    columns = {leaf.column: planned.series.summed(values), leaf.count: planned.series.counted(values)}
    return series_relation(compilation, planned.series, columns)


def read_plan(compilation: Compilation, leaf: Leaf) -> Planned:
    """The plan of the holders that the question selects; what had to be assumed is noted."""
    import numpy as np

    from warehouse.science.intermittent import demand_class
    from warehouse.science.stock_plan import plan_stock

    known = compilation.catalog.dimensions_of(leaf.metric)
    for key in (*compilation.keys, *compilation.restricting, *(key for key, _ in compilation.filters)):
        if key.dimension.name not in known:  # demand may have it, but no stock is kept for it
            raise no_dimension(compilation, leaf.metric, key)
    series, chosen = read_series(compilation, leaf), leaf.parameters
    lead, deviation = _lead(leaf, series)
    if leaf.metric.spec["measure"] not in WITHOUT_LEAD_TIME and float(chosen["lead_days"]) < 0:
        _note_lead(compilation, series, lead)
    service = float(chosen["service"])
    made = forecast_of(series, str(chosen["method"]), service, lead)
    review = float(chosen["review_days"]) / DAYS_PER_MONTH
    plan = plan_stock(made, demand_class(series.demand), lead, deviation, service, review)
    quantity = _first(
        series.figure("policy_quantity"), series.figure("mean_receipt"), np.maximum(made.ahead[:, 0], 0)
    )
    return Planned(series, made, plan, quantity)


def _lead(leaf: Leaf, series: Series) -> tuple[Floats, Floats]:
    """Lead time and its deviation in months: as given, else of three receipts at least, else the item's own."""
    import numpy as np

    given = float(leaf.parameters["lead_days"])
    if given >= 0:
        same = np.full(len(series.demand), given)
        return same / DAYS_PER_MONTH, 0 * same + float(
            leaf.parameters["lead_deviation_days"]
        ) / DAYS_PER_MONTH
    enough = _enough(series)
    days = np.where(
        enough, series.figure("lead_mean"), _first(series.figure("lead_days"), series.figure("lead_mean"))
    )
    deviation = np.where(enough, np.nan_to_num(series.figure("lead_deviation")), 0)
    return days / DAYS_PER_MONTH, deviation / DAYS_PER_MONTH


def _enough(series: Series) -> NDArray[np.bool_]:
    import numpy as np

    return np.asarray(np.nan_to_num(series.figure("lead_times")) >= FEWEST_LEAD_TIMES)


def _note_lead(compilation: Compilation, series: Series, lead: Floats) -> None:
    """Say of how many holders the lead time is taken as certain, or not known."""
    import numpy as np

    unsure, unknown = int((~_enough(series) & ~np.isnan(lead)).sum()), int(np.isnan(lead).sum())
    if unsure:
        compilation.note(
            f"{unsure} 个物料到货不足 {FEWEST_LEAD_TIMES} 次：提前期取物料档案，且视为不变。",
            f"Items with fewer than {FEWEST_LEAD_TIMES} receipts: {unsure}. The lead time of their record is taken, and "
            "taken as certain.",
        )
    if unknown:
        compilation.note(
            f"{unknown} 个物料没有提前期，无法计划；可在物料上填写或用 @lead_days= 指定。",
            f"Items without a lead time: {unknown}. They have no plan; give them one, or name it by @lead_days=.",
        )


def _first(*values: Floats) -> Floats:
    """Of each item the first value that is known and above 0, else the last."""
    import numpy as np

    found = values[-1]
    for one in reversed(values[:-1]):
        found = np.where(np.nan_to_num(one) > 0, one, found)
    return found


def _cover(compilation: Compilation, leaf: Leaf, planned: Planned) -> Relation:
    """Days until what is available of a group is used up by the forecast of all its holders."""
    import numpy as np

    from warehouse.science.stock_plan import periods_of_cover

    series = planned.series
    ahead = planned.made.by_period(LONGEST)
    of_groups = np.stack([np.nan_to_num(series.summed(ahead[:, month])) for month in range(LONGEST)], axis=1)
    available = np.nan_to_num(series.summed(series.figure("available")))
    days = periods_of_cover(of_groups, available) * DAYS_PER_MONTH
    if np.isnan(days).any():
        compilation.note(
            "没有预计需求的分组，可供天数为空。", "Where no demand is expected there is no cover."
        )
    return series_relation(compilation, series, {leaf.column: days, leaf.count: series.counted(ahead[:, 0])})


def _excess(planned: Planned) -> Floats:
    import numpy as np

    held, worth = (np.nan_to_num(planned.series.figure(name)) for name in ("on_hand", "worth"))
    over = np.maximum(held - planned.plan.reorder_point - planned.quantity, 0)
    return np.asarray(over * worth / np.where(held > 0, held, 1))


def _cycles(planned: Planned) -> Floats:
    """Orders a month that the forecast needs; nan where there is no plan or nothing to order."""
    import numpy as np

    rate, size = planned.made.ahead[:, 0], planned.quantity
    per_month = rate / np.where(size > 0, size, 1)
    return np.where((size > 0) & (rate > 0) & ~np.isnan(planned.plan.expected), per_month, np.nan)


def _items(planned: Planned) -> Floats:
    import numpy as np

    return (~np.isnan(_cycles(planned))).astype(float)


def _units(planned: Planned) -> Floats:
    return _cycles(planned) * planned.quantity


_MEASURES: dict[str, Callable[[Planned], Floats]] = {
    "safety_stock": lambda planned: planned.plan.safety_stock,
    "reorder_point": lambda planned: planned.plan.reorder_point,
    "order_quantity": lambda planned: planned.quantity,
    "excess_value": _excess,
    "items": _items,
    "cycles": _cycles,
    "cycles_served": lambda planned: _cycles(planned) * planned.plan.cycle_service(planned.point),
    "units": _units,
    "units_filled": lambda planned: _units(planned) * planned.plan.fill_rate(planned.point, planned.quantity),
}
