"""Exponential smoothing of a level and of a pattern that comes again every season, items side by side.

Which items take it is decided in `demand_forecast`; demand without a season is in `intermittent`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.science.maximum_likelihood import Floats

SEASON = 12
FEWEST_PERIODS = 2 * SEASON
LEVEL_CONSTANTS, SEASON_CONSTANTS = (0.05, 0.1, 0.2, 0.4), (0.0, 0.05, 0.1, 0.3)


@dataclass(frozen=True)
class Seasonal:
    """`path`: the forecast of the next period that stood after each one; `ahead` after the last, of one season."""

    path: Floats
    ahead: Floats
    alpha: Floats


def seasonal_smoothing(demand: ArrayLike, fitted: int | None = None) -> Seasonal:
    """Additive Holt-Winters without a trend, ETS(A,N,A) of Hyndman et al. 2008; forecasts are not below 0.

    Level and pattern begin with the means of an item's first two seasons, which it must have; the constants
    have the least squared one-step errors on a grid over the first `fitted` periods (all of them).
    """
    y = np.asarray(demand, dtype=float)
    known = y.shape[1] if fitted is None else fitted
    best, chosen = np.full(len(y), np.inf), np.zeros(len(y))
    path, ahead = np.zeros(y.shape), np.zeros((len(y), SEASON))
    for alpha, gamma in product(LEVEL_CONSTANTS, SEASON_CONSTANTS):
        one = _smoothed(y, alpha, gamma)
        squares = np.nansum((y[:, 1:known] - one.path[:, : known - 1]) ** 2, axis=-1)
        better = squares < best * (1 - 1e-12)
        best[better], chosen[better] = squares[better], alpha
        path[better], ahead[better] = one.path[better], one.ahead[better]
    return Seasonal(path, ahead, chosen)


def has_seasons(demand: ArrayLike, periods: int = FEWEST_PERIODS) -> NDArray[np.bool_]:
    """Items observed for so many periods."""
    return np.asarray((~np.isnan(np.asarray(demand, dtype=float))).sum(axis=-1) >= periods)


def _smoothed(y: Floats, alpha: float, gamma: float) -> Seasonal:
    observed = ~np.isnan(y)
    beginning = observed & (observed.cumsum(axis=-1) <= FEWEST_PERIODS)
    level = _mean(y, beginning)
    pattern = np.stack(
        [_mean(y[:, place::SEASON] - level[:, None], beginning[:, place::SEASON]) for place in range(SEASON)],
        axis=-1,
    )
    path = np.zeros(y.shape)
    for place in range(y.shape[1]):
        here, following = place % SEASON, (place + 1) % SEASON
        error = np.where(observed[:, place], y[:, place] - level - pattern[:, here], 0)
        level = level + alpha * error
        pattern[:, here] += gamma * error
        path[:, place] = level + pattern[:, following]
    order = (np.arange(SEASON) + y.shape[1]) % SEASON
    ahead = level[:, None] + pattern[:, order]
    return Seasonal(np.maximum(path, 0), np.maximum(ahead, 0), np.full(len(y), alpha))


def _mean(values: Floats, chosen: NDArray[np.bool_]) -> Floats:
    return np.where(chosen, np.nan_to_num(values), 0).sum(axis=-1) / np.maximum(chosen.sum(axis=-1), 1)
