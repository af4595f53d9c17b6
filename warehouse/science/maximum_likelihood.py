"""What a maximum-likelihood fit is, how its maximum is found, and when it is refused.

No model belongs here: a model brings its log-likelihood with gradient, and its starting points.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
LogLikelihood = Callable[[Floats], tuple[float, Floats]]

LARGEST_PARAMETER = 1e4  # beyond it the data ask for a model without that heterogeneity (metrics, C10)
SMALLEST_PARAMETER = 1e-5
LOWEST, HIGHEST = (
    np.log(SMALLEST_PARAMETER / 10),
    np.log(LARGEST_PARAMETER * 10),
)  # where sense ends, in logarithms
NEGLIGIBLE = 1e-14  # of log-likelihood under the maximum: parameters to a millionth of their error
LEAST_CURVATURE = 1e-8  # of the flattest direction, where the curvature of each parameter alone is 1


class FitRefused(Exception):
    """The data do not carry the model; `reason` says why in one sentence per language."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = {"zh": zh, "en": en}


@dataclass(frozen=True)
class Estimate:
    """A number derived from a fit, with its delta-method standard error and limits."""

    value: float
    standard_error: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Fit:
    """A maximum-likelihood fit whose parameters are all positive.

    `covariance` is the inverse of the observed information, in the order of `parameters`; `n` is the number
    of customers or units (a sum of weights); `note` is a remark per language, empty where there is none;
    `surface` is the log-likelihood as a function of the parameters, where intervals are read from it.
    """

    parameters: dict[str, float]
    standard_errors: dict[str, float]
    log_likelihood: float
    n: float
    converged: bool
    covariance: Floats = field(repr=False, compare=False)
    note: dict[str, str] = field(default_factory=dict)
    surface: Callable[..., float] | None = field(default=None, repr=False, compare=False)

    def limits(self, name: str, confidence: float = 0.95) -> tuple[float, float]:
        """Two-sided Wald limits of one parameter, on the log scale so that they stay positive."""
        value, error = self.parameters[name], self.standard_errors[name]
        return log_limits(value, error, confidence)


def normal_quantile(confidence: float) -> float:
    """Half-width, in standard errors, of a two-sided normal interval: 1.96 for 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, such as 0.95.")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def log_limits(value: float, standard_error: float, confidence: float) -> tuple[float, float]:
    """value * exp(-+ z se / value): limits of a positive number that are themselves positive."""
    half = normal_quantile(confidence) * standard_error / value
    return float(value * np.exp(-half)), float(value * np.exp(half))


def delta_estimate(fit: Fit, value: float, gradient: Sequence[float], confidence: float) -> Estimate:
    """A positive function of a fit's parameters, given its value and its gradient there."""
    slope = np.asarray(gradient, dtype=float)
    error = float(np.sqrt(slope @ fit.covariance @ slope))
    return Estimate(value, error, *log_limits(value, error, confidence))


def ratio_limits(
    profile: Callable[[float], float], found: Estimate, best: float, confidence: float
) -> tuple[float, float]:
    """Where the log-likelihood has fallen by half a chi-square quantile on either side of an estimate.

    `profile(value)` is the greatest log-likelihood with the positive figure at a value, `best` the greatest of
    all. These limits follow a lopsided likelihood, which few failures have and Wald's do not see.
    """
    from scipy.optimize import brentq

    middle, wald = np.log(found.value), normal_quantile(confidence) * found.standard_error / found.value

    def above(log_value: float) -> float:
        return profile(float(np.exp(log_value))) - best + normal_quantile(confidence) ** 2 / 2

    limits = []
    for far in (-wald, wald):
        while above(middle + far) > 0:
            far *= 1.5
        limits.append(float(np.exp(brentq(above, middle, middle + far, xtol=1e-7))))
    return limits[0], limits[1]


def fit_from_information(
    parameters: dict[str, float],
    information: Floats,
    log_likelihood: float,
    n: float,
    note: dict[str, str] | None = None,
) -> Fit:
    """A fit whose observed information is known in closed form; refused where it is not positive definite."""
    if not _is_positive_definite(information):
        raise _not_converged()
    covariance = np.linalg.inv(information)
    errors = dict(zip(parameters, np.sqrt(np.diag(covariance)).tolist(), strict=True))
    return Fit(parameters, errors, log_likelihood, n, True, covariance, note or {})


def weighted_sums(terms: Sequence[Floats], weight: Floats) -> Floats:
    """Sum of each term over the rows. Not a matrix product: threaded BLAS crawls where cores are busy."""
    return np.asarray(np.einsum("ij,j->i", np.stack(terms), weight))


