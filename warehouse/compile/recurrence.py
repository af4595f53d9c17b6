"""Replacements over the age of units: mean cumulative function, power law, time between them with its trend.

Whose ages these are is in `exposures`; life until the first replacement is in `life`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from warehouse.catalog import ERRORS
from warehouse.compile.cases import computed_relation
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.exposures import AGE, HALF_A_DAY, UnitGroup, asked_age, unit_groups
from warehouse.compile.plan import Leaf

if TYPE_CHECKING:
    from warehouse.science.maximum_likelihood import Fit


def power_law_of(group: UnitGroup) -> Fit:
    """The power-law process of a group's events; FitRefused where they carry none."""
    import numpy as np

    from warehouse.science import power_law

    seen = group.end > 0  # a unit of no age has had no time to fail in
    age = np.maximum(group.age, HALF_A_DAY)
    return power_law.fit(age[seen[group.unit]], group.end[seen], np.minimum(group.entry, group.end)[seen])


def compile_recurrence(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` mean_cumulative, or time_between with its trend test."""
    return _MEASURES[leaf.metric.spec["measure"]](compilation, leaf)


def _mean_cumulative(compilation: Compilation, leaf: Leaf) -> Relation:
    from warehouse.science.recurrence import mean_cumulative_function

    keys, groups = unit_groups(compilation, leaf.metric)
    by_age, asked = asked_age(compilation, leaf)
    columns = [leaf.column, *(f"{leaf.column}_{name}" for name in ERRORS), leaf.count]
    rows: list[tuple[tuple[Any, ...], list[Any]]] = []
    for group in groups:
        # a unit observed from a day on is at risk on that day: entry lies before it
        curve = mean_cumulative_function(group.unit, group.age, group.end, group.entry - HALF_A_DAY)
        at = (
            range(len(curve.age))
            if by_age
            else [curve.row_at(curve.last_follow_up if asked is None else asked)]
        )
        for row in at:
            if asked is not None and asked > curve.last_follow_up:
                values = [None] * 4 + [float((group.end >= asked).sum())]
            elif row is None:
                values = [0.0 if len(group.end) else None, None, None, None, float(len(group.end))]
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
    columns = [leaf.column, *(f"{leaf.column}_{name}" for name in ERRORS), leaf.count]
    rows = []
    for group in groups:
        found = mean_time_between(group.unit, group.age, group.end, group.entry)
        if found.note:
            compilation.note(**found.note)
        said = (found.value, found.standard_error, found.lower, found.upper)
        finite = [one if abs(one) != float("inf") else None for one in said]
        rows.append((group.key, [*finite, float(found.events)]))
    return computed_relation(compilation, keys, columns, rows)


def _trend(compilation: Compilation, leaf: Leaf) -> Relation:
    """The statistic of a trend test over the ages of all events, and their number."""
    import numpy as np

    from warehouse.science.replacement_rate import laplace_trend, mil_hdbk_189_trend

    keys, groups = unit_groups(compilation, leaf.metric)
    rows: list[tuple[tuple[Any, ...], list[Any]]] = []
    for group in groups:
        start, end, events = group.entry[group.unit], group.end[group.unit], float(len(group.unit))
        if leaf.parameters["test"] == "laplace":
            value = laplace_trend(start, group.age, end).statistic
        elif not start.any():
            seen = end > 0  # a unit of no age has had no time to change in
            value = mil_hdbk_189_trend(np.maximum(group.age, HALF_A_DAY)[seen], end[seen]).statistic
        else:
            value = float("nan")
            compilation.note(
                "MIL-HDBK-189 检验要求从零龄开始观察，请用 Laplace 检验或去掉 --from。",
                "The test of MIL-HDBK-189 needs units observed from age 0; take Laplace's, or leave out --from.",
            )
        rows.append((group.key, [value, events]))
    return computed_relation(compilation, keys, [leaf.column, leaf.count], rows)


_MEASURES: dict[str, Callable[[Compilation, Leaf], Relation]] = {
    "mean_cumulative": _mean_cumulative,
    "time_between": _time_between,
    "trend": _trend,
}
