"""How many parts the units in service will need in the days to come, with prediction limits (metrics, P11, P12).

The laws are fitted in `recurrence` and `life`, over the ages in `exposures`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.catalog import ERRORS
from warehouse.compile.cases import computed_relation
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.exposures import UnitGroup, unit_groups
from warehouse.compile.life import weibull_of
from warehouse.compile.plan import Leaf
from warehouse.compile.recurrence import power_law_of

if TYPE_CHECKING:
    from warehouse.science.spares import SpareNeed

_EITHER_SIDE = 0.975


def compile_spare_need(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` expected: that number, the error of the expectation, limits of the number itself; or sufficient:
    the number that the need will not exceed with the probability asked. Counted are the units in service.
    """
    from warehouse.science.maximum_likelihood import FitRefused

    keys, groups = unit_groups(compilation, leaf.metric)
    shown = _sufficient if leaf.metric.spec["measure"] == "sufficient" else _expected
    limits = [f"{leaf.column}_{name}" for name in ERRORS if name in leaf.metric.limits]
    columns = [leaf.column, *limits, leaf.count]
    rows: list[tuple[tuple[Any, ...], list[Any]]] = []
    for group in groups:
        units = float(group.in_service.sum())
        try:
            rows.append((group.key, [*shown(leaf, group), units]))
        except FitRefused as refused:
            compilation.note(**refused.reason)
            rows.append((group.key, [None] * (len(columns) - 1) + [units]))
    return computed_relation(compilation, keys, columns, rows)


def _expected(leaf: Leaf, group: UnitGroup) -> list[float]:
    need = _need(leaf, group, _EITHER_SIDE)
    return [need.expected, need.standard_error, float(need.widened_lower), float(need.widened_upper)]


def _sufficient(leaf: Leaf, group: UnitGroup) -> list[float]:
    need = _need(leaf, group, float(leaf.parameters["service"]))
    return [float(need.widened_upper if leaf.parameters["error"] == "counted" else need.upper)]


def _need(leaf: Leaf, group: UnitGroup, confidence: float) -> SpareNeed:
    from warehouse.science.spares import one_shot_need, recurrent_need

    days = float(leaf.parameters["days"])
    if leaf.parameters["law"] == "one_shot":
        age = group.since_last_event()[group.in_service]
        return one_shot_need(weibull_of(group), age, days, confidence=confidence)
    return recurrent_need(power_law_of(group), group.end[group.in_service], days, confidence=confidence)
