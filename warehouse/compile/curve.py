"""Kaplan-Meier curves by age: the share that goes on, a row per age at which something ended, or at one age.

Their quantiles are in `survival`; lives of units, whose ages begin at their installation, in `life`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from warehouse.catalog import ERRORS
from warehouse.compile.cases import computed_relation
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.exposures import AGE, asked_age
from warehouse.compile.plan import Leaf
from warehouse.compile.survival import durations

if TYPE_CHECKING:
    from warehouse.science.survival import SurvivalCurve

Rows = Iterator[tuple[tuple[int, ...], list[Any]]]


def compile_curve(compilation: Compilation, leaf: Leaf) -> Relation:
    """The share of cases that still run, each group its own stratum; ages are in units of its `survival`."""
    from warehouse.science.survival import kaplan_meier

    by_age, asked = asked_age(compilation, leaf)
    plain = replace(compilation, keys=tuple(key for key in compilation.keys if key.alias != AGE))
    keys, groups = durations(plain, leaf)
    rows = [
        ((*group, *age), values)
        for group, duration, ended in groups
        for age, values in rows_of_curve(kaplan_meier(duration, ended), by_age, asked, len(duration))
    ]
    columns = [leaf.column, *(f"{leaf.column}_{name}" for name in ERRORS), leaf.count]
    return computed_relation(compilation, [*keys, *([AGE] if by_age else [])], columns, rows)


def rows_of_curve(curve: SurvivalCurve, by_age: bool, asked: float | None, cases: int) -> Rows:
    """Age (where divided by it) with S, its standard error, its limits and the number at risk; without an asked
    age at the last follow-up. Divided by age there is a row for each whole age in whose last unit something ended:
    S at that age, of durations as long as they are.
    """
    import numpy as np

    at = curve.last_follow_up if asked is None else asked
    whole = np.ceil(curve.time)
    last_of_each = np.flatnonzero(np.diff(whole, append=np.inf))
    places = last_of_each if by_age else [int(np.searchsorted(curve.time, at, side="right")) - 1]
    for place in places:
        age = (int(whole[place]),) if by_age else ()
        if asked is not None and curve.at(asked) is None:
            yield age, [None] * 4 + [0.0]
        elif place < 0:
            yield age, [1.0 if cases else None, None, None, None, float(cases)]
        else:
            found = (curve.survival, curve.standard_error, curve.lower, curve.upper, curve.at_risk)
            yield age, [float(one[place]) for one in found]
