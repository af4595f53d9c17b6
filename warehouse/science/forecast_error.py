"""How far a demand forecast was off, per series: bias, size, scaled size, stock carried or missing.

Error is actual less forecast. No mean percentage error belongs here: periods without demand forbid it.
The last axis is time; a period of which the demand is not known (nan) is left out. Series whose history does not
vary have no scale and give nan: leave them out and count them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from warehouse.science.maximum_likelihood import Floats


def mean_error(actual: ArrayLike, forecast: ArrayLike) -> Floats:
    """Bias: above 0 where the forecast was too low."""
    return _mean(_error(actual, forecast))


def mean_absolute_error(actual: ArrayLike, forecast: ArrayLike) -> Floats:
    """Mean size of the error, in units of demand."""
    return _mean(np.abs(_error(actual, forecast)))


def mean_absolute_scaled_error(actual: ArrayLike, forecast: ArrayLike, history: ArrayLike) -> Floats:
    """MASE: over the mean absolute error of 'as last period' within the history (Hyndman & Koehler 2006)."""
    return _over(mean_absolute_error(actual, forecast), np.nanmean(np.abs(_changes(history)), axis=-1))


def root_mean_squared_scaled_error(actual: ArrayLike, forecast: ArrayLike, history: ArrayLike) -> Floats:
    """RMSSE: root of the mean squared error over that of 'as last period' within the history (M5 guide)."""
    return np.sqrt(_over(_mean(_error(actual, forecast) ** 2), np.nanmean(_changes(history) ** 2, axis=-1)))


def periods_in_stock(actual: ArrayLike, forecast: ArrayLike) -> Floats:
    """PIS: unit-periods in stock had each forecast come in; below 0: short (Wallström & Segerstedt 2010)."""
    error = _error(actual, forecast)
    known = ~np.isnan(error)
    return np.where(known.any(axis=-1), -np.cumsum(np.where(known, error, 0), axis=-1).sum(axis=-1), np.nan)


MEASURES: dict[str, Callable[[Floats, Floats, Floats], Floats]] = {
    "mase": mean_absolute_scaled_error,
    "rmsse": root_mean_squared_scaled_error,
    "me": lambda actual, forecast, history: mean_error(actual, forecast),
    "mae": lambda actual, forecast, history: mean_absolute_error(actual, forecast),
    "pis": lambda actual, forecast, history: periods_in_stock(actual, forecast),
}  # by name, of actual, forecast and history


def _error(actual: ArrayLike, forecast: ArrayLike) -> Floats:
    return np.asarray(actual, dtype=float) - np.asarray(forecast, dtype=float)


def _mean(values: Floats) -> Floats:
    """Mean over the periods that are known; nan where none is."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    return np.where(count > 0, np.where(known, values, 0).sum(axis=-1) / np.maximum(count, 1), np.nan)


def _changes(history: ArrayLike) -> Floats:
    """Differences within each history; before its start, where it is nan, there are none."""
    y = np.asarray(history, dtype=float)
    return np.where(np.isnan(y[..., :-1]), np.nan, np.diff(y, axis=-1))


def _over(value: Floats, scale: Floats) -> Floats:
    return np.asarray(np.where(scale > 0, value / np.where(scale > 0, scale, 1), np.nan))
