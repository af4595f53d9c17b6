"""BG/NBD: repeat buying with dropout after a purchase (Fader, Hardie & Lee 2005, Marketing Science 24:275).

Only this model belongs here; money is in `gamma_gamma`, discounting in `lifetime_value`.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln, hyp2f1, psi

from warehouse.science.maximum_likelihood import Fit, Floats, maximise, weighted_sums
from warehouse.science.purchase_history import PurchaseHistories, distinct_histories

NAMES = ("r", "alpha", "a", "b")


def fit(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, weights: ArrayLike | None = None) -> Fit:
    """Maximum likelihood of r, alpha (time), a, b; rows as in `purchase_history.distinct_histories`.

    Raises `FitRefused` for fewer than 50 repeat buyers, without convergence, or a parameter above 10,000.
    """
    histories = distinct_histories(frequency, recency, age, weights)
    span = float(histories.age @ histories.weight) / histories.customers
    starts = [(0.5, span / 4, 1.0, 2.5), (1.0, span, 0.5, 5.0), (0.3, span / 8, 2.0, 2.0)]
    return maximise(NAMES, lambda theta: log_likelihood(theta, histories), starts, histories.customers)


def log_likelihood(theta: Floats, histories: PurchaseHistories) -> tuple[float, Floats]:
    """Weighted log-likelihood and its gradient in (r, alpha, a, b); FHL 2005, form of note 027."""
    r, alpha, a, b = theta
    x, which = histories.levels
    again = x > 0
    before = np.where(again, b + x - 1, 1)  # only looked at where there is a repeat purchase
    log_beta_alive = (betaln(a, b + x) - betaln(a, b))[which]
    log_beta_dropped = np.where(again, betaln(a + 1, before) - betaln(a, b), -np.inf)[which]
    count, both = psi(r + x) - psi(r), psi(a + b) - psi(a + b + x)
    by_r, by_a, by_b = (term[which] for term in (count, both, both + psi(b + x) - psi(b)))

    shape = r + histories.frequency
    log_age, log_recency = np.log(alpha + histories.age), np.log(alpha + histories.recency)
    alive, dropped = log_beta_alive - shape * log_age, log_beta_dropped - shape * log_recency
    either = np.logaddexp(alive, dropped)
    value = (gammaln(r + x) - gammaln(r))[which] + r * np.log(alpha) + either
    p_dropped = np.exp(dropped - either)
    p_alive = 1 - p_dropped
    terms = [
        value,
        by_r + np.log(alpha) - p_alive * log_age - p_dropped * log_recency,
        r / alpha - shape * (p_alive / (alpha + histories.age) + p_dropped / (alpha + histories.recency)),
        by_a + p_dropped / a,
        by_b - p_dropped / before[which],
    ]
    total = weighted_sums(terms, histories.weight)
    return float(total[0]), total[1:]


def alive_probability(
    parameters: Mapping[str, float], frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Floats:
    """P(alive) per customer (FHL 2008 note). It is 1 for every one-time buyer: no lapse can be told there."""
    r, alpha, a, b = (parameters[name] for name in NAMES)
    x, t_x, age = (np.asarray(value, dtype=float) for value in (frequency, recency, age))
    log_odds = np.log(a / np.where(x > 0, b + x - 1, 1)) + (r + x) * np.log((alpha + age) / (alpha + t_x))
    with np.errstate(over="ignore"):  # odds beyond the largest float are a probability of 0
        return np.where(x > 0, 1 / (1 + np.exp(log_odds)), 1.0)


def expected_orders(
    parameters: Mapping[str, float],
    horizon: ArrayLike,
    frequency: ArrayLike = 0,
    recency: ArrayLike = 0,
    age: ArrayLike = 0,
) -> Floats:
    """E[Y(horizon)]: orders expected in the next `horizon`; of a new customer where the history is left out.

    FHL 2005 eq. 10, where a is small against the frequency after Euler's transformation of its 2F1: whichever
    of the two forms stays bounded as the share of time ahead grows. Arguments broadcast: `horizon[:, None]`
    gives one row per horizon. At a = 1 and at a + b = 1 the limit is taken.
    """
    a, b = parameters["a"], parameters["b"]
    if min(abs(a - 1), abs(a + b - 1)) < 1e-6:
        sides = [{**parameters, "a": a + side} for side in (-1e-5, 1e-5)]
        below, above = (expected_orders(near, horizon, frequency, recency, age) for near in sides)
        return (below + above) / 2
    r, alpha, a, b = (parameters[name] for name in NAMES)
    t, x, until = (np.asarray(value, dtype=float) for value in (horizon, frequency, age))
    share = t / (alpha + until + t)
    as_published = a - 1 > r + x
    first = np.where(as_published, r + x, a - 1)
    second = np.where(as_published, b + x, a + b - 1 - r)
    silent = (1 - share) ** first * hyp2f1(first, second, a + b + x - 1, share)
    lasting = (a + b + x - 1) / (a - 1) * (1 - silent)
    return np.asarray(lasting * alive_probability(parameters, frequency, recency, age))
