"""Forecasts of demand per item by a named method, or by the one whose stock would have cost the least.

The methods are in `intermittent` and `seasonal_smoothing`, the judge in `stock_simulation`. Demand comes as items
by periods; nan, before an item's start or where nothing could be had, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.science import intermittent
from warehouse.science.count_distribution import count_quantiles
from warehouse.science.maximum_likelihood import Floats
from warehouse.science.seasonal_smoothing import SEASON, has_seasons, seasonal_smoothing
from warehouse.science.stock_simulation import simulated_cost

CANDIDATES = ("mean", "croston", "sba", "tsb", "ses", "adida", "seasonal")  # ties go to the first
BENCHMARKS = ("imapa", "naive", "zero")
METHODS = ("auto", *CANDIDATES, *BENCHMARKS)
SMOOTHING = 0.1
TEST_PERIODS = 12
WARM_UP = 12


@dataclass(frozen=True)
class Forecast:
    """Per item: expected demand of each period `ahead`, deviation of one period's error, and the method.

    `gain` is the part of an error that the forecast takes over: it makes errors of later periods grow. `doubt` is
    the variance of the level itself, in squared deviations: that of a mean is 1/n.
    """

    ahead: Floats
    deviation: Floats
    gain: Floats
    doubt: Floats
    method: NDArray[np.str_]

    def of_item(self, place: int) -> Forecast:
        """The forecast of one item by itself."""
        here = slice(place, place + 1)
        return Forecast(
            self.ahead[here], self.deviation[here], self.gain[here], self.doubt[here], self.method[here]
        )

    def by_period(self, periods: int) -> Floats:
        """Expected demand of each of the next periods."""
        later = np.repeat(
            self.ahead.mean(axis=1, keepdims=True), max(periods - self.ahead.shape[1], 0), axis=1
        )
        return np.hstack([self.ahead[:, :periods], later])

    def total(self, periods: ArrayLike) -> Floats:
        """Expected demand of the next periods together, per item (or for several times of one); the last may be a part.

        Beyond what is forecast, periods are as those forecast on average.
        """
        horizon = self.ahead.shape[1]
        h = np.asarray(periods, dtype=float)
        h = np.broadcast_to(h, np.broadcast_shapes(h.shape, (len(self.ahead),)))
        whole = np.minimum(h, horizon).astype(int)
        rows = np.broadcast_to(np.arange(len(self.ahead)), h.shape)
        before = np.hstack([np.zeros((len(self.ahead), 1)), self.ahead.cumsum(axis=1)])
        following = np.where(
            whole < horizon, self.ahead[rows, np.minimum(whole, horizon - 1)], self.ahead.mean(axis=1)[rows]
        )
        return np.asarray(before[rows, whole] + (h - whole) * following)

    def total_deviation(self, periods: ArrayLike) -> Floats:
        """Deviation of the error over the next periods together, the level taken as known.

        Of the local level model, sigma^2 h (1 + a (h-1) + a^2 (h-1)(2h-1)/6); Hyndman et al. 2008, ch. 18.
        """
        h, a = np.asarray(periods, dtype=float), self.gain
        later = np.maximum(h - 1, 0)
        return np.asarray(self.deviation * np.sqrt(h * (1 + a * later + a**2 * later * (2 * h - 1) / 6)))

    def total_variance(self, periods: ArrayLike) -> Floats:
        """Variance of the demand of the next periods together about what is expected."""
        h = np.asarray(periods, dtype=float)
        return np.asarray(self.total_deviation(h) ** 2 + self.doubt * (h * self.deviation) ** 2)

    def variance_at(self, place: int) -> Floats:
        """Variance of the demand of one period ahead; 0 is the next one."""
        return np.asarray(self.deviation**2 * (1 + place * self.gain**2 + self.doubt))


@dataclass(frozen=True)
class _Run:
    """A method over the whole series: what it expected of the next period after each one, and what it expects."""

    path: Floats
    ahead: Floats
    gain: Floats
    doubt: Floats


def interval(mean: ArrayLike, deviation: ArrayLike, share: float = 0.95) -> tuple[Floats, Floats]:
    """Limits of a count with this mean and deviation; without variation both are the mean."""
    centre, spread = np.asarray(mean, dtype=float), np.asarray(deviation, dtype=float)
    low, high = (
        np.where(spread > 0, count_quantiles(centre, spread**2, p), centre)
        for p in ((1 - share) / 2, (1 + share) / 2)
    )
    return low, high


def forecast(
    demand: ArrayLike, horizon: int, method: str = "auto", *, service: float = 0.95, lead: ArrayLike = 1.0
) -> Forecast:
    """Demand of the next `horizon` periods. With `auto` each item takes the method whose stock, ordered up to its
    forecasts over the last 12 periods at that service and lead time (in periods), would have cost the least.
    """
    y = np.asarray(demand, dtype=float)
    chosen = choose(y, service, lead) if method == "auto" else np.full(len(y), method)
    ahead = np.zeros((len(y), horizon))
    deviation, gain, doubt = (np.zeros(len(y)) for _ in range(3))
    for name in np.unique(chosen):
        rows = chosen == name
        run = _run(str(name), y[rows], y.shape[1], horizon)
        ahead[rows], gain[rows], doubt[rows] = run.ahead, run.gain, run.doubt
        deviation[rows] = _deviation(str(name), y[rows], run.path)
    return Forecast(ahead, deviation, gain, doubt, chosen)


def choose(demand: ArrayLike, service: float = 0.95, lead: ArrayLike = 1.0) -> NDArray[np.str_]:
    """The cheapest candidate per item; the mean for items with less than two years of periods.

    `lead` is the lead time in periods; where it is not known (nan), that of one is taken. Costs are relative to those of all candidates. An item's own cost and the mean one of its demand class weigh the
    same: a year of one item alone says little. What a method fits (constants, block sizes) it fits to the periods
    before the test.
    """
    y = np.asarray(demand, dtype=float)
    chosen = np.full(len(y), CANDIDATES[0], dtype="<U8")
    enough = has_seasons(y)
    if not enough.any():
        return chosen
    wait = np.broadcast_to(np.nan_to_num(np.asarray(lead, dtype=float), nan=1.0), len(y))[enough]
    judged = y[enough]
    split = y.shape[1] - TEST_PERIODS
    cost = np.full((len(judged), len(CANDIDATES)), np.nan)
    classes = intermittent.demand_class(judged[:, :split])
    # a pattern of seasons needs two to begin with and the one of the test, and demand in most periods
    seasonal = has_seasons(judged, 3 * SEASON) & np.isin(classes, ("smooth", "erratic"))
    for place, name in enumerate(CANDIDATES):
        rows = seasonal if name == "seasonal" else np.ones(len(judged), dtype=bool)
        run = _run(name, judged[rows], split, 1)
        deviation = _deviation(name, judged[rows, :split], run.path[:, :split])
        cost[rows, place] = simulated_cost(
            judged[rows, split:], run.path[:, split - 1 : -1], deviation, wait[rows], service
        )
    chosen[enough] = np.array(CANDIDATES)[_cheapest(cost, classes)]
    return chosen


def _cheapest(cost: Floats, classes: NDArray[np.str_]) -> NDArray[np.intp]:
    """Place of the least cost per row, its own and its class's together; nan is no candidate."""
    whole = np.nan_to_num(cost).sum(axis=1, keepdims=True) / (~np.isnan(cost)).sum(axis=1, keepdims=True)
    relative = np.where(whole > 0, cost / np.where(whole > 0, whole, 1), cost * 0 + 1)
    score = relative.copy()
    for name in np.unique(classes):
        rows = classes == name
        there = ~np.isnan(relative[rows])
        score[rows] += np.nan_to_num(relative[rows]).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    return np.argmin(np.nan_to_num(score, nan=np.inf), axis=1)


