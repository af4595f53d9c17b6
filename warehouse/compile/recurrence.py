"""Replacements over the age of units: mean cumulative function, time between them, life until the first.

Every selected unit is at risk, also without event, on the day of its retirement still; filters and keys that
only an event has (part, reason) choose events, never units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from warehouse.catalog import Metric
from warehouse.compile.cases import Arrays, Group, computed_relation, grouped_cases
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact, is_reachable
from warehouse.compile.key import Key
from warehouse.compile.plan import Leaf

if TYPE_CHECKING:
    from numpy.typing import NDArray

AGE = "age"
HALF_A_DAY = 0.5


@dataclass(frozen=True)
class UnitGroup:
    """Units of one group and their events: `unit` is an event's position among the units; ages in days."""

    key: tuple[Any, ...]
    entry: NDArray[Any]
    end: NDArray[Any]
    unit: NDArray[Any]
    age: NDArray[Any]

    def first_events(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Per unit the age at its first event or at its end, and whether it had an event."""
        import numpy as np

        first = np.full(len(self.end), np.inf)
        np.minimum.at(first, self.unit, self.age)
        return np.minimum(first, self.end), first <= self.end


def unit_groups(compilation: Compilation, metric: Metric) -> tuple[list[str], list[UnitGroup]]:
    """Key columns, and all units with their events by group."""
    units_table, events_table = (compilation.catalog.tables[one.table] for one in metric.sources[:2])
    on_unit = [key for key in compilation.keys if is_reachable(key, units_table)]
    on_event = [key for key in compilation.keys if key not in on_unit and key.dimension.name != AGE]
    units, names = _units(compilation, metric, units_table.name, on_unit)
    events, event_names = _events(compilation, metric, events_table.name, on_event)
    groups = []
    for group in units:
        order, cases = _by_unit(group.cases)
        for event in events or ([] if event_names else [Group((), _nothing())]):
            unit, age = _located(order, cases["end"], event.cases)
            groups.append(UnitGroup((*group.key, *event.key), cases["entry"], cases["end"], unit, age))
    return [*names, *event_names], groups


def _units(
    compilation: Compilation, metric: Metric, table: str, keys: list[Key]
) -> tuple[list[Group], list[str]]:
    filters = tuple(
        one for one in compilation.filters if one[0].dimension.is_on(compilation.catalog.tables[table])
    )
    fact = Fact(replace(compilation, keys=tuple(keys), filters=filters, groups=None), table, metric)
    end = compilation.bind(compilation.span.end)
    retired = f"least(coalesce(f.retired_on, {end}), {end})"
    begin = compilation.span.start
    entry = f"date_diff('day', f.installed_on, {compilation.bind(begin)})" if begin else "0"
    fact.restrict(f"f.installed_on < {end}", f"{retired} >= f.installed_on")
    fact.restrict(f"{retired} > {compilation.bind(begin)}" if begin else "")
    outputs = {
        "unit_id": "f.unit_id", "entry": f"cast(greatest(0, {entry}) as double)",
        "end": f"cast(date_diff('day', f.installed_on, {retired}) as double)",
    }  # fmt: skip
    return list(grouped_cases(compilation, fact.key_list(), outputs, fact.text)), list(fact.keys)


def _events(
    compilation: Compilation, metric: Metric, table: str, keys: list[Key]
) -> tuple[list[Group], list[str]]:
    units = compilation.catalog.tables[metric.sources[0].table]
    filters = tuple(one for one in compilation.filters if not one[0].dimension.is_on(units))
    fact = Fact(replace(compilation, keys=tuple(keys), filters=filters, groups=None), table, metric)
    begin = compilation.span.start
    fact.restrict(f"f.replaced_on < {compilation.bind(compilation.span.end)}")
    fact.restrict(f"f.replaced_on >= {compilation.bind(begin)}" if begin else "")
    outputs = {"unit_id": "f.unit_id", "age": "cast(f.age_days as double)"}
    return list(grouped_cases(compilation, fact.key_list(), outputs, fact.text)), list(fact.keys)


def _by_unit(cases: Arrays) -> tuple[NDArray[Any], Arrays]:
    order = cases["unit_id"].argsort(kind="stable")
    return cases["unit_id"][order], {name: values[order] for name, values in cases.items()}


def _located(units: NDArray[Any], end: NDArray[Any], events: Arrays) -> tuple[NDArray[Any], NDArray[Any]]:
    """Positions and ages of the events of these units; what is dated after a unit's end is left out."""
    import numpy as np

    if not len(units):
        return np.array([], dtype=int), np.array([])
    place = np.minimum(np.searchsorted(units, events["unit_id"]), len(units) - 1)
    ours = (units[place] == events["unit_id"]) & (events["age"] <= end[place]) & (events["age"] >= 0)
    return place[ours], events["age"][ours]


def _nothing() -> Arrays:
    import numpy as np

    return {"unit_id": np.array([], dtype=np.int64), "age": np.array([])}


def compile_recurrence(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` mean_cumulative, or time_between with its trend test."""
    return _MEASURES[leaf.metric.spec["measure"]](compilation, leaf)


def _mean_cumulative(compilation: Compilation, leaf: Leaf) -> Relation:
    from warehouse.science.recurrence import mean_cumulative_function

    keys, groups = unit_groups(compilation, leaf.metric)
    by_age, asked = _asked_age(compilation, leaf)
    columns = [leaf.column, *(f"{leaf.column}_{name}" for name in ("se", "lo95", "hi95")), leaf.count]
    rows: list[tuple[tuple[Any, ...], list[Any]]] = []
    for group in groups:
        # a unit observed from a day on is at risk on that day: entry lies before it
        curve = mean_cumulative_function(group.unit, group.age, group.end, group.entry - 0.5)
        at = (
            range(len(curve.age))
            if by_age
            else [curve.row_at(curve.last_follow_up if asked is None else asked)]
        )
        for row in at:
            if asked is not None and asked > curve.last_follow_up:
                values = [None] * 4 + [float((group.end >= asked).sum())]
            elif row is None:
                values = [0.0, None, None, None, float(len(group.end))]
            else:
                values = [
                    float(one[row])
                    for one in (curve.mean, curve.standard_error, curve.lower, curve.upper, curve.at_risk)
                ]
            age = (int(curve.age[row]),) if by_age and row is not None else ()
            rows.append(((*group.key, *age), values))
    return computed_relation(compilation, [*keys, *([AGE] if by_age else [])], columns, rows)


def _time_between(compilation: Compilation, leaf: Leaf) -> Relation:
    from warehouse.science.replacement_rate import mean_time_between

    keys, groups = unit_groups(compilation, leaf.metric)
    columns = [leaf.column, *(f"{leaf.column}_{name}" for name in ("lo95", "hi95")), leaf.count]
    rows = []
    for group in groups:
        found = mean_time_between(group.unit, group.age, group.end, group.entry)
        if found.note:
            compilation.note(**found.note)
        finite = [
            one if abs(one) != float("inf") else None for one in (found.value, found.lower, found.upper)
        ]
        rows.append((group.key, [*finite, float(found.events)]))
    return computed_relation(compilation, keys, columns, rows)


def compile_life(compilation: Compilation, leaf: Leaf) -> Relation:
    """Life until the first replacement: `measure` survival by age, or a parameter of the Weibull fit."""
    keys, groups = unit_groups(compilation, leaf.metric)
    if leaf.metric.spec["measure"] == "survival":
        return _survival(compilation, leaf, keys, groups)
    columns = [leaf.column, *(f"{leaf.column}_{name}" for name in ("se", "lo95", "hi95")), leaf.count]
    rows = [(group.key, _weibull(compilation, leaf, group)) for group in groups]
    return computed_relation(compilation, keys, columns, rows)


def _survival(compilation: Compilation, leaf: Leaf, keys: list[str], groups: list[UnitGroup]) -> Relation:
    from warehouse.science.survival import kaplan_meier

    by_age, asked = _asked_age(compilation, leaf)
    columns = [leaf.column, *(f"{leaf.column}_{name}" for name in ("se", "lo95", "hi95")), leaf.count]
    rows: list[tuple[tuple[Any, ...], list[Any]]] = []
    for group in groups:
        duration, ended = group.first_events()
        curve = kaplan_meier(duration, ended, group.entry - 0.5)
        for row in _rows_at(curve.time, by_age, curve.last_follow_up if asked is None else asked):
            if asked is not None and curve.at(asked) is None:
                values: list[Any] = [None] * 4 + [0.0]
            elif row < 0:
                values = [1.0, None, None, None, float(len(duration))]
            else:
                values = [
                    float(one[row])
                    for one in (curve.survival, curve.standard_error, curve.lower, curve.upper, curve.at_risk)
                ]
            rows.append(((*group.key, *((int(curve.time[row]),) if by_age else ())), values))
    return computed_relation(compilation, [*keys, *([AGE] if by_age else [])], columns, rows)


def _rows_at(ages: NDArray[Any], by_age: bool, asked: float) -> Iterator[int]:
    import numpy as np

    yield from range(len(ages)) if by_age else [int(np.searchsorted(ages, asked, side="right")) - 1]


def _weibull(compilation: Compilation, leaf: Leaf, group: UnitGroup) -> list[Any]:
    import numpy as np

    from warehouse.science import weibull
    from warehouse.science.maximum_likelihood import FitRefused

    duration, ended = group.first_events()
    duration = np.maximum(
        duration, HALF_A_DAY
    )  # replaced on the day of installation: some part of it had passed
    usable = duration > group.entry
    try:
        found = weibull.fit(duration[usable], ended[usable], group.entry[usable])
    except FitRefused as refused:
        compilation.note(**refused.reason)
        return [None, None, None, None, float(ended.sum())]
    if found.note:
        compilation.note(**found.note)
    name = leaf.metric.spec["measure"]
    if name == "b10":
        life = weibull.life_quantile(found, 0.10)
        return [life.value, life.standard_error, life.lower, life.upper, float(ended.sum())]
    return [found.parameters[name], found.standard_errors[name], *found.limits(name), float(ended.sum())]


def _asked_age(compilation: Compilation, leaf: Leaf) -> tuple[bool, float | None]:
    by_age = AGE in compilation.key_columns
    asked = leaf.parameters.get(AGE)
    return by_age, None if asked is None or asked == "" or float(asked) < 0 else float(asked)


_MEASURES: dict[str, Callable[[Compilation, Leaf], Relation]] = {
    "mean_cumulative": _mean_cumulative,
    "time_between": _time_between,
}
