"""How the error of fitted parameters carries over to what is computed from them (delta method).

No model belongs here: a function of parameters comes from its model, the parameters' covariance from the fit.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from warehouse.science.maximum_likelihood import Fit, Floats, normal_quantile

WIDTH = 1e-4  # of the central differences, in logarithms of the parameters: exact to 1e-8


def propagated(function: Callable[..., Floats], *fits: Fit) -> tuple[Floats, Floats]:
    """The values of a function of fitted parameters, and their parts of error: one row per parameter.

    `function` takes one mapping of parameters per fit and returns an array; the fits are independent of each
    other. A row is the derivative along one column of the covariance's Cholesky factor, so that the variance
    of any weighted sum of the values is the sum over rows of the square of that weighted sum of parts: groups
    are gathered afterwards, without the covariance.
    """
    estimates = [fit.parameters for fit in fits]
    values = np.asarray(function(*estimates), dtype=float)
    parts = []
    for place, fit in enumerate(fits):
        slopes = np.stack([_slope(function, estimates, place, name) for name in fit.parameters])
        parts.append(np.linalg.cholesky(fit.covariance).T @ slopes)
    return values, np.concatenate(parts)


def _slope(
    function: Callable[..., Floats], estimates: list[dict[str, float]], place: int, name: str
) -> Floats:
    """Derivative of the values with respect to one parameter of the fit at `place`."""
    at = estimates[place][name]

    def shifted(factor: float) -> Floats:
        moved: list[Mapping[str, float]] = [*estimates]
        moved[place] = {**estimates[place], name: at * factor}
        return np.asarray(function(*moved), dtype=float)

    return (shifted(np.exp(WIDTH)) - shifted(np.exp(-WIDTH))) / (2 * WIDTH * at)


def limits_of(
    values: ArrayLike, parts: Floats, *, share: bool = False, confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Standard errors, lower and upper limits of gathered values, from their parts gathered alike (a row per part).

    Limits are on the log scale, of a share on the logit scale, so that they stay where the figure can be. A figure
    at its bound has no room for error; one that is nan has nan.
    """
    value = np.asarray(values, dtype=float)
    error = np.sqrt((np.asarray(parts) ** 2).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        half = normal_quantile(confidence) * error / (value * (1 - value) if share else value)
        if share:
            inside = (value > 0) & (value < 1)
            lower, upper = (1 / (1 + (1 - value) / value * np.exp(-side)) for side in (-half, half))
        else:
            inside = value > 0
            lower, upper = value * np.exp(-half), value * np.exp(half)
    return error, np.where(inside, lower, value), np.where(inside, upper, value)
