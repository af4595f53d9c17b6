"""Demand as series: per holder (an item, or what else divides the question beside it) a row of monthly amounts.

What is made of the series is in `demand_series` and `stock_plan`; the holders' other figures stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.extent import extent
from warehouse.compile.hidden_demand import months_without_stock
from warehouse.compile.nested import per_holder
from warehouse.compile.plan import Leaf, Plan
from warehouse.compile.span import Span, add_months, next_period, period_of
from warehouse.question import parse_figure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from warehouse.science.maximum_likelihood import Floats

GRAIN = "month"
DAYS_PER_MONTH = 365.25 / 12
STARTS = "first_stocked_on"  # the figure that says since when a holder is stocked


@dataclass(frozen=True)
class Series:
    """Holders in rows. `demand` by whole months up to `end`, nan before a holder was first stocked, and in months
    without demand in which it was out of stock throughout.

    `holders` names rows to read with their `number`, keys and holder_id; `groups` those of the question's `keys`, one
    per group, numbered by `place`; `group` is each holder's place. `inputs` are figures per holder as at the end of the question, nan where there is none.
    """

    keys: tuple[str, ...]
    holders: str
    groups: str
    count: int
    group: NDArray[Any]
    holder: NDArray[Any]
    end: date
    demand: Floats
    inputs: Mapping[str, Floats]

    def summed(self, values: Floats) -> Floats:
        """Per group the sum over its holders that have a value; nan where none has."""
        import numpy as np

        known = ~np.isnan(values)
        total = np.bincount(self.group[known], values[known], minlength=self.count)
        return np.where(self.counted(values) > 0, total, np.nan)

    def figure(self, name: str) -> Floats:
        """A figure of each holder; nan for all where the question's dimensions do not divide it."""
        import numpy as np

        return self.inputs[name] if name in self.inputs else np.full(len(self.demand), np.nan)

    def lead_months(self) -> Floats:
        """Lead time in months where it is known."""
        return self.figure("lead_days") / DAYS_PER_MONTH

    def counted(self, values: Floats) -> Floats:
        """Per group how many holders have a value."""
        import numpy as np

        return np.bincount(self.group[~np.isnan(values)], minlength=self.count).astype(float)


def read_series(compilation: Compilation, leaf: Leaf) -> Series:
    """The series of a metric's demand (`amounts`: the first that the question's dimensions divide), and its `inputs`.

    A series runs over whole months to the end of the question, from its start; without one, from the day a holder
    was first stocked, and where that is not known from the first demand of all. It is read once per statement.
    """
    spec = leaf.metric.spec
    figures = {STARTS: STARTS, **spec.get("inputs", {})}
    askable = {name: text for name, text in figures.items() if _is_askable(compilation, text)}
    of = _demand_figure(compilation, leaf)
    identity = (
        of, tuple(askable.items()), compilation.span, compilation.groups,
        *(key.text for key in (*compilation.keys, *compilation.restricting)),
        *(one for _, one in compilation.filters),
    )  # fmt: skip
    if identity not in compilation.read:
        compilation.read[identity] = _read(compilation, leaf, of, askable)
    series: Series = compilation.read[identity]
    return series


def series_relation(
    compilation: Compilation, series: Series, columns: Mapping[str, Any], **more_keys: Any
) -> Relation:
    """A relation of one row per group from one array per column, in the order of `place`; nan is null.

    With `more_keys`, arrays too, the groups come again for each of their values.
    """
    import numpy as np
    import pyarrow as pa

    rows = len(next(iter(columns.values())))
    values = {"place": np.arange(rows) % series.count, **more_keys, **columns}
    name = compilation.register(
        pa.table({key: pa.array(one, from_pandas=True) for key, one in values.items()})
    )
    shown = [f"cast({one} as bigint) as {one}" if one.endswith("_n") else one for one in columns]
    keys = (*series.keys, *more_keys)
    return Relation(
        f"select {', '.join([*keys, *shown])} from {series.groups} join {name} using (place)",
        tuple(columns),
        keys,
    )


def _demand_figure(compilation: Compilation, leaf: Leaf) -> str:
    """Which demand is read; that of a kind where a dimension does not divide the usual one, and a note then."""
    first, *others = leaf.metric.spec["amounts"]
    source = leaf.parameters["source"]
    if source != leaf.metric.parameters["source"].default:
        return f"{first}@source={source}"
    found = next((text for text in (first, *others) if _is_askable(compilation, text)), first)
    if found != first:
        compilation.note(
            f"按此维度只能用 {found} 作为需求。", f"By these dimensions demand is read as {found}."
        )
    return str(found)


def _is_askable(compilation: Compilation, text: str) -> bool:
    """Whether a figure can be divided and filtered by all that the question names."""
    figure = parse_figure(text)
    metric = compilation.catalog.metric(figure.metric).with_choices(dict(figure.parameters))
    asked = [*compilation.keys, *compilation.restricting, *(key for key, _ in compilation.filters)]
    known = {*compilation.catalog.dimensions_of(metric), *metric.constant_over}
    return all(key.dimension.name in known for key in asked)