def _run(method: str, y: Floats, fitted: int, horizon: int) -> _Run:
    """A method over all periods, with what it fits taken from the first `fitted` ones."""
    if method == "seasonal":
        smoothed = seasonal_smoothing(y, fitted)
        return _Run(
            smoothed.path, smoothed.ahead[:, np.arange(horizon) % SEASON], smoothed.alpha, 0 * smoothed.alpha
        )
    path, gain = _flat(method, y, fitted)
    count = (~np.isnan(y)).sum(axis=-1)
    doubt = 1 / np.maximum(count, 1) if method == "mean" else np.zeros(len(y))
    last = path[:, -1:] if path.shape[1] else np.zeros((len(y), 1))
    return _Run(path, np.repeat(last, horizon, axis=1), gain, doubt)


def _flat(method: str, y: Floats, fitted: int) -> tuple[Floats, Floats]:
    """Path and gain of the methods that expect the same of every period to come."""
    smoothing = np.full(len(y), SMOOTHING)
    if method == "mean":
        count = np.maximum((~np.isnan(y)).cumsum(axis=-1), 1)
        return np.nan_to_num(y).cumsum(axis=-1) / count, np.zeros(len(y))
    if method == "croston":
        return intermittent.croston_path(y, SMOOTHING), smoothing
    if method == "sba":
        return intermittent.croston_path(y, SMOOTHING) * (1 - SMOOTHING / 2), smoothing
    if method == "tsb":
        return intermittent.tsb_path(y, SMOOTHING, SMOOTHING), smoothing
    if method == "ses":
        return intermittent.smoothing_path(y, SMOOTHING), smoothing
    if method in ("adida", "imapa"):
        return _blocks(y, fitted, every=method == "imapa")
    if method == "naive":
        return np.nan_to_num(y), np.ones(len(y))
    return np.zeros(y.shape), np.zeros(len(y))


def _blocks(y: Floats, fitted: int, *, every: bool) -> tuple[Floats, Floats]:
    """ADIDA, or with `every` the mean over all block sizes up to the mean interval (IMAPA)."""
    levels = intermittent.block_levels(y[:, :fitted])
    path, gain = np.zeros(y.shape), np.zeros(len(y))
    for level in range(1, int(levels.max(initial=0)) + 1):
        rows = levels >= level if every else levels == level
        if rows.any():
            alpha = intermittent.block_smoothing(y[rows, :fitted], level)
            share = levels[rows] if every else np.ones(rows.sum())
            path[rows] += intermittent.block_path(y[rows], level, alpha) / share[:, None]
            gain[rows] += alpha / level / share
    return path, gain


def _deviation(method: str, y: Floats, path: Floats) -> Floats:
    """Root mean square of the one-step errors, after a year or a third of the series; of the mean its deviation."""
    observed = ~np.isnan(y)
    count = observed.sum(axis=-1)
    if method == "mean":
        mean = np.nan_to_num(y).sum(axis=-1) / np.maximum(count, 1)
        squares = np.where(observed, (y - mean[:, None]) ** 2, 0).sum(axis=-1)
        return np.sqrt(squares / np.maximum(count - 1, 1))
    warm = np.minimum(WARM_UP, count // 3)
    used = (observed & (observed.cumsum(axis=-1) > warm[:, None]))[:, 1:]
    squares = np.where(used, (y[:, 1:] - path[:, :-1]) ** 2, 0).sum(axis=-1)
    return np.sqrt(squares / np.maximum(used.sum(axis=-1), 1))
