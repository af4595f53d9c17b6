"""The customer models beyond published digits: gradients, limits, weights, refusals, laws found again."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import beta as beta_function
from scipy.special import hyp2f1

from warehouse.science import bg_nbd, gamma_gamma, pareto_nbd, purchase_history
from warehouse.science.lifetime_value import DAYS_PER_MONTH, lifetime_value
from warehouse.science.maximum_likelihood import FitRefused
from warehouse.science.purchase_history import distinct_histories

BG = {"r": 0.6, "alpha": 6.0, "a": 0.8, "b": 2.5}
PARETO = {"r": 0.7, "alpha": 8.0, "s": 0.6, "beta": 10.0}
VALUE = {"p": 6.0, "q": 4.0, "gamma": 15.0}


def bg_customers(rng, n, law=BG):
    """Customers who may drop out after each purchase, watched for 30 to 80 weeks."""
    rate, dropout = rng.gamma(law["r"], 1 / law["alpha"], n), rng.beta(law["a"], law["b"], n)
    age = rng.uniform(30, 80, n)
    frequency, recency, clock, active = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, bool)
    while active.any():
        clock = clock + rng.exponential(1, n) / rate
        active &= clock < age
        frequency, recency = frequency + active, np.where(active, clock, recency)
        active &= rng.random(n) > dropout
    return frequency, recency, age


def pareto_customers(rng, n, law=PARETO):
    """Customers who drop out at a moment of their own, watched for 30 to 80 weeks."""
    rate, dropout = rng.gamma(law["r"], 1 / law["alpha"], n), rng.gamma(law["s"], 1 / law["beta"], n)
    age = rng.uniform(30, 80, n)
    until = np.minimum(age, rng.exponential(1, n) / dropout)
    frequency = rng.poisson(rate * until).astype(float)
    latest = until * rng.random(n) ** (1 / np.maximum(frequency, 1))
    return frequency, np.where(frequency > 0, latest, 0.0), age


CUSTOMERS = {bg_nbd: bg_customers, pareto_nbd: pareto_customers}
LAWS = {bg_nbd: BG, pareto_nbd: PARETO}
both = pytest.mark.parametrize("model", [bg_nbd, pareto_nbd], ids=["bg_nbd", "pareto_nbd"])


def slopes(function, point, width=1e-6):
    """Central differences of a function's value."""
    shifts = np.diag(point * width)
    return [(function(point + s)[0] - function(point - s)[0]) / (2 * s.sum()) for s in shifts]


@both
@pytest.mark.parametrize("theta", [(0.5, 3.0, 0.7, 9.0), (2.0, 20.0, 1.6, 4.0), (0.05, 0.4, 6.0, 70.0)])
def test_the_gradient_is_that_of_the_likelihood(model, theta):
    histories = distinct_histories(*CUSTOMERS[model](np.random.default_rng(3), 300))
    theta = np.array(theta)
    gradient = model.log_likelihood(theta, histories)[1]
    assert gradient == pytest.approx(slopes(lambda at: model.log_likelihood(at, histories), theta), rel=1e-5)


def test_the_gradient_of_order_values_is_that_of_the_likelihood():
    rng = np.random.default_rng(4)
    x, z, weight = rng.integers(1, 9, 200).astype(float), rng.gamma(3, 12, 200), np.ones(200)
    theta = np.array([5.0, 3.0, 14.0])
    gradient = gamma_gamma.log_likelihood(theta, x, z, weight)[1]
    assert gradient == pytest.approx(
        slopes(lambda at: gamma_gamma.log_likelihood(at, x, z, weight), theta), rel=1e-5
    )


@both
def test_the_law_that_made_the_customers_is_found_again(model):
    fit = model.fit(*CUSTOMERS[model](np.random.default_rng(11), 6000))
    for name, truth in LAWS[model].items():
        low, high = fit.limits(name, 0.999)
        assert low < truth < high, name


def test_a_search_that_begins_on_some_of_many_customers_ends_at_the_same_maximum(monkeypatch):
    customers = pareto_customers(np.random.default_rng(12), 9000)
    fast = pareto_nbd.fit(*customers)
    assert distinct_histories(*customers).sketch is not None
    monkeypatch.setattr(purchase_history, "MANY_ROWS", 10**9)
    whole = pareto_nbd.fit(*customers)
    assert fast.parameters == pytest.approx(whole.parameters, rel=1e-6)
    assert fast.standard_errors == pytest.approx(whole.standard_errors, rel=1e-4)
    assert fast.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-6)


@both
def test_stated_limits_hold_the_truth_about_as_often_as_they_say(model):
    rng = np.random.default_rng(12)
    held = []
    for _ in range(30):
        fit = model.fit(*CUSTOMERS[model](rng, 600))
        held += [fit.limits(name)[0] < truth < fit.limits(name)[1] for name, truth in LAWS[model].items()]
    assert 0.86 < np.mean(held) <= 1


