"""How many spare parts the units in service will need, with prediction limits (metrics, P11, P12).

The fits are made in `power_law` and `weibull`; what to order is in `stock_rules`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from warehouse.science.count_distribution import count_quantile
from warehouse.science.maximum_likelihood import Fit, Floats
from warehouse.science.power_law import expected_events


@dataclass(frozen=True)
class SpareNeed:
    """Parts needed over a horizon, with one-sided prediction limits on either side.

    `lower` and `upper` take the fitted law as the truth; the widened ones add what `standard_error`, of the
    expectation, says about how well it is known. A buyer looks at `widened_upper`.
    """

    expected: float
    standard_error: float
    lower: int
    upper: int
    widened_lower: int
    widened_upper: int


def recurrent_need(
    found: Fit, age: ArrayLike, horizon: ArrayLike, usage_rate: ArrayLike = 1.0, confidence: float = 0.95
) -> SpareNeed:
    """Replacements of repaired units: sum of M(t + u h) - M(t), M a power law (Meeker & Escobar 1998, 12).

    Per unit `age` t (below 0: installed that much later), `horizon` h (shorter for a unit to be retired) and
    `usage_rate` u of age per time. Counts are Poisson around an expectation of limited accuracy.
    """
    start, end = _ages(age, horizon, usage_rate)
    added = expected_events(found.parameters, start, end)
    expected = float(added.sum())
    return _need(expected, expected, _gradient(found, start, end, np.ones_like(added)), found, confidence)


def one_shot_need(
    found: Fit,
    age: ArrayLike,
    horizon: ArrayLike,
    usage_rate: ArrayLike = 1.0,
    weights: ArrayLike = 1.0,
    confidence: float = 0.95,
) -> SpareNeed:
    """First failures of parts in service: sum of n [F(t + u h) - F(t)] / [1 - F(t)] for a Weibull F.

    Arguments as in `recurrent_need`; `weights` n is the number of like parts.
    """
    start, end = _ages(age, horizon, usage_rate)
    weight = np.broadcast_to(np.asarray(weights, dtype=float), start.shape)
    survive = np.exp(-expected_events(found.parameters, start, end))
    expected = float(weight @ (1 - survive))
    variance = float(weight @ (survive * (1 - survive)))
    return _need(expected, variance, _gradient(found, start, end, weight * survive), found, confidence)


def _ages(age: ArrayLike, horizon: ArrayLike, usage_rate: ArrayLike) -> tuple[Floats, Floats]:
    start = np.atleast_1d(np.asarray(age, dtype=float))
    start, end = np.broadcast_arrays(start, start + np.asarray(horizon) * np.asarray(usage_rate))
    return np.maximum(start, 0), np.maximum(end, 0)


def _gradient(found: Fit, start: Floats, end: Floats, weight: Floats) -> Floats:
    """Gradient in (shape, scale) of the weighted sum of added cumulative hazard."""
    shape, scale = found.parameters["shape"], found.parameters["scale"]

    def slopes(age: Floats) -> Floats:
        relative = age / scale
        hazard = relative**shape
        return np.array([weight @ (hazard * np.log(np.where(age > 0, relative, 1))), weight @ hazard])

    by_shape, total = slopes(end) - slopes(start)
    return np.array([by_shape, -total * shape / scale])


def _need(expected: float, variance: float, gradient: Floats, found: Fit, confidence: float) -> SpareNeed:
    uncertain = float(gradient @ found.covariance @ gradient)
    limits = [
        count_quantile(expected, spread, p)
        for spread in (variance, variance + uncertain)
        for p in (1 - confidence, confidence)
    ]
    return SpareNeed(expected, uncertain**0.5, *limits)
