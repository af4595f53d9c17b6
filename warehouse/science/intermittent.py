"""Intermittent demand: its class, and forecasts per period for parts that are asked for now and then.

Errors of a forecast are in `forecast_error`, what to stock in `stock_rules`. Demand comes as an array whose
last axis is time, items before it; nan marks a period in which the item was not stocked: it is left out.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.science.maximum_likelihood import Floats

LONG_INTERVAL, UNSTEADY_SIZE = 1.32, 0.49  # Syntetos, Boylan & Croston 2005, JORS 56:495
SMOOTHING_RANGE = (0.1, 0.3)


def demand_class(demand: ArrayLike) -> NDArray[np.str_]:
    """smooth, erratic, intermittent or lumpy; no_demand and single where there are too few (metrics, I7).

    By the periods per demand (ADI) and the squared coefficient of variation of its size (population form).
    """
    y = _checked(demand)
    hits = np.nan_to_num(y) > 0
    count = hits.sum(axis=-1)
    some = np.maximum(count, 1)
    mean = np.where(hits, y, 0).sum(axis=-1) / some
    variance = np.where(hits, (y - mean[..., None]) ** 2, 0).sum(axis=-1) / some
    unsteady = variance >= UNSTEADY_SIZE * mean**2
    rare = (~np.isnan(y)).sum(axis=-1) / some >= LONG_INTERVAL
    return np.select(
        [count == 0, count == 1, rare & unsteady, rare, unsteady],
        ["no_demand", "single", "lumpy", "intermittent", "erratic"],
        "smooth",
    )


def croston(demand: ArrayLike, alpha: float = 0.1) -> Floats:
    """Croston 1972: smoothed size over smoothed interval, per period; 0 without demand.

    Both begin with their first value, the first interval counted from the start of the series. The forecast
    never decays on a dead part: see `tsb`.
    """
    y = _checked(demand)
    size, interval, gap = (np.zeros(y.shape[:-1]) for _ in range(3))
    for now in np.moveaxis(y, -1, 0):
        gap = gap + ~np.isnan(now)
        hit, first = now > 0, interval == 0
        size = np.where(hit, np.where(first, now, alpha * now + (1 - alpha) * size), size)
        interval = np.where(hit, np.where(first, gap, alpha * gap + (1 - alpha) * interval), interval)
        gap = np.where(hit, 0, gap)
    return size / np.where(interval > 0, interval, 1)


def sba(demand: ArrayLike, alpha: float = 0.1) -> Floats:
    """Croston's forecast less its bias: times 1 - alpha/2 (Syntetos & Boylan 2005, IJF 21:303)."""
    return croston(demand, alpha) * (1 - alpha / 2)


def tsb(demand: ArrayLike, alpha_size: float = 0.1, alpha_probability: float = 0.1) -> Floats:
    """Teunter, Syntetos & Babai 2011: smoothed probability times smoothed size; decays on dead parts."""
    y = _checked(demand)
    size, probability = np.zeros(y.shape[:-1]), np.full(y.shape[:-1], np.nan)
    for now in np.moveaxis(y, -1, 0):
        hit = now > 0
        size = np.where(hit, np.where(size == 0, now, alpha_size * now + (1 - alpha_size) * size), size)
        asked = np.where(np.isnan(now), np.nan, hit)
        probability = _smoothed(probability, asked, np.asarray(alpha_probability))
    return np.asarray(np.nan_to_num(probability) * size)


def adida(demand: ArrayLike) -> Floats:
    """Nikolopoulos et al. 2011: smooth the sums over blocks of the mean interval, shared out over a block."""
    y = _aligned(_checked(demand))
    levels = _mean_interval(y)
    forecast = np.zeros(y.shape[:-1])
    for level in np.unique(levels[levels > 0]):
        chosen = levels == level
        forecast[chosen] = _smoothed_blocks(y[chosen], int(level))
    return forecast


def imapa(demand: ArrayLike) -> Floats:
    """Petropoulos & Kourentzes 2015: mean of `adida` over all block sizes up to the mean interval."""
    y = _aligned(_checked(demand))
    levels = _mean_interval(y)
    total = np.zeros(y.shape[:-1])
    for level in range(1, int(levels.max(initial=0)) + 1):
        chosen = levels >= level
        total[chosen] += _smoothed_blocks(y[chosen], level)
    return total / np.maximum(levels, 1)


def exponential_smoothing(series: ArrayLike, alpha: ArrayLike) -> tuple[Floats, Floats]:
    """Level after the last period, and the sum of squared one-step errors; begun with the first value.

    `alpha` broadcasts against the items, with one more axis last for several values at once.
    """
    y = np.asarray(series, dtype=float)[..., None, :]
    weight = np.asarray(alpha, dtype=float)
    level = np.full(np.broadcast_shapes(y.shape[:-1], weight.shape), np.nan)
    squares = np.zeros_like(level)
    for now in np.moveaxis(y, -1, 0):
        squares = squares + np.nan_to_num(now - level) ** 2
        level = _smoothed(level, now, weight)
    return level, squares


def _smoothed(level: Floats, now: Floats, alpha: Floats) -> Floats:
    """Next level; the first value begins it, a missing value leaves it."""
    after = np.where(np.isnan(level), now, alpha * now + (1 - alpha) * level)
    return np.where(np.isnan(now), level, after)


def _smoothed_blocks(y: Floats, size: int) -> Floats:
    """Forecast per period from sums over blocks of `size` periods, the oldest remainder left out."""
    blocks = y.shape[-1] // size
    kept = y[..., y.shape[-1] - blocks * size :]
    sums = kept.reshape(*y.shape[:-1], blocks, size).sum(axis=-1)  # nan where a block is not whole
    alpha = _best_alpha(sums)
    return np.nan_to_num(exponential_smoothing(sums, alpha)[0][..., 0]) / size


def _best_alpha(series: Floats, points: int = 17, rounds: int = 8) -> Floats:
    """Smoothing constant per item with the least one-step errors, by grids that close in on it."""
    low, high = SMOOTHING_RANGE
    steps = np.linspace(-1, 1, points)
    centre, reach = np.full((*series.shape[:-1], 1), (low + high) / 2), (high - low) / 2
    for _ in range(rounds):
        alpha = np.clip(centre + reach * steps, low, high)
        best = exponential_smoothing(series, alpha)[1].argmin(axis=-1)
        centre = np.take_along_axis(alpha, best[..., None], axis=-1)
        reach *= 2 / (points - 1)
    return centre


def _mean_interval(y: Floats) -> NDArray[np.intp]:
    """Rounded mean of the intervals between demands, the first counted from the start; 0 without demand."""
    observed = ~np.isnan(y)
    hits = np.nan_to_num(y) > 0
    last_hit = (np.where(hits, observed.cumsum(axis=-1), 0)).max(axis=-1, initial=0)
    mean = last_hit / np.maximum(hits.sum(axis=-1), 1)
    return np.asarray(np.round(mean), dtype=np.intp)


def _aligned(y: Floats) -> Floats:
    """The observed periods moved to the end, in order: what is missing then stands before them."""
    order = np.argsort(~np.isnan(y), axis=-1, kind="stable")  # missing (False) first
    return np.take_along_axis(y, order, axis=-1)


def _checked(demand: ArrayLike) -> Floats:
    y = np.asarray(demand, dtype=float)
    if (y < 0).any() or np.isinf(y).any():
        place = tuple(int(i) for i in np.argwhere((y < 0) | np.isinf(y))[0])
        raise ValueError(f"Demand at {place} is {y[place]}; it must not be below 0: keep returns apart.")
    return y