def test_the_law_of_order_values_is_found_again():
    rng = np.random.default_rng(13)
    x = rng.geometric(0.3, 4000).astype(float)
    rate = rng.gamma(VALUE["q"], 1 / VALUE["gamma"], 4000)
    fit = gamma_gamma.fit(x, rng.gamma(VALUE["p"] * x, 1 / (rate * x)))
    for name, truth in VALUE.items():
        low, high = fit.limits(name, 0.999)
        assert low < truth < high, name


def test_a_currency_changes_money_and_nothing_else():
    rng = np.random.default_rng(14)
    x = rng.geometric(0.3, 1000).astype(float)
    z = rng.gamma(6 * x, 1 / (rng.gamma(4, 1 / 15, 1000) * x))
    small, large = gamma_gamma.fit(x, z), gamma_gamma.fit(x, z * 1e6)
    assert large.parameters["p"] == pytest.approx(small.parameters["p"], rel=1e-6)
    assert large.parameters["gamma"] == pytest.approx(small.parameters["gamma"] * 1e6, rel=1e-6)
    assert large.log_likelihood == pytest.approx(small.log_likelihood - 1000 * np.log(1e6), rel=1e-9)
    theta = np.array(list(large.parameters.values()))
    assert large.log_likelihood == pytest.approx(
        gamma_gamma.log_likelihood(theta, x, z * 1e6, np.ones(1000))[0]
    )


@both
def test_a_weight_is_so_many_customers(model):
    x, t_x, age = (np.round(column) for column in CUSTOMERS[model](np.random.default_rng(5), 900))
    t_x = np.where(x > 0, np.maximum(t_x, 1), 0)
    weight = np.random.default_rng(6).integers(1, 4, 900)
    weighted = model.fit(x, t_x, age, weight)
    expanded = model.fit(*(np.repeat(column, weight) for column in (x, t_x, age)))
    assert weighted.parameters == pytest.approx(expanded.parameters, rel=1e-6)
    assert weighted.log_likelihood == pytest.approx(expanded.log_likelihood, rel=1e-12)
    assert weighted.n == expanded.n == weight.sum()


@both
def test_a_unit_of_time_changes_times_and_nothing_else(model):
    x, t_x, age = CUSTOMERS[model](np.random.default_rng(7), 1500)
    weeks, days = model.fit(x, t_x, age), model.fit(x, t_x * 7, age * 7)
    for name, value in weeks.parameters.items():
        factor = 7 if name in ("alpha", "beta") else 1
        assert days.parameters[name] == pytest.approx(value * factor, rel=1e-5)
    assert model.expected_orders(days.parameters, 70, 3, 140, 210) == pytest.approx(
        model.expected_orders(weeks.parameters, 10, 3, 20, 30), rel=1e-5
    )


@pytest.mark.parametrize(("alpha", "beta"), [(8.0, 10.0), (10.0, 8.0), (9.0, 9.0)])
@pytest.mark.parametrize(
    ("x", "t_x", "age"), [(0, 0, 39), (2, 30.4, 38.9), (26, 30.9, 31), (9, 3, 60), (4, 7, 7)]
)
def test_pareto_alive_probability_is_the_closed_form(alpha, beta, x, t_x, age):
    r, s = 0.7, 0.6
    far, second = max(alpha, beta), s + 1 if alpha >= beta else r + x

    def term(t):
        return hyp2f1(r + s + x, second, r + s + x + 1, abs(alpha - beta) / (far + t)) / (far + t) ** (
            r + s + x
        )

    odds = s / (r + s + x) * (alpha + age) ** (r + x) * (beta + age) ** s * (term(t_x) - term(age))
    parameters = {"r": r, "alpha": alpha, "s": s, "beta": beta}
    assert pareto_nbd.alive_probability(parameters, x, t_x, age) == pytest.approx(1 / (1 + odds), rel=1e-10)


@pytest.mark.parametrize("a", [0.3, 0.8, 1.0, 1.0 + 1e-7, 1.7, 12.0])
@pytest.mark.parametrize("x", [0, 1, 7, 60])
@pytest.mark.parametrize("b", [2.5, 0.7, 0.2])
def test_bg_expected_orders_is_the_mean_over_dropout_rates(a, b, x):
    law = {**BG, "a": a, "b": b}
    age, t_x, horizon = 40.0, 33.0 if x else 0.0, 52.0

    def orders(p):
        """Orders of a customer who is alive, given the dropout rate p and integrated over the buying rate."""
        p = max(p, 1e-300)  # the rule looks at the very end, where the limit is finite
        return -np.expm1(-(law["r"] + x) * np.log1p(p * horizon / (law["alpha"] + age))) / p

    density = {"weight": "alg", "wvar": (a - 1, b + x - 1), "epsabs": 0}
    mean = quad(orders, 0, 1, **density)[0] / beta_function(a, b + x)
    alive = bg_nbd.alive_probability(law, x, t_x, age)
    assert bg_nbd.expected_orders(law, horizon, x, t_x, age) == pytest.approx(mean * alive, rel=1e-7)


