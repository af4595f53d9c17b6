"""Pareto/NBD: repeat buying with dropout at any moment (Schmittlein, Morrison & Colombo 1987).

Only this model belongs here; money is in `gamma_gamma`, discounting in `lifetime_value`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from warehouse.science.maximum_likelihood import Fit, Floats, maximise, weighted_sums
from warehouse.science.purchase_history import PurchaseHistories, distinct_histories

NAMES = ("r", "alpha", "s", "beta")
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(32)
_BLOCK = 256  # rows x nodes that stay in the processor's cache, and under the size of a memory page map
_NEGLIGIBLE = 45.0  # the integrand is cut where it has fallen by exp(-45)


class _Dropout(NamedTuple):
    """Per row: log of the integral over the moment of dropout, and means under its density."""

    log_integral: Floats
    log_alpha: Floats
    log_beta: Floats
    inverse_alpha: Floats
    inverse_beta: Floats


def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, weights: ArrayLike | None = None) -> Fit:
    """Maximum likelihood of r, alpha, s, beta (alpha, beta: time); rows as in `distinct_histories`.

    Raises `FitRefused` for fewer than 50 repeat buyers, without convergence, or a parameter above 10,000.
    """
    histories = distinct_histories(frequency, recency, age, weights)
    span = float(histories.age @ histories.weight) / histories.customers
    starts = [(0.5, span / 4, 0.5, span / 4), (1.0, span, 1.0, span), (0.3, span / 8, 2.0, 3 * span)]
    some = histories.sketch
    sketch = None if some is None else (lambda theta: log_likelihood(theta, some), some.customers)
    return maximise(
        NAMES, lambda theta: log_likelihood(theta, histories), starts, histories.customers, sketch=sketch
    )


def log_likelihood(theta: Floats, histories: PurchaseHistories) -> tuple[float, Floats]:
    """Weighted log-likelihood and its gradient in (r, alpha, s, beta).

    The customer is alive at the end, or dropped out at some y after the last purchase: an integral over y
    (note 009 of Fader & Hardie, before it is written as 2F1), which gives the gradient under the same sign.
    """
    r, alpha, s, beta = theta
    level, which = histories.levels
    by_level = [
        gammaln(r + level) - gammaln(r) + r * np.log(alpha) + s * np.log(beta),
        psi(r + level) - psi(r) + np.log(alpha),
        np.full_like(level, r / alpha),
        np.full_like(level, np.log(beta)),
        np.full_like(level, s / beta),
    ]
    total = weighted_sums(by_level, np.bincount(which, histories.weight).astype(float))
    for begin in range(0, len(histories.frequency), _BLOCK):
        rows = slice(begin, begin + _BLOCK)
        x, recency, age = histories.frequency[rows], histories.recency[rows], histories.age[rows]
        total += weighted_sums(_by_dropout(theta, x, recency, age), histories.weight[rows])
    return float(total[0]), total[1:]


def _by_dropout(theta: Floats, x: Floats, recency: Floats, age: Floats) -> list[Floats]:
    """Per row, the part of the log-likelihood that depends on when a customer was seen, and its gradient."""
    r, alpha, s, beta = theta
    log_alpha_age, log_beta_age = np.log(alpha + age), np.log(beta + age)
    alive = -(r + x) * log_alpha_age - s * log_beta_age
    dropout = _dropout(theta, x, recency, age)
    dropped = np.log(s) + dropout.log_integral
    either = np.logaddexp(alive, dropped)
    p_dropped = np.exp(dropped - either)
    p_alive = 1 - p_dropped
    return [
        either,
        -p_alive * log_alpha_age - p_dropped * dropout.log_alpha,
        -(r + x) * (p_alive / (alpha + age) + p_dropped * dropout.inverse_alpha),
        -p_alive * log_beta_age + p_dropped * (1 / s - dropout.log_beta),
        -p_alive * s / (beta + age) - p_dropped * (s + 1) * dropout.inverse_beta,
    ]


def _dropout(theta: Floats, x: Floats, recency: Floats, age: Floats) -> _Dropout:
    """Integral of (alpha+y)^-(r+x) (beta+y)^-(s+1) over y from recency to age, by Gauss-Legendre.

    In u = log(min(alpha, beta) + y) the integrand is analytic up to Im u = pi: 32 nodes give full accuracy.
    """
    r, alpha, s, beta = theta
    near, far = min(alpha, beta), max(alpha, beta)
    low = np.log(near + recency)
    high = _where_negligible(theta, x, recency, age)
    half = np.maximum(high - low, 0) / 2
    log_near = low[:, None] + half[:, None] * (_NODES + 1)
    from_near = np.exp(log_near)
    from_far = from_near + (far - near)
    log_far = np.log(from_far)
    log_alpha, log_beta = (log_near, log_far) if alpha <= beta else (log_far, log_near)
    over_alpha, over_beta = (from_near, from_far) if alpha <= beta else (from_far, from_near)
    log_density = log_near - (r + x)[:, None] * log_alpha - (s + 1) * log_beta
    first = log_density[:, 0]  # from there it never rises by more than the width of u, which is a few tens
    density = np.exp(log_density - first[:, None])
    total = np.einsum("ij,j->i", density, _NODE_WEIGHTS)
    with np.errstate(divide="ignore"):  # no time since the last purchase: the log of nothing is -inf
        log_integral = first + np.log(total) + np.log(half)
    terms = (log_alpha, log_beta, 1 / over_alpha, 1 / over_beta)
    means = [np.einsum("ij,ij,j->i", density, term, _NODE_WEIGHTS) / total for term in terms]
    return _Dropout(log_integral, *means)


def _where_negligible(theta: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
    """Upper end, in u, of what counts in the integral: age, or where the integrand has fallen by exp(-45).

    The fall is convex and rising in u: Newton's steps from beyond the root come back to it from that side.
    """
    r, alpha, s, beta = theta
    near = min(alpha, beta)
    with np.errstate(over="ignore"):  # a fall so slow that its end is beyond any age
        by_alpha = (alpha + recency) * np.expm1(_NEGLIGIBLE / (r + x))
        by_beta = (beta + recency) * np.expm1(_NEGLIGIBLE / (s + 1))
    y = np.minimum(age, recency + np.minimum(by_alpha, by_beta))
    start = (r + x) * np.log(alpha + recency) + (s + 1) * np.log(beta + recency)
    for _ in range(2):
        fall = (r + x) * np.log(alpha + y) + (s + 1) * np.log(beta + y) - start
        slope = ((r + x) / (alpha + y) + (s + 1) / (beta + y)) * (near + y)
        y = (near + y) * np.exp(-np.maximum(fall - _NEGLIGIBLE, 0) / slope) - near
    return np.asarray(np.log(near + y))


def alive_probability(
    parameters: Mapping[str, float], frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """P(alive) per customer at the end of observation; below 1 for one-time buyers too."""
    theta = np.array([parameters[name] for name in NAMES])
    r, alpha, s, beta = theta
    histories = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (frequency, recency, age)))
    x, recency, age = (np.ravel(value) for value in histories)
    dropped = [
        _dropout(theta, x[rows], recency[rows], age[rows]).log_integral
        for rows in (slice(begin, begin + _BLOCK) for begin in range(0, len(x), _BLOCK))
    ]
    alive = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    log_odds = np.log(s) + np.concatenate([*dropped, []]) - alive
    with np.errstate(over="ignore"):  # odds beyond the largest float are a probability of 0
        return np.asarray(1 / (1 + np.exp(log_odds))).reshape(histories[0].shape)


def expected_orders(
    parameters: Mapping[str, float],
    horizon: ArrayLike,
    frequency: ArrayLike = 0,
    recency: ArrayLike = 0,
    age: ArrayLike = 0,
) -> Floats:
    """E[Y(horizon)]: orders expected in the next `horizon`; of a new customer where the history is left out.

    Arguments broadcast: `horizon[:, None]` gives one row per horizon. At s = 1 the limit is taken.
    """
    r, alpha, s, beta = (parameters[name] for name in NAMES)
    t, x, until = (np.asarray(value, dtype=float) for value in (horizon, frequency, age))
    growth = np.log1p(t / (beta + until))
    lasting = growth if s == 1 else -np.expm1((1 - s) * growth) / (s - 1)
    ahead = (r + x) * (beta + until) / (alpha + until) * lasting
    return ahead * alive_probability(parameters, frequency, recency, age)


def discounted_expected_orders(
    parameters: Mapping[str, float],
    discount_rate: float,
    frequency: ArrayLike = 0,
    recency: ArrayLike = 0,
    age: ArrayLike = 0,
) -> Floats:
    """DERT: all orders still to come, at a continuous discount rate per unit of time (15 %/yr: .0027/week).

    Fader, Hardie & Lee 2005, JMR 42:415 eq. 2, through P(alive).
    """
    r, alpha, s, beta = (parameters[name] for name in NAMES)
    x, until = (np.asarray(value, dtype=float) for value in (frequency, age))
    remaining = (beta + until) * _mean_discount(s, discount_rate * (beta + until))
    return alive_probability(parameters, frequency, recency, age) * (r + x) / (alpha + until) * remaining


def _mean_discount(s: float, z: Floats) -> Floats:
    """Integral of exp(-z w) (1+w)^-s over w > 0, which is z^(s-1) U(s, s, z), U being Tricomi's function.

    Gauss-Legendre in log(1 + w), up to where exp(-45) is left: the closed form overflows for large s.
    """
    end = np.log1p(_NEGLIGIBLE / z)
    if s > 1:
        end = np.minimum(end, _NEGLIGIBLE / (s - 1))
    nodes, weights = np.polynomial.legendre.leggauss(100)
    log_w = end[..., None] / 2 * (nodes + 1)
    return np.exp(-z[..., None] * np.expm1(log_w) + (1 - s) * log_w) @ weights * end / 2
