"""Gamma-Gamma: how the mean order value varies between customers (Fader & Hardie 2013, note 025).

Only money per order belongs here; how many orders come is in `bg_nbd` and `pareto_nbd`.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from warehouse.science.maximum_likelihood import Fit, FitRefused, Floats, maximise, weighted_sums
from warehouse.science.purchase_history import FEWEST_REPEAT_BUYERS

NAMES = ("p", "q", "gamma")
SAME_VALUE = 1e-9  # relative: what summing leaves of equal amounts


def fit(frequency: ArrayLike, mean_value: ArrayLike, weights: ArrayLike | None = None) -> Fit:
    """Maximum likelihood of p, q, gamma (money) from repeat orders and their mean value per customer.

    Customers without repeat order or with a mean value not above zero do not enter. The note reports the
    correlation of frequency and value, which the model takes to be none. Raises `FitRefused` for fewer than
    50 customers, without convergence, a parameter above 10,000 (gamma: times the mean), or q <= 1.
    """
    x, z = np.asarray(frequency, dtype=float), np.asarray(mean_value, dtype=float)
    weight = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    enters = (x > 0) & (z > 0)
    x, z, weight = x[enters], z[enters], weight[enters]
    customers = float(weight.sum())
    if customers < FEWEST_REPEAT_BUYERS:
        raise FitRefused(
            zh=f"只有 {customers:g} 位客户有金额为正的重复订单，至少需要 {FEWEST_REPEAT_BUYERS} 位；"
            "请扩大客户范围或延长观察期。",
            en=f"Customers with repeat orders of a positive value: {customers:g}, where {FEWEST_REPEAT_BUYERS} "
            "are needed; take more customers or a longer history.",
        )
    if np.ptp(z) <= SAME_VALUE * z.max():
        raise FitRefused(
            zh=f"所选客户的重复订单平均金额都是 {z[0]:,.2f}，客户之间没有差别可供拟合；预期金额即为此数。",
            en=f"The repeat orders of all customers are worth {z[0]:,.2f} on average, so there is no difference "
            "between customers to fit; that amount is what to expect.",
        )
    scale = float(z @ weight) / customers  # makes gamma a pure number, whatever the currency
    starts = [(4.0, 4.0, 1.0), (1.0, 2.0, 1.0), (10.0, 3.0, 0.2)]
    found = maximise(NAMES, lambda theta: log_likelihood(theta, x, z / scale, weight), starts, customers)
    if found.parameters["q"] <= 1:
        raise FitRefused(
            zh="参数 q 不大于 1，平均订单金额不存在；请检查是否有极端金额。",
            en="Parameter q is not above 1, so a mean order value does not exist; look for extreme amounts.",
        )
    return _in_money(found, scale, _correlation(x, z, weight))


def _in_money(found: Fit, scale: float, correlation: float) -> Fit:
    units = {"p": 1.0, "q": 1.0, "gamma": scale}
    factors = np.array(list(units.values()))
    return replace(
        found,
        parameters={name: found.parameters[name] * unit for name, unit in units.items()},
        standard_errors={name: found.standard_errors[name] * unit for name, unit in units.items()},
        covariance=found.covariance * np.outer(factors, factors),
        log_likelihood=found.log_likelihood - found.n * math.log(scale),
        note={
            "zh": f"购买频次与订单金额的相关系数为 {correlation:.2f}；模型假设两者独立。",
            "en": f"Frequency and order value correlate at {correlation:.2f}; "
            "the model takes them as independent.",
        },
    )


def log_likelihood(theta: Floats, x: Floats, z: Floats, weight: Floats) -> tuple[float, Floats]:
    """Weighted log-likelihood of mean values z of x orders, and its gradient in (p, q, gamma); note 025."""
    p, q, gamma = theta
    total = np.log(gamma + x * z)
    value = (
        gammaln(p * x + q)
        - gammaln(p * x)
        - gammaln(q)
        + q * np.log(gamma)
        + (p * x - 1) * np.log(z)
        + p * x * np.log(x)
        - (p * x + q) * total
    )
    shared = psi(p * x + q) - total
    terms = [
        value,
        x * (shared - psi(p * x) + np.log(z) + np.log(x)),
        shared - psi(q) + np.log(gamma),
        q / gamma - (p * x + q) / (gamma + x * z),
    ]
    total = weighted_sums(terms, weight)
    return float(total[0]), total[1:]


def _correlation(x: Floats, z: Floats, weight: Floats) -> float:
    """Weighted Pearson correlation; 0 where one of the two does not vary."""
    dx, dz = x - np.average(x, weights=weight), z - np.average(z, weights=weight)
    spread = float(np.sqrt((weight @ dx**2) * (weight @ dz**2)))
    return float(weight @ (dx * dz)) / spread if spread > 0 else 0.0


def expected_order_value(
    parameters: Mapping[str, float], frequency: ArrayLike = 0, mean_value: ArrayLike = 0
) -> Floats:
    """E[M | x, z]: mean value of a customer's future orders; the population's mean for one-time buyers."""
    p, q, gamma = (parameters[name] for name in NAMES)
    x = np.asarray(frequency, dtype=float)
    z = np.where(x > 0, np.asarray(mean_value, dtype=float), 0.0)
    return (gamma + x * z) * p / (p * x + q - 1)
