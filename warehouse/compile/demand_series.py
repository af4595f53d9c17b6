"""What is said of demand itself: its class, its forecast with the method chosen, and how far forecasts were off.

How series are read is in `series`; what to stock for them, in `stock_plan`.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.plan import Leaf, Plan
from warehouse.compile.series import Series, read_series, series_relation
from warehouse.compile.span import add_months
from warehouse.question import AskRefused, parse_figure

if TYPE_CHECKING:
    from warehouse.science.demand_forecast import Forecast
    from warehouse.science.maximum_likelihood import Floats

MONTH = "month"
LONGEST = 24  # months that are forecast one by one
_KEPT = 16
_made: OrderedDict[tuple[Any, ...], Forecast] = OrderedDict()


def forecast_of(series: Series, method: str, service: float, lead: Floats) -> Forecast:
    """The forecast of the series for two years, remembered for the same ones; `lead` in months."""
    from warehouse.science.demand_forecast import forecast

    digest = hashlib.sha256(series.demand.tobytes() + lead.tobytes()).digest()
    identity = (series.demand.shape, digest, method, service)
    if identity not in _made:
        _made[identity] = forecast(series.demand, LONGEST, method, service=service, lead=lead)
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return _made[identity]


def compile_series(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` of the series: a class or the chosen method of each holder, the forecast, or its error."""
    series = read_series(_by_holders(compilation), leaf)
    if not series.demand.shape[1]:
        compilation.note(
            "基准日之前没有完整的月份，需求无法分类或预测。",
            "There is no whole month before the as-of day; demand cannot be classed or forecast.",
        )
    measure = leaf.metric.spec["measure"]
    if measure in CLASSES:
        return _texts(compilation, leaf, series, _classes(leaf, series))
    return _MEASURES[measure](compilation, leaf, series)


def class_of_holder(compilation: Compilation, name: str) -> None:
    """Define `name` as (item_id, class) of all items, by all their demand as at the end of what is known."""
    import numpy as np
    import pyarrow as pa

    dimension = compilation.catalog.dimension(name)
    plain = replace(
        compilation, keys=(), filters=(), groups=None, restricting=(),
        span=replace(compilation.span, grain=None, periods=None, start=None, end=compilation.span.cut),
    )  # fmt: skip
    plan = Plan(plain.catalog, plain.span)
    plan.add(parse_figure(dimension.computed or name))
    (leaf,) = plan.leaves.values()
    series = read_series(plain, leaf)
    of_none = _classes(leaf, replace(series, demand=np.zeros((1, series.demand.shape[1]))))[0]
    found = compilation.register(pa.table({"holder_id": series.holder, "class": _classes(leaf, series)}))
    holder = compilation.catalog.dimension(dimension.of or "")
    compilation.define(
        name,
        f"select i.{holder.id_column}, coalesce(c.class, '{of_none}') as {name} from {holder.table} as i\n"
        f"left join {found} as c on c.holder_id = i.{holder.id_column}",
    )


def _by_holders(compilation: Compilation) -> Compilation:
    """The question without the months ahead, which divide what is computed and not what is read."""
    keys, restricting = (
        tuple(key for key in some if key.dimension.name != MONTH)
        for some in (compilation.keys, compilation.restricting)
    )
    if compilation.groups is not None and MONTH in {key.dimension.name for key in compilation.keys}:
        raise AskRefused(
            zh="按未来月份区分时不能用 --top。",
            en="Months ahead cannot be restricted by --top; leave it out.",
        )
    return replace(compilation, keys=keys, restricting=restricting)


def _classes(leaf: Leaf, series: Series) -> Any:
    from warehouse.science import intermittent

    return getattr(intermittent, leaf.metric.spec["measure"])(series.demand)


def _texts(compilation: Compilation, leaf: Leaf, series: Series, texts: Any) -> Relation:
    """A text per group: that of its only holder, for such metrics are asked per holder."""
    found: list[str | None] = [None] * series.count
    for place, text in zip(series.group.tolist(), texts.tolist(), strict=True):
        found[place] = text
    return series_relation(compilation, series, {leaf.column: found})


def _method(compilation: Compilation, leaf: Leaf, series: Series) -> Relation:
    return _texts(compilation, leaf, series, _forecast(leaf, series).method)


def _forecast(leaf: Leaf, series: Series) -> Forecast:
    lead = series.lead_months()
    return forecast_of(series, str(leaf.parameters["method"]), float(leaf.parameters["service"]), lead)


def _forecasts(compilation: Compilation, leaf: Leaf, series: Series) -> Relation:
    """Demand of the next `months` together, or month by month, with 95 % limits; items err independently."""
    import numpy as np

    from warehouse.science.demand_forecast import interval

    made, months = _forecast(leaf, series), int(leaf.parameters["months"])
    parts, by_month = [(made.total(months), made.total_variance(months))], {}
    if MONTH in compilation.key_columns:
        ahead = made.by_period(months)
        parts = [(ahead[:, place], made.variance_at(place)) for place in range(months)]
        names = [f"{add_months(series.end, place):%Y-%m}" for place in range(months)]
        by_month[MONTH] = np.repeat(names, series.count)
    mean, variance = (np.concatenate([series.summed(part[which]) for part in parts]) for which in (0, 1))
    low, high = interval(mean, np.sqrt(variance))
    columns = {
        leaf.column: mean, f"{leaf.column}_se": np.sqrt(variance), f"{leaf.column}_lo95": low,
        f"{leaf.column}_hi95": high, leaf.count: np.tile(series.counted(made.total(months)), len(parts)),
    }  # fmt: skip
    return series_relation(compilation, series, columns, **by_month)


def _errors(compilation: Compilation, leaf: Leaf, series: Series) -> Relation:
    """Mean over items of an error of the forecasts made `months` before the end, which is what they did not see."""
    import numpy as np

    from warehouse.science import forecast_error
    from warehouse.science.demand_forecast import forecast

    months = int(leaf.parameters["months"])
    known = max(series.demand.shape[1] - months, 0)
    history, actual = series.demand[:, :known], series.demand[:, known:]
    lead = series.lead_months()
    made = forecast(
        history, months, str(leaf.parameters["method"]), service=float(leaf.parameters["service"]), lead=lead
    )
    seen = (~np.isnan(history)).sum(axis=1) > 1
    values = np.full(len(actual), np.nan)
    if seen.any() and actual.shape[1]:
        measure = forecast_error.MEASURES[leaf.statistic]
        values[seen] = measure(actual[seen], made.ahead[seen, : actual.shape[1]], history[seen])
    if left_out := int(np.isnan(values).sum()):
        compilation.note(
            f"{left_out} 个物料的历史太短或没有变化，误差无从衡量，未计入。",
            f"Items whose history is too short or does not vary: {left_out}. They are left out.",
        )
    count = series.counted(values)
    mean = series.summed(values) / np.where(count > 0, count, np.nan)
    return series_relation(compilation, series, {leaf.column: mean, leaf.count: count})


CLASSES = ("demand_class", "variation_class")
_MEASURES: dict[str, Callable[[Compilation, Leaf, Series], Relation]] = {
    "method": _method,
    "forecast": _forecasts,
    "error": _errors,
}
