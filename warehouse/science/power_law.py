"""The cumulative hazard (t/eta)^beta: fitted to events in exposures, whether units are renewed or repaired.

Repaired units: the power-law process (Crow-AMSAA; metrics, P10). A renewed part has the same likelihood, with
at most one event per exposure: `weibull` says what is particular to it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from warehouse.science.maximum_likelihood import (
    Estimate,
    Fit,
    FitRefused,
    Floats,
    delta_estimate,
    fit_from_information,
)

SHAPE_RANGE = (1e-3, 1e3)


def fit(
    event_age: ArrayLike,
    end_age: ArrayLike,
    entry_age: ArrayLike | None = None,
    *,
    truncation: Literal["time", "failure"] = "time",
    unbiased: bool = False,
) -> Fit:
    """Shape beta and scale eta of a power-law process: M(t) = (t/eta)^beta events are expected by age t.

    `event_age`: of all events of all units; `end_age`, `entry_age`: per unit, those without event too.
    Maximum likelihood, or with `unbiased` the shape times (N-1)/N (observation ended at fixed times) or
    (N-2)/N (at the last failure), the scale to match; the note names which. Raises `FitRefused` for fewer
    than 2 events (unbiased after failure: 3) or without a maximum.
    """
    ages, end = np.asarray(event_age, dtype=float), np.asarray(end_age, dtype=float)
    entry = np.zeros(len(end)) if entry_age is None else np.asarray(entry_age, dtype=float)
    found = fit_hazard(ages, np.ones(len(ages)), np.maximum(entry, 0), end, np.ones(len(end)))
    if not unbiased:
        return replace(found, note={"zh": "最大似然估计 (MLE)。", "en": "Maximum likelihood (MLE)."})
    lost = 1 if truncation == "time" else 2
    count = len(ages)
    if count <= lost:
        raise _too_few(count, lost + 1)
    shape = found.parameters["shape"] * (count - lost) / count
    scale = (float((end**shape - np.maximum(entry, 0) ** shape).sum()) / count) ** (1 / shape)
    return replace(
        found,
        parameters={"shape": shape, "scale": scale},
        note={
            "zh": f"偏差校正: 形状参数乘以 (N-{lost})/N；标准误与似然为最大似然估计的值。",
            "en": f"Bias-corrected: shape times (N-{lost})/N; errors and likelihood are those of the MLE.",
        },
    )


def expected_events(parameters: Mapping[str, float], start_age: ArrayLike, end_age: ArrayLike) -> Floats:
    """M(end) - M(start) per unit; an age not above 0 is before service and counts nothing."""
    shape, scale = parameters["shape"], parameters["scale"]
    start, end = (np.maximum(np.asarray(age, dtype=float), 0) / scale for age in (start_age, end_age))
    return np.asarray(end**shape - start**shape)


def expected_events_estimate(
    found: Fit, start_age: ArrayLike, end_age: ArrayLike, confidence: float = 0.95
) -> Estimate:
    """Sum over units of `expected_events`, with limits from the covariance of the parameters."""
    shape, scale = found.parameters["shape"], found.parameters["scale"]
    total = float(expected_events(found.parameters, start_age, end_age).sum())
    in_log = _sum_log_power(end_age, shape, scale) - _sum_log_power(start_age, shape, scale)
    return delta_estimate(found, total, (in_log, -total * shape / scale), confidence)


def _sum_log_power(age: ArrayLike, shape: float, scale: float) -> float:
    relative = np.maximum(np.asarray(age, dtype=float), 0) / scale
    return float((relative**shape * _log(relative)).sum())


def fit_hazard(event_age: Floats, event_weight: Floats, start: Floats, end: Floats, weight: Floats) -> Fit:
    """Maximum likelihood of (t/eta)^beta from weighted events and weighted exposures (start, end].

    The scale is profiled out; the shape is the root of the score. n is the weight of the exposures.
    """
    from scipy.optimize import brentq

    _check(event_age, start, end)
    count = float(event_weight.sum())
    if count < 2:
        raise _too_few(count, 2)
    unit = float(end.max())  # powers of ages relative to the greatest cannot overflow
    ages, signed = _distinct(end / unit, start / unit, weight)
    log_ages = np.log(ages)
    sum_log = float(event_weight @ np.log(event_age / unit))

    def powers(shape: float, degree: int) -> float:
        """Weighted sum over exposures of t^shape (ln t)^degree at the end less the same at the start."""
        return float(signed @ (ages**shape * log_ages**degree))

    def surface(shape: float, scale: float) -> float:
        relative = scale / unit
        per_event = math.log(shape) - shape * math.log(relative) - math.log(unit)
        return count * per_event + (shape - 1) * sum_log - powers(shape, 0) * relative**-shape

    def score(shape: float) -> float:
        return count / shape + sum_log - count * powers(shape, 1) / powers(shape, 0)

    low, high = SHAPE_RANGE
    if not score(low) > 0 > score(high):
        raise FitRefused(
            zh="失效年龄没有离散性，或观察期不足以确定形状参数；请扩大范围或延长观察期。",
            en="The ages at failure do not determine a shape; take more units or a longer observation.",
        )
    shape = float(brentq(score, low, high, xtol=1e-15, rtol=1e-14, maxiter=200))
    base = (powers(shape, 0) / count) ** (1 / shape)  # the scale relative to the greatest age
    found = fit_from_information(
        {"shape": shape, "scale": base * unit},
        _information(shape, base, unit, count, powers),
        surface(shape, base * unit),
        float(weight.sum()),
    )
    return replace(found, surface=surface)


def _distinct(end: Floats, start: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The distinct ages above 0 at which exposures end or, with a negative weight, begin: days are few."""
    entered = start > 0
    ages, which = np.unique(np.concatenate([end, start[entered]]), return_inverse=True)
    signed = np.bincount(which, weights=np.concatenate([weight, -weight[entered]])).astype(float)
    return ages[ages > 0], signed[ages > 0]


def _information(
    shape: float, base: float, unit: float, count: float, powers: Callable[[float, int], float]
) -> Floats:
    """Observed information of (shape, scale) at the maximum, where the cumulative hazard equals the count."""
    log_base, at_base = math.log(base), base**shape
    zero, one, two = (powers(shape, degree) for degree in range(3))
    first = (one - log_base * zero) / at_base  # sum of H ln(t/scale)
    second = (two - 2 * log_base * one + log_base**2 * zero) / at_base  # sum of H ln(t/scale)^2
    scale = base * unit
    mixed = -shape * first / scale
    return np.array([[count / shape**2 + second, mixed], [mixed, shape**2 * count / scale**2]])


def _log(value: Floats) -> Floats:
    """Logarithm with 0 for 0, where it stands beside a power of the same 0."""
    return np.log(np.where(value > 0, value, 1.0))


def _check(event_age: Floats, start: Floats, end: Floats) -> None:
    rules = [
        ("Event", np.isfinite(event_age) & (event_age > 0), "has no age above 0; give parts of a day"),
        ("Unit", np.isfinite(end) & (start <= end), "has an age at its end below that of its entry"),
    ]
    for what, holds, complaint in rules:
        if not holds.all():
            place = int(np.argmin(holds))
            raise ValueError(f"{what} {place} {complaint}; put its dates right or leave it out.")


def _too_few(count: float, needed: int) -> FitRefused:
    return FitRefused(
        zh=f"只有 {count:g} 次失效或更换，至少需要 {needed} 次；请扩大范围或延长观察期。",
        en=f"Failures or replacements: {count:g}, where {needed} are needed; "
        "take more units or a longer observation.",
    )
