"""Life of units until their first replacement: survival by age, and the Weibull law with what follows from it.

Whose ages these are is in `exposures`; all replacements of a unit are in `recurrence`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.catalog import ERRORS
from warehouse.compile.cases import computed_relation
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.curve import rows_of_curve
from warehouse.compile.exposures import AGE, HALF_A_DAY, UnitGroup, asked_age, unit_groups
from warehouse.compile.plan import Leaf

if TYPE_CHECKING:
    from warehouse.science.maximum_likelihood import Fit

TENTH = 0.10
_ONE_SIDED = 0.975  # a bound that belongs to a two-sided 95 % interval of which the other end is open


def weibull_of(group: UnitGroup) -> Fit:
    """The Weibull law of a group's first lives, late entry counted; FitRefused where they carry none."""
    import numpy as np

    from warehouse.science import weibull

    duration, ended, entry = group.first_lives()
    return weibull.fit(np.maximum(duration, HALF_A_DAY), ended, entry)


def compile_life(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` survival by age, or a parameter of the Weibull fit, or the age at which a tenth has failed."""
    keys, groups = unit_groups(compilation, leaf.metric)
    columns = [leaf.column, *(f"{leaf.column}_{name}" for name in ERRORS), leaf.count]
    if leaf.metric.spec["measure"] == "survival":
        return _survival(compilation, leaf, keys, columns, groups)
    rows = [(group.key, _weibull(compilation, leaf, group)) for group in groups]
    return computed_relation(compilation, keys, columns, rows)


def _survival(
    compilation: Compilation, leaf: Leaf, keys: list[str], columns: list[str], groups: list[UnitGroup]
) -> Relation:
    from warehouse.science.survival import kaplan_meier

    by_age, asked = asked_age(compilation, leaf)
    rows: list[tuple[tuple[Any, ...], list[Any]]] = []
    for group in groups:
        duration, ended, entry = group.first_lives()
        curve = kaplan_meier(duration, ended, entry)
        rows += [
            ((*group.key, *age), values) for age, values in rows_of_curve(curve, by_age, asked, len(duration))
        ]
    return computed_relation(compilation, [*keys, *([AGE] if by_age else [])], columns, rows)


def _weibull(compilation: Compilation, leaf: Leaf, group: UnitGroup) -> list[Any]:
    """Value, standard error, limits and failures."""
    from warehouse.science import weibull
    from warehouse.science.maximum_likelihood import FitRefused

    measure, failures = leaf.metric.spec["measure"], float(group.first_lives()[1].sum())
    try:
        found = weibull_of(group)
    except FitRefused as refused:
        compilation.note(**refused.reason)
        return [None, None, _bound(compilation, measure, group), None, failures]
    if measure in ("b10", "mean_life"):
        life = weibull.life_quantile(found, TENTH) if measure == "b10" else weibull.mean_life(found)
        if life.value > float(group.end.max()):
            compilation.note(
                f"{leaf.metric.label.zh} {life.value:,.0f} 天超出已观察的最大使用时间，属外推。",
                f"{leaf.metric.label.en} {life.value:,.0f} days lies beyond the oldest age observed: extrapolated.",
            )
        return [life.value, life.standard_error, life.lower, life.upper, failures]
    return [found.parameters[measure], found.standard_errors[measure], *found.limits(measure), failures]


def _bound(compilation: Compilation, measure: str, group: UnitGroup) -> float | None:
    """Lower limit of a life that no fit tells, from the time without failure at a constant rate (Weibayes)."""
    import math

    import numpy as np

    from warehouse.science.weibull import weibayes_scale

    duration, ended, entry = group.first_lives()
    exposure = np.maximum(duration, HALF_A_DAY) - np.maximum(entry, 0)
    if measure == "shape" or ended.sum() > 1 or not exposure.sum() > 0:
        return None
    scale = weibayes_scale(exposure, 1.0, float(ended.sum()), confidence=_ONE_SIDED)
    compilation.note(
        f"没有拟合时只给出下限：按恒定失效率，特征寿命高于 {scale:,.0f} 天。",
        f"Without a fit there is a lower limit only: at a constant rate the scale is above {scale:,.0f} days.",
    )
    return scale * -math.log1p(-TENTH) if measure == "b10" else scale  # whose mean life is the scale itself
