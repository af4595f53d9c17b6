"""Plans of stock: reorder points for even and lumpy items, cover, lots that expire, counts known by two moments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, nbinom, norm, poisson

from warehouse.science import count_distribution
from warehouse.science.demand_forecast import Forecast
from warehouse.science.stock_plan import leftover_at_expiry, periods_of_cover, plan_stock

quick = settings(max_examples=100, deadline=None)


def steady(rate: float, deviation: float, items: int = 1) -> Forecast:
    each = np.ones(items)
    return Forecast(np.full((items, 24), rate), deviation * each, 0 * each, 0 * each, np.full(items, "mean"))


def test_the_computer_of_the_textbook():
    """Chopra & Meindl: 2,500 a day with 500, seven days that vary by seven: 22,491 at 90 %."""
    plan = plan_stock(steady(2500, 500), np.array(["smooth"]), 7.0, 7.0, 0.9)
    assert plan.deviation == pytest.approx([17549.9288], abs=1e-4)
    assert plan.safety_stock == pytest.approx([22491.1387], abs=0.01)
    assert plan.reorder_point - plan.safety_stock == pytest.approx([17500])
    assert plan.cycle_service(plan.reorder_point) == pytest.approx([0.9])


def test_a_review_is_waited_for_too():
    plan = plan_stock(steady(10, 3), np.array(["smooth"]), 2.0, 0.0, 0.95, review=1.0)
    assert plan.expected == pytest.approx([30])
    assert plan.safety_stock == pytest.approx([norm.ppf(0.95) * 3 * np.sqrt(3)])


def test_without_a_lead_time_there_is_no_plan():
    plan = plan_stock(steady(10, 3, 2), np.array(["smooth", "lumpy"]), [np.nan, 1.0], 0.0, 0.95)
    assert np.isnan(plan.reorder_point).tolist() == [True, False]
    assert np.isnan(plan.cycle_service(40.0)).tolist() == [True, False]


def test_lumpy_items_are_planned_by_a_count_and_served_as_simulated():
    rng = np.random.default_rng(11)
    mean, variance = 6.0, 40.0
    plan = plan_stock(steady(3, np.sqrt(20)), np.array(["lumpy"]), 2.0, 0.0, 0.95)
    over_lead_time = rng.negative_binomial(mean**2 / (variance - mean), mean / variance, 400_000)
    point = plan.reorder_point[0]
    assert (over_lead_time <= point).mean() >= 0.95 > (over_lead_time <= point - 1).mean()
    assert plan.cycle_service(10.0) == pytest.approx((over_lead_time <= 10).mean(), abs=2e-3)
    short = np.maximum(over_lead_time - 10, 0) - np.maximum(over_lead_time - 25, 0)
    assert plan.fill_rate([10.0], [15.0]) == pytest.approx(1 - short.mean() / 15, abs=1e-3)


@pytest.mark.parametrize(
    ("variance", "law"),
    [(4.0, poisson(4)), (9.0, nbinom(16 / 5, 4 / 9)), (2.0, binom(8, 0.5))],
)
def test_many_counts_at_once_are_as_one_by_one(variance, law):
    shares = np.array([0.05, 0.5, 0.95])
    found = count_distribution.count_quantiles(4.0, variance, shares)
    assert found.tolist() == [count_distribution.count_quantile(4.0, variance, p) for p in shares]
    assert found == pytest.approx(law.ppf(shares))
    assert count_distribution.count_share(4.0, variance, [2, 5]) == pytest.approx(law.cdf([2, 5]))
    beyond = law.expect(lambda k: np.maximum(k - 5, 0))
    assert count_distribution.count_loss(4.0, variance, 5) == pytest.approx(beyond, abs=1e-9)


def test_counts_of_nothing_and_of_the_unknown():
    assert count_distribution.count_quantiles([0.0, np.nan], [0.0, 1.0], 0.95).tolist()[0] == 0
    assert np.isnan(count_distribution.count_share([np.nan], [1.0], [1.0])).all()


def test_cover_runs_month_by_month_and_on_beyond_the_forecast():
    ahead = np.array([[10.0, 20, 30], [10, 20, 30], [10, 20, 30], [0, 0, 0], [0, 5, 0]])
    cover = periods_of_cover(ahead, [5.0, 25, 100, 9, 5])
    assert cover[:3].tolist() == [0.5, 1.75, 3 + 40 / 20]
    assert np.isnan(cover[3])
    assert cover[4] == 3  # five are enough for the second month; the mean of all comes after the third
    assert periods_of_cover(ahead[:1], [-3.0]) == 0


def test_what_is_left_of_lots_by_hand():
    """Ten expire after demand of 4, ten more after 12, five after 40: 6 are left of the first, then 2 more, then none."""
    assert leftover_at_expiry([10, 10, 5], [4, 12, 40]).tolist() == [6, 2, 0]


@quick
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 30)), min_size=1, max_size=8))
def test_what_is_left_is_that_of_a_simulated_store(lots):
    """Day by day the demand takes from the lot that expires first; what a lot has at its expiry is lost."""
    quantity = np.array([one[0] for one in lots], dtype=float)
    expiry = np.cumsum([one[1] for one in lots])
    left = quantity.copy()
    lost = np.zeros(len(lots))
    for day in range(int(expiry[-1]) + 1):
        for lot in np.flatnonzero(expiry == day):
            lost[lot], left[lot] = left[lot], 0
        wanted = 3.0
        for lot in range(len(lots)):
            taken = min(left[lot], wanted)
            left[lot] -= taken
            wanted -= taken
    found = leftover_at_expiry(quantity, 3.0 * expiry)
    assert (
        found.sum() <= lost.sum() + 1e-9
    )  # the rule lets a later lot's demand spare an earlier one: never more is lost
    assert ((found >= 0) & (found <= quantity + 1e-9)).all()