def test_bg_expected_orders_stay_finite_for_busy_customers():
    expected = bg_nbd.expected_orders(BG, 52, np.array([400.0, 3000.0]), 99.9, 100)
    assert np.isfinite(expected).all()
    assert (np.diff(expected) > 0).all()


def test_pareto_expected_orders_pass_smoothly_through_s_of_one():
    near = [pareto_nbd.expected_orders({**PARETO, "s": s}, 52, 3, 20, 40) for s in (1 - 1e-7, 1.0, 1 + 1e-7)]
    assert near[1] == pytest.approx((near[0] + near[2]) / 2, rel=1e-9)


@pytest.mark.parametrize("s", [0.05, 0.6, 1.0, 3.0, 400.0])
def test_discounted_orders_are_the_integral_of_expected_orders(s):
    law, rate = {**PARETO, "s": s}, 0.0027

    def density(t):
        ahead = (law["r"] + 3) / (law["alpha"] + 40) * (1 + t / (law["beta"] + 40)) ** -s
        return ahead * np.exp(-rate * t)

    alive = pareto_nbd.alive_probability(law, 3, 20, 40)
    total = quad(density, 0, 10, epsabs=0)[0] + quad(density, 10, np.inf, epsabs=0)[0]
    assert pareto_nbd.discounted_expected_orders(law, rate, 3, 20, 40) == pytest.approx(
        total * alive, rel=1e-7
    )


@both
def test_the_lifetime_value_is_the_sum_over_months(model):
    law, x, t_x, age = LAWS[model], np.array([0, 3]), np.array([0, 20.0]), np.array([40.0, 40.0])
    until = [model.expected_orders(law, m * DAYS_PER_MONTH / 7, x, t_x, age) for m in range(13)]
    by_hand = sum((until[m] - until[m - 1]) / 1.15 ** (m / 12) for m in range(1, 13)) * 35 * 0.4
    value = lifetime_value(lambda horizon: model.expected_orders(law, horizon, x, t_x, age), 35, 0.4)
    assert value == pytest.approx(by_hand, rel=1e-12)
    assert value.shape == (2,)


@both
def test_few_repeat_buyers_are_refused_with_their_number(model):
    x, t_x, age = CUSTOMERS[model](np.random.default_rng(8), 60)
    with pytest.raises(FitRefused) as refusal:
        model.fit(x, t_x, age)
    assert f"{(x > 0).sum()}" in refusal.value.reason["zh"]
    assert f"Customers who bought again: {(x > 0).sum()}, where 50 are needed" in refusal.value.reason["en"]


@both
def test_customers_who_are_all_alike_are_refused(model):
    rng = np.random.default_rng(9)
    frequency = rng.poisson(4, 3000).astype(float)
    recency = np.where(frequency > 0, 40 * rng.random(3000) ** (1 / np.maximum(frequency, 1)), 0)
    with pytest.raises(FitRefused, match=r"runs to|no single maximum"):
        model.fit(frequency, recency, np.full(3000, 40.0))


def test_order_values_that_are_all_the_same_are_refused_with_that_value():
    with pytest.raises(FitRefused, match=r"worth 99\.50 on average"):
        gamma_gamma.fit(np.arange(1, 100), np.full(99, 99.5))


def test_order_values_without_a_mean_are_refused():
    rng = np.random.default_rng(10)
    with pytest.raises(FitRefused, match="q is not above 1"):
        gamma_gamma.fit(np.full(2000, 3.0), rng.gamma(18, 1, 2000) / (3 * rng.gamma(0.6, 1, 2000)))


@pytest.mark.parametrize(
    ("history", "complaint"),
    [
        ((1, 50, 40), "history 60 has a recency outside"),
        ((0, 5, 40), "history 60 has a recency without"),
        ((2, 0, 40), "history 60 has a recency without"),
        ((1.5, 5, 40), "history 60 has a frequency"),
        ((1, np.nan, 40), "history 60 has a value that is missing"),
    ],
)
def test_an_impossible_history_is_named(history, complaint):
    rows = np.array([(1, 5, 40)] * 60 + [history], dtype=float)
    with pytest.raises(ValueError, match=complaint):
        bg_nbd.fit(*rows.T)