def maximise(
    names: Sequence[str],
    log_likelihood: LogLikelihood,
    starts: Iterable[Sequence[float]],
    n: float,
    *,
    sketch: tuple[LogLikelihood, float] | None = None,
) -> Fit:
    """The maximum over positive parameters, searched in their logarithms from each of several starts.

    `log_likelihood` takes the parameters in the order of `names` and returns its value and gradient. The best
    end point is polished by Newton steps on the information (differences of the analytic gradient).
    `sketch`: that of a part of many rows, with its n. The starts are tried on it, and its best end point is where
    the search over all rows begins.
    Refused where a parameter runs to zero or beyond 10,000, or no maximum is reached.
    """
    begins, inverse = [np.log(start) for start in starts], None
    if sketch is not None:
        drawn = _search(_loss(*sketch), begins)
        if np.all((drawn.x > LOWEST) & (drawn.x < HIGHEST)):
            begins, inverse = [drawn.x], drawn.hess_inv
    loss = _loss(log_likelihood, n)
    best = _search(loss, begins, inverse).x
    _refuse_extremes(names, np.exp(best))
    log_parameters, information = _newton(loss, best, n)
    parameters = np.exp(log_parameters)
    _refuse_extremes(names, parameters)
    return fit_from_information(
        dict(zip(names, parameters.tolist(), strict=True)),
        information / np.outer(parameters, parameters),  # from logarithms; the gradient is zero here
        -float(loss(log_parameters)[0]) * n,
        n,
    )


def _loss(log_likelihood: LogLikelihood, n: float) -> LogLikelihood:
    """Mean loss per customer by logarithms, going on as a parabola where a parameter is beyond all sense."""

    def loss(log_parameters: Floats) -> tuple[float, Floats]:
        inside = np.clip(log_parameters, LOWEST, HIGHEST)
        beyond = log_parameters - inside
        parameters = np.exp(inside)
        value, gradient = log_likelihood(parameters)
        slope = np.where(beyond == 0, -gradient * parameters / n, beyond)
        return -value / n + float(beyond @ beyond) / 2, slope

    return loss


def _search(loss: LogLikelihood, begins: Iterable[Floats], inverse: Floats | None = None) -> Any:
    """The best end of a search from each beginning; `inverse` is a first guess of the inverse curvature."""
    from scipy.optimize import minimize

    def stop_beyond_sense(intermediate_result: Any) -> None:
        if np.any((intermediate_result.x < LOWEST) | (intermediate_result.x > HIGHEST)):
            raise StopIteration

    # BFGS, not L-BFGS-B: that one calls threaded BLAS for its 4 x 4 matrices (see weighted_sums)
    options = {"gtol": 1e-6, "hess_inv0": None if inverse is None else (inverse + inverse.T) / 2}
    found = [
        minimize(loss, begin, jac=True, method="BFGS", options=options, callback=stop_beyond_sense)
        for begin in begins
    ]
    return min(found, key=lambda result: float(result.fun))


def _newton(loss: LogLikelihood, log_parameters: Floats, n: float) -> tuple[Floats, Floats]:
    """Newton's steps until the log-likelihood has nothing to gain; point and information there."""
    for _ in range(20):
        gradient = loss(log_parameters)[1]
        curvature = _curvature(loss, log_parameters)
        if not _is_positive_definite(curvature):
            raise _not_converged()
        step = np.linalg.solve(curvature, gradient)
        if n * float(gradient @ step) / 2 < NEGLIGIBLE:
            return log_parameters, curvature * n
        log_parameters = log_parameters - step * min(1.0, 1.0 / float(np.max(np.abs(step))))
    raise _not_converged()


def _curvature(loss: LogLikelihood, point: Floats, width: float = 1e-4) -> Floats:
    """Second derivatives as central differences of the analytic gradient."""
    shifts = np.eye(len(point)) * width
    rows = [(loss(point + shift)[1] - loss(point - shift)[1]) / (2 * width) for shift in shifts]
    matrix = np.array(rows)
    return (matrix + matrix.T) / 2


def _is_positive_definite(matrix: Floats) -> bool:
    """Whether it is so beyond rounding, which turns a ridge into a very slight curve."""
    diagonal = np.diag(matrix)
    if not (np.isfinite(matrix).all() and (diagonal > 0).all()):
        return False
    scaled = matrix / np.sqrt(np.outer(diagonal, diagonal))
    return bool(np.linalg.eigvalsh(scaled)[0] > LEAST_CURVATURE)


def _refuse_extremes(names: Sequence[str], parameters: Floats) -> None:
    for name, value in zip(names, parameters, strict=True):
        if value > LARGEST_PARAMETER or value < SMALLEST_PARAMETER:
            end, end_zh = ("10,000", "超过一万") if value > 1 else ("zero", "趋近于零")
            raise FitRefused(
                zh=f"参数 {name} {end_zh}，数据不足以区分该模型；请扩大客户范围或延长观察期。",
                en=f"Parameter {name} runs to {end}: the data do not determine this model; "
                "take more customers or a longer history.",
            )


def _not_converged() -> FitRefused:
    return FitRefused(
        zh="似然函数没有收敛到唯一的最大值；请扩大范围或延长观察期。",
        en="The likelihood has no single maximum that can be reached; take more units or a longer history.",
    )
