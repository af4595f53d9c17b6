"""Forecasts of demand by any method: paths, seasons, intervals, and the choice by simulated stock."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from warehouse.science import demand_forecast, intermittent
from warehouse.science.seasonal_smoothing import seasonal_smoothing
from warehouse.science.stock_simulation import simulated_cost

quick = settings(max_examples=60, deadline=None)
demands = arrays(
    float, st.tuples(st.integers(1, 4), st.integers(2, 30)), elements=st.sampled_from([0, 0, 0, 1, 2, 5])
)
LAST = {
    "croston": intermittent.croston, "sba": intermittent.sba, "tsb": intermittent.tsb,
    "adida": intermittent.adida, "imapa": intermittent.imapa,
    "mean": lambda y: y.mean(axis=-1), "naive": lambda y: y[..., -1],
}  # fmt: skip


@quick
@given(demands, st.sampled_from(sorted(LAST)))
def test_a_forecast_is_what_the_method_gives_after_the_last_period(demand, method):
    made = demand_forecast.forecast(demand, 3, method)
    assert made.ahead == pytest.approx(np.repeat(LAST[method](demand)[:, None], 3, axis=1), abs=1e-12)


@quick
@given(
    demands, st.sampled_from([intermittent.croston_path, intermittent.tsb_path, intermittent.smoothing_path])
)
def test_a_path_holds_the_forecast_that_stood_after_each_period(demand, method):
    path = method(demand)
    for periods in range(1, demand.shape[1] + 1):
        assert path[:, periods - 1] == pytest.approx(method(demand[:, :periods])[:, -1], abs=1e-12)


@quick
@given(demands, st.integers(1, 5), st.integers(0, 4))
def test_a_path_over_blocks_holds_the_forecast_of_each_period(demand, level, missing):
    demand = np.hstack([np.full((len(demand), missing), np.nan), demand])
    alpha = np.full(len(demand), 0.2)
    path = intermittent.block_path(demand, level, alpha)
    for periods in range(1, demand.shape[1] + 1):
        alone = intermittent.block_path(demand[:, :periods], level, alpha)[:, -1]
        assert path[:, periods - 1] == pytest.approx(alone, abs=1e-12)


def test_a_pattern_of_seasons_is_continued():
    season = np.array([1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1.0])
    demand = np.tile(season, 4)[None, :43]  # ends in a seventh month
    smoothed = seasonal_smoothing(demand)
    assert smoothed.ahead[0] == pytest.approx(np.roll(season, -7), abs=1e-9)
    assert smoothed.path[0, :-1] == pytest.approx(demand[0, 1:], abs=1e-9)


def test_seasonal_smoothing_by_hand():
    """A level of 10 with a pattern of 0; the 25th month brings 14, then the level takes its part of the error."""
    demand = np.append(np.full(24, 10.0), 14.0)[None, :]
    smoothed = seasonal_smoothing(demand)
    alpha = smoothed.alpha[0]
    assert smoothed.ahead[0, 0] == pytest.approx(10 + 4 * alpha)
    assert (
        smoothed.ahead[0, 11] >= 10 + 4 * alpha
    )  # the same month of next year knows it, as far as gamma says


def test_simulated_stock_by_hand():
    """Two expected, no deviation, nothing to wait for: 2 are there each period; 1, 5 and 2 are asked for."""
    cost = simulated_cost([[1.0, 5, 2]], [[2.0, 2, 2]], [0.0], 0, 0.9)
    assert cost == pytest.approx([1 + 0 + 0 + 9 * 3])  # three short at nine; what is owed is ordered on top


def test_stock_on_its_way_arrives_after_the_lead_time():
    """Two on the way for each of two periods and two ordered on top: nobody asks, so 2, 4, 6 and 6 lie there."""
    assert simulated_cost([[0.0, 0, 0, 0]], [[2.0] * 4], [0.0], 2, 0.5) == pytest.approx([2 + 4 + 6 + 6])
    assert simulated_cost([[2.0] * 4], [[2.0] * 4], [0.0], 2, 0.5) == pytest.approx([0])


def test_of_equal_methods_the_mean_is_chosen_and_of_short_histories_too():
    assert demand_forecast.choose(np.full((1, 36), 5.0)).tolist() == ["mean"]
    falling = np.linspace(40, 1, 23)[None, :]
    assert demand_forecast.choose(falling).tolist() == ["mean"]


def test_a_dying_part_takes_a_method_that_follows_it():
    rng = np.random.default_rng(6)
    demand = np.where(np.arange(60) < 40, rng.poisson(3, (50, 60)), rng.poisson(0.05, (50, 60)))
    chosen = demand_forecast.choose(demand)
    assert not np.isin(chosen, ["mean", "croston", "sba"]).any()
    made = demand_forecast.forecast(demand, 1)
    assert made.total(1).mean() < 0.5 < demand_forecast.forecast(demand, 1, "mean").total(1).mean()


def test_a_strong_season_is_chosen():
    rng = np.random.default_rng(7)
    season = 20 + 15 * np.sin(np.arange(60) * 2 * np.pi / 12)
    demand = rng.poisson(season, (20, 60)).astype(float)
    assert (demand_forecast.choose(demand) == "seasonal").all()


def test_what_is_chosen_does_not_know_the_periods_to_come():
    rng = np.random.default_rng(8)
    demand = rng.poisson(0.4, (40, 48)).astype(float)
    changed = np.hstack([demand, rng.poisson(9, (40, 6))])
    assert (demand_forecast.choose(demand) == demand_forecast.choose(changed[:, :48])).all()


@pytest.mark.parametrize("months", [1, 3, 6])
def test_intervals_hold_what_comes_about_as_often_as_they_say(months):
    """Counts are coarse: an interval may hold a little more than its share, not less."""
    rng = np.random.default_rng(9)
    rate = rng.gamma(2, 1.5, (3000, 1))
    demand = rng.negative_binomial(rate, 0.4, (3000, 48 + months)).astype(float)
    made = demand_forecast.forecast(demand[:, :48], months, "mean")
    low, high = demand_forecast.interval(made.total(months), np.sqrt(made.total_variance(months)))
    came = demand[:, 48:].sum(axis=1)
    assert 0.93 <= ((came >= low) & (came <= high)).mean() <= 0.98


def test_the_deviation_of_several_periods_is_that_of_simulated_levels():
    """A local level that takes over 0.3 of each error."""
    rng = np.random.default_rng(10)
    error = rng.normal(0, 1, (200_000, 4))
    level = 0.3 * (error.cumsum(axis=1) - error)
    made = demand_forecast.Forecast(
        np.zeros((1, 4)), np.ones(1), np.full(1, 0.3), np.zeros(1), np.array(["ses"])
    )
    assert made.total_deviation(4) == pytest.approx((level + error).sum(axis=1).std(), rel=0.01)
    assert np.sqrt(made.variance_at(3)) == pytest.approx((level + error)[:, 3].std(), rel=0.01)


def test_parts_of_periods_and_what_lies_beyond_the_horizon():
    made = demand_forecast.Forecast(
        np.array([[1.0, 2, 6]]), np.ones(1), np.zeros(1), np.zeros(1), np.array(["seasonal"])
    )
    assert [float(made.total(h)[0]) for h in (0, 0.5, 1, 2.5, 3, 4)] == [0, 0.5, 1, 6, 9, 12]
    assert made.by_period(5).tolist() == [[1, 2, 6, 3, 3]]


def test_classes_of_variation():
    even, wavy, rare = np.tile([4.0, 6], 6), np.tile([0.0, 5], 6), np.append(np.zeros(11), 3)
    assert intermittent.variation_class([even, wavy * 0.9 + 0.5, rare, 0 * rare]).tolist() == [
        "X",
        "Y",
        "Z",
        "N",
    ]
    assert intermittent.variation_class(even[:11]) == "U"