def _read(compilation: Compilation, leaf: Leaf, of: str, inputs: Mapping[str, str]) -> Series:
    import numpy as np

    span, each = compilation.span, str(leaf.metric.spec["each"])
    end = period_of(span.end, GRAIN)  # what follows is an unfinished month
    asked_since, first = (
        _first_months(compilation, of) if span.start is None else [_whole_month(span.start)] * 2
    )
    monthly = replace(span, grain=GRAIN, periods=(), start=first, end=end)
    amounts, keys = _answered(compilation, monthly, each, {"amount": of})
    beside = amounts
    if inputs:
        beside, _ = _answered(compilation, replace(span, grain=None, start=None), each, inputs)
    holders, groups = _numbered(compilation, keys, amounts, beside)
    same = " and ".join(f"t.{name} is not distinct from h.{name}" for name in (*keys, "holder_id"))
    figures = "".join(f", {_number(name, first)} as {name}" for name in inputs)
    found = compilation.execute(
        f"select h.number, h.place, h.holder_id{figures}\n"
        f"from {holders} as h left join {beside} as t on {same} order by h.number"
        if inputs
        else f"select number, place, holder_id from {holders} order by number"
    ).fetchnumpy()
    monthly_amounts = compilation.execute(
        f"select h.number, date_diff('month', {_day(first)}, t.period) as month, cast(t.amount as double) as amount\n"
        f"from {amounts} as t join {holders} as h on {same} where t.amount > 0"
    ).fetchnumpy()
    months = max(_months(first, end), 0)
    demand = np.zeros((len(found["number"]), months))
    demand[monthly_amounts["number"], monthly_amounts["month"]] = monthly_amounts["amount"]
    beside_it = {name: np.ma.filled(found[name].astype(float), np.nan) for name in inputs}
    _begin(demand, beside_it.pop(STARTS, None), _months(first, asked_since))
    bounds = [(add_months(first, month), add_months(first, month + 1)) for month in range(months)]
    number, month = months_without_stock(compilation, leaf, of, holders, bounds)
    hidden = demand[number, month] == 0
    demand[number[hidden], month[hidden]] = np.nan
    count = int(found["place"].max(initial=-1)) + 1 if keys else 1
    return Series(keys, holders, groups, count, found["place"], found["holder_id"], end, demand, beside_it)


def _numbered(compilation: Compilation, keys: tuple[str, ...], *tables: str) -> tuple[str, str]:
    """All holders of some tables with their `number` and the `place` of their group, and the groups by place."""
    shared = ", ".join([*keys, "holder_id"])
    place = f"dense_rank() over (order by {', '.join(keys)}) - 1" if keys else "0"
    every = " union ".join(f"select {shared} from {name}" for name in dict.fromkeys(tables))
    holders = compilation.materialize(
        f"select *, row_number() over (order by {shared}) - 1 as number, {place} as place from (select distinct * from ({every}))"
    )
    listed = ", ".join(["place", *keys])
    return holders, compilation.materialize(
        f"select distinct {listed} from {holders}" if keys else "select 0 as place"
    )


def _begin(demand: Floats, starts: Floats | None, usual: int) -> None:
    """Mark as unknown the months before a holder's start, the `usual` where none is known, unless it was asked for
    earlier still."""
    import numpy as np

    if not demand.size:
        return
    known = np.full(len(demand), np.nan) if starts is None else starts
    asked = np.where(demand.any(axis=1), (demand > 0).argmax(axis=1), demand.shape[1])
    before = np.minimum(np.where(np.isnan(known), usual, known), asked)
    demand[np.arange(demand.shape[1]) < before[:, None]] = np.nan


def _answered(
    compilation: Compilation, span: Span, each: str, figures: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    """A registered table of figures per holder (keys, holder_id, period, figures), and the key columns."""
    inner = replace(compilation, span=span, tables={}, parameters={})
    sql, keys = per_holder(inner, each, dict(figures))
    return inner.materialize(sql), keys


def _first_months(compilation: Compilation, of: str) -> tuple[date, date]:
    """The month of the first demand, and of the first demand or stock, of all holders that the asker may see."""
    plain = replace(
        compilation, keys=(), filters=(), groups=None, restricting=(), tables={}, parameters={},
        span=replace(compilation.span, start=None),
    )  # fmt: skip
    days = []
    for figure in (of, STARTS):
        plan = Plan(plain.catalog, plain.span)
        plan.add(parse_figure(figure))
        found = [day for leaf in plan.leaves.values() for day in extent(plain, leaf) if day is not None]
        days.append(period_of(min(found, default=compilation.span.end), GRAIN))
    return days[0], min(days)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _whole_month(start: date) -> date:
    month = period_of(start, GRAIN)
    return month if month == start else next_period(month, GRAIN)


def _day(day: date) -> str:
    return f"date '{day.isoformat()}'"


def _number(name: str, first: date) -> str:
    """A figure beside a series as a number; the day that it starts on as a month of it."""
    return f"date_diff('month', {_day(first)}, t.{name})" if name == STARTS else f"cast(t.{name} as double)"
