"""Errors of derived figures: equal to closed forms, gathered over groups, and as wide as figures really scatter."""

import numpy as np
import pytest

from warehouse.science import bg_nbd, gamma_gamma, power_law, weibull
from warehouse.science.error_propagation import propagated


def purchases(rng, n):
    """Customers of a gamma rate who never lapse but for a beta share after each purchase, 60 weeks long."""
    rate, dropout = rng.gamma(0.8, 1 / 6, n), rng.beta(0.9, 3, n)
    frequency, recency, clock, active = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, bool)
    while active.any():
        clock = clock + rng.exponential(1, n) / rate
        active &= clock < 60
        frequency, recency = frequency + active, np.where(active, clock, recency)
        active &= rng.random(n) > dropout
    return frequency, recency, np.full(n, 60.0)


def test_a_life_quantile_has_the_error_of_its_closed_form():
    fit = weibull.fit(100 * np.random.default_rng(1).weibull(2, 60), np.ones(60))
    value, parts = propagated(lambda law: np.array([law["scale"] * 0.3 ** (1 / law["shape"])]), fit)
    known = weibull.life_quantile(fit, -np.expm1(-0.3))
    assert value[0] == pytest.approx(known.value)
    assert np.sqrt((parts**2).sum()) == pytest.approx(known.standard_error, rel=1e-7)


def test_parts_gather_to_the_error_of_a_sum():
    rng = np.random.default_rng(2)
    end = rng.uniform(100, 900, 40)
    count = rng.poisson((end / 300) ** 1.5)
    age = np.repeat(end, count) * rng.random(count.sum()) ** (1 / 1.5)
    fit = power_law.fit(age, end)
    values, parts = propagated(lambda law: power_law.expected_events(law, 0, end), fit)
    total = power_law.expected_events_estimate(fit, 0, end)
    assert values.sum() == pytest.approx(total.value)
    assert np.sqrt((parts.sum(axis=1) ** 2).sum()) == pytest.approx(total.standard_error, rel=1e-7)


def test_the_chance_of_being_alive_has_the_slopes_of_its_formula():
    x, t_x, age = purchases(np.random.default_rng(3), 900)
    fit = bg_nbd.fit(x, t_x, age)
    r, alpha, a, b = fit.parameters.values()
    alive, parts = propagated(lambda law: bg_nbd.alive_probability(law, x, t_x, age), fit)
    log_ratio = np.log((alpha + age) / (alpha + t_x))
    by_odds = np.where(
        x > 0,
        [log_ratio, (r + x) * (1 / (alpha + age) - 1 / (alpha + t_x)), 0 * x + 1 / a, -1 / np.maximum(b + x - 1, 1e-9)],
        0,
    )  # fmt: skip
    slopes = -alive * (1 - alive) * by_odds
    assert (parts**2).sum(axis=0) == pytest.approx(np.einsum("ij,ik,kj->j", slopes, fit.covariance, slopes), rel=1e-5, abs=1e-12)  # fmt: skip


def test_two_fits_add_their_variances():
    rng = np.random.default_rng(4)
    x, t_x, age = purchases(rng, 900)
    value = rng.gamma(6 * np.maximum(x, 1), 1 / (rng.gamma(4, 1 / 15, 900) * np.maximum(x, 1)))
    buying, spending = bg_nbd.fit(x, t_x, age), gamma_gamma.fit(x, value)

    def worth(law, money):
        return bg_nbd.expected_orders(law, 52, x, t_x, age) @ gamma_gamma.expected_order_value(
            money, x, value
        )

    together = (propagated(worth, buying, spending)[1] ** 2).sum()
    apart = [
        (propagated(lambda law: worth(law, spending.parameters), buying)[1] ** 2).sum(),
        (propagated(lambda money: worth(buying.parameters, money), spending)[1] ** 2).sum(),
    ]
    assert together == pytest.approx(sum(apart), rel=1e-9)
    assert min(apart) > 0
