"""Intermittent demand: its class, and forecasts per period for parts that are asked for now and then.

Which method suits an item is chosen in `demand_forecast`, errors are in `forecast_error`, what to stock in
`stock_rules`. Demand comes as an array whose last axis is time, items before it; nan marks a period in which the
item was not stocked: it is left out. A `path` is the forecast that stood after each period, of the same shape.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.science.maximum_likelihood import Floats

LONG_INTERVAL, UNSTEADY_SIZE = 1.32, 0.49  # Syntetos, Boylan & Croston 2005, JORS 56:495
STEADY, UNSTEADY, FEWEST_PERIODS = 0.5, 1.0, 12  # of XYZ, by months
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


def variation_class(demand: ArrayLike) -> NDArray[np.str_]:
    """X, Y or Z by the coefficient of variation of demand per period (sample form): below 0.5, below 1, above.

    N without demand, U with less than a year of months (metrics, I6). Intermittent items are Z nearly all:
    `demand_class` tells them apart.
    """
    y = _checked(demand)
    count = (~np.isnan(y)).sum(axis=-1)
    mean = np.nan_to_num(y).sum(axis=-1) / np.maximum(count, 1)
    squares = np.where(np.isnan(y), 0, (y - mean[..., None]) ** 2).sum(axis=-1)
    variation = np.sqrt(squares / np.maximum(count - 1, 1)) / np.where(mean > 0, mean, 1)
    return np.select(
        [count < FEWEST_PERIODS, mean == 0, variation < STEADY, variation < UNSTEADY],
        ["U", "N", "X", "Y"],
        "Z",
    )


def croston_path(demand: ArrayLike, alpha: float = 0.1) -> Floats:
    """Croston 1972: smoothed size over smoothed interval, per period; 0 without demand.

    Both begin with their first value, the first interval counted from the start of the series. The forecast
    never decays on a dead part: see `tsb_path`.
    """
    y = _checked(demand)
    size, interval, gap = (np.zeros(y.shape[:-1]) for _ in range(3))
    path = np.zeros(y.shape)
    for place, now in enumerate(np.moveaxis(y, -1, 0)):
        gap = gap + ~np.isnan(now)
        hit, first = now > 0, interval == 0
        size = np.where(hit, np.where(first, now, alpha * now + (1 - alpha) * size), size)
        interval = np.where(hit, np.where(first, gap, alpha * gap + (1 - alpha) * interval), interval)
        gap = np.where(hit, 0, gap)
        path[..., place] = size / np.where(interval > 0, interval, 1)
    return path


def tsb_path(demand: ArrayLike, alpha_size: float = 0.1, alpha_probability: float = 0.1) -> Floats:
    """Teunter, Syntetos & Babai 2011: smoothed probability times smoothed size; decays on dead parts."""
    y = _checked(demand)
    size, probability = np.zeros(y.shape[:-1]), np.full(y.shape[:-1], np.nan)
    path = np.zeros(y.shape)
    for place, now in enumerate(np.moveaxis(y, -1, 0)):
        hit = now > 0
        size = np.where(hit, np.where(size == 0, now, alpha_size * now + (1 - alpha_size) * size), size)
        asked = np.where(np.isnan(now), np.nan, hit)
        probability = _smoothed(probability, asked, np.asarray(alpha_probability))
        path[..., place] = np.nan_to_num(probability) * size
    return path


def smoothing_path(demand: ArrayLike, alpha: float = 0.1) -> Floats:
    """Simple exponential smoothing of demand, periods without any included; begun with the first value."""
    y = _checked(demand)
    level, path = np.full(y.shape[:-1], np.nan), np.zeros(y.shape)
    for place, now in enumerate(np.moveaxis(y, -1, 0)):
        level = _smoothed(level, now, np.asarray(alpha))
        path[..., place] = np.nan_to_num(level)
    return path


def block_path(demand: ArrayLike, level: int, alpha: ArrayLike) -> Floats:
    """Nikolopoulos et al. 2011: sums over blocks of `level` periods smoothed, shared out over a block.

    Blocks end with the period that a forecast stands after, the oldest remainder left out; `alpha` per item.
    """
    y = _aligned(_checked(demand))
    weight = np.asarray(alpha, dtype=float)
    path = np.full(y.shape, np.nan)
    for place in range(level - 1, y.shape[-1]):
        block = y[..., place - level + 1 : place + 1].sum(axis=-1)  # nan where it is not whole
        before = path[..., place - level] if place >= 2 * level - 1 else np.full(block.shape, np.nan)
        path[..., place] = _smoothed(before, block, weight)
    return _placed_back(np.nan_to_num(path) / level, demand)


def block_levels(demand: ArrayLike) -> NDArray[np.intp]:
    """The block size of each item: its rounded mean interval between demands; 0 without demand."""
    return _mean_interval(_aligned(_checked(demand)))


def block_smoothing(demand: ArrayLike, level: int) -> Floats:
    """The smoothing constant per item with the least one-step errors of its sums over blocks."""
    return _best_alpha(_block_sums(_aligned(_checked(demand)), level))[..., 0]


def croston(demand: ArrayLike, alpha: float = 0.1) -> Floats:
    """Croston's forecast after the last period."""
    return _last(croston_path(demand, alpha))


def sba(demand: ArrayLike, alpha: float = 0.1) -> Floats:
    """Croston's forecast less its bias: times 1 - alpha/2 (Syntetos & Boylan 2005, IJF 21:303)."""
    return croston(demand, alpha) * (1 - alpha / 2)


def tsb(demand: ArrayLike, alpha_size: float = 0.1, alpha_probability: float = 0.1) -> Floats:
    """The forecast of Teunter, Syntetos & Babai after the last period."""
    return _last(tsb_path(demand, alpha_size, alpha_probability))


def adida(demand: ArrayLike) -> Floats:
    """Blocks of the mean interval, smoothed with the best constant: the forecast after the last period."""
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
    """Forecast per period from sums over blocks of `size` periods."""
    sums = _block_sums(y, size)
    alpha = _best_alpha(sums)
    return np.nan_to_num(exponential_smoothing(sums, alpha)[0][..., 0]) / size


def _block_sums(y: Floats, size: int) -> Floats:
    """Sums over blocks of `size` periods, nan where a block is not whole; the oldest remainder is left out."""
    blocks = y.shape[-1] // size
    kept = y[..., y.shape[-1] - blocks * size :]
    return np.asarray(kept.reshape(*y.shape[:-1], blocks, size).sum(axis=-1))


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


def _placed_back(path: Floats, demand: ArrayLike) -> Floats:
    """A path over aligned periods, back at the periods observed; what was not observed keeps the one before."""
    observed = ~np.isnan(np.asarray(demand, dtype=float))
    skipped = (~observed).sum(axis=-1, keepdims=True)
    place = skipped + observed.cumsum(axis=-1) - 1
    found = np.take_along_axis(path, np.maximum(place, 0), axis=-1)
    return np.where(place >= skipped, found, 0)


def _last(path: Floats) -> Floats:
    return path[..., -1] if path.shape[-1] else np.zeros(path.shape[:-1])


def _checked(demand: ArrayLike) -> Floats:
    y = np.asarray(demand, dtype=float)
    if (y < 0).any() or np.isinf(y).any():
        place = tuple(int(i) for i in np.argwhere((y < 0) | np.isinf(y))[0])
        raise ValueError(f"Demand at {place} is {y[place]}; it must not be below 0: keep returns apart.")
    return y
