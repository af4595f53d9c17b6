"""How far a demand forecast was off, per series: bias, size, scaled size, stock carried or missing.

Error is actual less forecast. No mean percentage error belongs here: periods without demand forbid it.
The last axis is time; series whose history does not vary have no scale and give nan: leave them out and
count them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from warehouse.science.maximum_likelihood import Floats


def mean_error(actual: ArrayLike, forecast: ArrayLike) -> Floats:
    """Bias: above 0 where the forecast was too low."""
    return np.asarray(_error(actual, forecast).mean(axis=-1))


def mean_absolute_error(actual: ArrayLike, forecast: ArrayLike) -> Floats:
    """Mean size of the error, in units of demand."""
    return np.asarray(np.abs(_error(actual, forecast)).mean(axis=-1))


def mean_absolute_scaled_error(actual: ArrayLike, forecast: ArrayLike, history: ArrayLike) -> Floats:
    """MASE: over the mean absolute error of 'as last period' within the history (Hyndman & Koehler 2006)."""
    return _over(mean_absolute_error(actual, forecast), np.nanmean(np.abs(_changes(history)), axis=-1))


def root_mean_squared_scaled_error(actual: ArrayLike, forecast: ArrayLike, history: ArrayLike) -> Floats:
    """RMSSE: root of the mean squared error over that of 'as last period' within the history (M5 guide)."""
    squared = (_error(actual, forecast) ** 2).mean(axis=-1)
    return np.sqrt(_over(squared, np.nanmean(_changes(history) ** 2, axis=-1)))


def periods_in_stock(actual: ArrayLike, forecast: ArrayLike) -> Floats:
    """PIS: unit-periods in stock had each forecast come in; below 0: short (Wallström & Segerstedt 2010)."""
    return np.asarray(-np.cumsum(_error(actual, forecast), axis=-1).sum(axis=-1))


MEASURES: dict[str, Callable[[Floats, Floats, Floats], Floats]] = {
    "mase": mean_absolute_scaled_error,
    "rmsse": root_mean_squared_scaled_error,
    "me": lambda actual, forecast, history: mean_error(actual, forecast),
    "mae": lambda actual, forecast, history: mean_absolute_error(actual, forecast),
    "pis": lambda actual, forecast, history: periods_in_stock(actual, forecast),
}  # by name, of actual, forecast and history


def _error(actual: ArrayLike, forecast: ArrayLike) -> Floats:
    return np.asarray(actual, dtype=float) - np.asarray(forecast, dtype=float)


def _changes(history: ArrayLike) -> Floats:
    """Differences within each history; before its start, where it is nan, there are none."""
    y = np.asarray(history, dtype=float)
    return np.where(np.isnan(y[..., :-1]), np.nan, np.diff(y, axis=-1))


def _over(value: Floats, scale: Floats) -> Floats:
    return np.asarray(np.where(scale > 0, value / np.where(scale > 0, scale, 1), np.nan))
