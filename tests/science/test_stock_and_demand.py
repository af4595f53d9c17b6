"""Intermittent forecasts, stock rules, inequality and association: laws that hold for all data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import trapezoid
from scipy.stats import false_discovery_control, fisher_exact, hypergeom, norm

from warehouse.science import (
    association,
    concentration,
    forecast_error,
    intermittent,
    order_quantity,
    stock_rules,
)

quick = settings(max_examples=100, deadline=None)
demands = arrays(
    float, st.tuples(st.integers(1, 4), st.integers(1, 30)), elements=st.sampled_from([0, 0, 0, 1, 2, 5])
)
METHODS = [intermittent.croston, intermittent.sba, intermittent.tsb, intermittent.adida, intermittent.imapa]


@quick
@given(demands, st.sampled_from(METHODS))
def test_items_are_forecast_each_by_itself(demand, method):
    together = method(demand)
    alone = [float(method(row)) for row in demand]
    assert together == pytest.approx(np.array(alone), abs=1e-12)


@quick
@given(demands, st.sampled_from(METHODS), st.integers(1, 5))
def test_periods_without_stock_are_left_out(demand, method, gap):
    missing = np.full((len(demand), gap), np.nan)
    assert method(np.hstack([missing, demand])) == pytest.approx(method(demand), abs=1e-12)
    assert method(np.hstack([demand, missing])) == pytest.approx(method(demand), abs=1e-12)


@quick
@given(demands, st.sampled_from(METHODS), st.sampled_from([16.0, 0.25]))
def test_a_unit_of_quantity_scales_the_forecast(demand, method, unit):
    assert np.array_equal(method(demand * unit), method(demand) * unit)


@pytest.mark.parametrize("method", METHODS)
def test_no_demand_is_a_forecast_of_nothing_and_steady_demand_of_itself(method):
    assert method(np.zeros(12)) == 0
    bias = 0.95 if method is intermittent.sba else 1
    assert method(np.full(12, 4.0)) == pytest.approx(4 * bias)


def test_crostons_first_steps_by_hand():
    demand = [0, 0, 4, 0, 0, 0, 6, 0]
    size, interval = 0.1 * 6 + 0.9 * 4, 0.1 * 4 + 0.9 * 3
    assert intermittent.croston(demand) == pytest.approx(size / interval, rel=1e-14)
    probability = 0.9 * (0.1 + 0.9 * (0.9 * 0.9 * 0.9 * (0.1 + 0.0)))
    assert intermittent.tsb(demand) == pytest.approx(probability * size, rel=1e-14)


@pytest.mark.parametrize(
    ("demand", "name"),
    [
        ([0, 0, 0], "no_demand"),
        ([0, 9, 0], "single"),
        ([4, 5, 4, 5], "smooth"),
        ([1, 9, 1, 9], "erratic"),
        ([0, 4, 0, 5], "intermittent"),
        ([0, 1, 0, 9], "lumpy"),
        ([0, 2, 2, np.nan, np.nan], "intermittent"),
    ],
)
def test_classes_of_demand(demand, name):
    assert str(intermittent.demand_class(demand)) == name


def test_demand_below_zero_is_named():
    with pytest.raises(ValueError, match=r"Demand at \(1, 2\) is -1"):
        intermittent.croston([[0, 1, 2], [0, 1, -1]])


def test_errors_by_hand():
    actual, forecast, history = [2.0, 0, 4], [1.0, 1, 1], [0.0, 2, 2, 0]
    assert forecast_error.mean_error(actual, forecast) == 1
    assert forecast_error.mean_absolute_error(actual, forecast) == pytest.approx(5 / 3)
    assert forecast_error.mean_absolute_scaled_error(actual, forecast, history) == pytest.approx(5 / 4)
    assert forecast_error.root_mean_squared_scaled_error(actual, forecast, history) == pytest.approx(
        (11 / 8) ** 0.5
    )
    assert forecast_error.periods_in_stock(actual, forecast) == -(1 + 0 + 3)
    assert np.isnan(forecast_error.mean_absolute_scaled_error(actual, forecast, [3.0, 3, 3]))


def test_a_month_that_could_not_be_served_is_left_out_of_the_error():
    actual, forecast = [4.0, np.nan, 1.0], [2.0, 2.0, 2.0]
    assert forecast_error.mean_error(actual, forecast) == 0.5
    assert forecast_error.mean_absolute_error(actual, forecast) == 1.5
    assert forecast_error.periods_in_stock(actual, forecast) == -(2 + 2 + 1)
    assert np.isnan(forecast_error.mean_error([np.nan], [2.0]))
    assert np.isnan(forecast_error.periods_in_stock([np.nan], [2.0]))


def test_service_levels_are_those_of_simulated_cycles():
    """Weekly demand N(2500, 500), lead time 2 weeks, order up at 6000 (the mattress of the textbook)."""
    rng = np.random.default_rng(1)
    over_lead_time = rng.normal(2500, 500, (400_000, 2)).sum(axis=1)
    deviation = stock_rules.lead_time_deviation(2500, 500, 2)
    short = np.maximum(over_lead_time - 6000, 0)
    assert stock_rules.cycle_service_level(1000, deviation) == pytest.approx((short == 0).mean(), abs=2e-3)
    assert stock_rules.fill_rate(1000, deviation, 10000) == pytest.approx(1 - short.mean() / 10000, abs=5e-5)


def test_a_lead_time_that_varies_spreads_demand_as_simulated():
    rng = np.random.default_rng(2)
    lead_time = rng.gamma(16, 7 / 16, 400_000)
    over_lead_time = rng.normal(250 * lead_time, 50 * np.sqrt(lead_time))
    assert stock_rules.lead_time_deviation(250, 50, 7, 7 / 4) == pytest.approx(over_lead_time.std(), rel=0.01)


@quick
@given(st.floats(0.01, 0.999), st.floats(0.5, 500), st.floats(1, 5000))
def test_safety_stock_gives_the_service_it_was_made_for(target, deviation, quantity):
    held = stock_rules.safety_stock(target, deviation)
    assert stock_rules.cycle_service_level(held, deviation) == pytest.approx(target)
    held = stock_rules.safety_stock_for_fill_rate(target, deviation, quantity)
    assert stock_rules.fill_rate(held, deviation, quantity) == pytest.approx(target, abs=1e-9)


@pytest.mark.parametrize("quantity", [50.0, 700.0, 10000.0])
def test_the_fill_rate_of_small_orders_is_the_mean_over_stock_positions(quantity):
    """The position lies evenly between the reorder point and that plus the order; a unit comes if enough is there."""
    position = np.linspace(300, 300 + quantity, 20001)
    short = trapezoid(norm.sf(position / 707), position) / quantity
    assert stock_rules.fill_rate(300, 707.0, quantity) == pytest.approx(1 - short, abs=1e-7)


def test_where_nothing_varies_stock_is_certain():
    assert stock_rules.cycle_service_level([1.0, 0.0, -1.0], 0.0).tolist() == [1, 1, 0]
    assert stock_rules.expected_shortage([1.0, -3.0], 0.0).tolist() == [0, 3]


def test_reorder_points_round_up_to_packs_and_cover_the_review():
    assert stock_rules.reorder_point(10, 2, 3.5) == 23.5
    assert stock_rules.reorder_point(10, 2, 3.5, review_period=1) == 33.5
    assert stock_rules.reorder_point(10, 2, [3.5, 4.0], pack=12).tolist() == [24, 24]
    assert stock_rules.reorder_point(0.1, 3, 0, pack=0.1) == pytest.approx(0.3)


def test_lumpy_demand_takes_a_count_and_not_the_normal():
    assert stock_rules.lumpy_reorder_point(0.5, 2.0, 0.95) == 3
    normal = 0.5 + stock_rules.safety_stock(0.95, np.sqrt(2.0))
    assert stock_rules.lumpy_reorder_point(0.5, 2.0, 0.99) > 0.5 + stock_rules.safety_stock(
        0.99, np.sqrt(2.0)
    )
    assert normal < 3


def test_order_quantities_are_optimal():
    quantity, cost = order_quantity.economic_order_quantity(8, 0.225, 1300)
    assert all(8 * 1300 / q + 0.225 * q / 2 > cost for q in (quantity * 0.99, quantity * 1.01))
    stock, cost = order_quantity.newsvendor(0.18, 0.7, 50, 8)
    demand = np.random.default_rng(3).normal(50, 8, 400_000)
    simulated = 0.18 * np.maximum(stock - demand, 0) + 0.7 * np.maximum(demand - stock, 0)
    assert cost == pytest.approx(simulated.mean(), rel=0.01)
    with pytest.raises(ValueError, match="holding_cost is 0"):
        order_quantity.economic_order_quantity(8, 0, 1300)
    with pytest.raises(ValueError, match="too low"):
        order_quantity.reorder_point_and_quantity(8, 1.0, 0.01, 1300, 1 / 12, 150)


amounts = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)


@quick
@given(amounts, st.sampled_from([100.0, 0.01]), st.randoms())
def test_inequality_does_not_depend_on_currency_or_order(held, unit, random):
    value = concentration.gini(held)
    random.shuffle(held)
    other = concentration.gini([amount * unit for amount in held])
    if value is None or other is None:
        assert sum(held) * unit == 0 or sum(held) == 0
        return
    assert value == pytest.approx(other, abs=1e-9)
    assert -1e-12 <= value < 1


@quick
@given(amounts)
def test_the_gini_is_half_the_relative_mean_difference(held):
    held = np.array(held)
    if held.sum() > 0:
        differences = np.abs(held[:, None] - held[None, :]).sum()
        assert concentration.gini(held) == pytest.approx(differences / (2 * len(held) * held.sum()), abs=1e-9)


def test_concentration_at_its_ends():
    assert concentration.gini([5, 5, 5]) == pytest.approx(0)
    assert concentration.gini([0, 0, 9]) == pytest.approx(2 / 3)
    assert concentration.gini([0, 0, 9], unbiased=True) == pytest.approx(1)
    assert concentration.herfindahl([1, 1, 1, 1]) == pytest.approx(0.25)
    assert concentration.top_share([1, 2, 3, 4], n=1) == pytest.approx(0.4)
    assert concentration.top_share([1, 2, 3, 4], p=0.3) == pytest.approx(0.7)
    assert concentration.holders_of_share([1, 2, 3, 4], 0.7) == 0.5
    assert concentration.gini([]) is None
    assert concentration.top_share([0, 0], n=1) is None
    with pytest.raises(ValueError, match="below 0"):
        concentration.gini([1, -2])


def test_the_test_of_pairs_is_fishers() -> None:
    """Counts of all sizes, on both sides of the mean, and such as cannot be by far."""
    dice = np.random.default_rng(3)
    baskets = np.r_[dice.integers(1, 60, 1500), dice.integers(1000, 90_000, 300)]
    one, other = (dice.random((2, len(baskets))) * (baskets + 1)).astype(int)
    together = (dice.random(len(baskets)) * (np.minimum(one, other) + 1)).astype(int)
    wanted = hypergeom.sf(together - 1, baskets, one, other)
    found = association.p_values(together, one, other, baskets)
    assert found == pytest.approx(wanted, rel=1e-8, abs=1e-12)
    assert association.p_values(together, other, one, baskets) == pytest.approx(found, rel=1e-9, abs=1e-13)


def test_items_bought_by_chance_make_few_findings():
    rng = np.random.default_rng(5)
    held = (rng.random((3000, 40)) < 0.15).astype(int)
    both, each = held.T @ held, held.sum(axis=0)
    first, second = np.triu_indices(40, 1)
    q_values = association.q_values(both[first, second], each[first], each[second], 3000)
    assert np.isfinite(q_values).all()
    assert (q_values < 0.05).sum() <= 2


def test_rare_pairs_are_not_tested_and_turning_pairs_round_changes_nothing():
    rng = np.random.default_rng(6)
    held = rng.random((400, 12)) < np.linspace(0.05, 0.6, 12)
    both, each = held.T.astype(int) @ held.astype(int), held.sum(axis=0)
    first, second = np.triu_indices(12, 1)
    counts = both[first, second], each[first], each[second], 400
    once = association.q_values(*counts)
    rare = counts[0] < association.FEWEST_BASKETS
    assert rare.any()
    assert np.isnan(once[rare]).all()
    assert once[~rare] == pytest.approx(false_discovery_control([fisher(*row) for row in zip(*counts[:3], strict=True) if row[0] >= 30]))  # fmt: skip
    turned = association.q_values(*(np.tile(count, 2) for count in counts[:3]), 400)
    assert np.tile(once, 2)[~np.isnan(turned)] == pytest.approx(turned[~np.isnan(turned)])


def fisher(both, a, b, baskets=400):
    table = [[both, a - both], [b - both, baskets - a - b + both]]
    return fisher_exact(table, alternative="greater").pvalue
