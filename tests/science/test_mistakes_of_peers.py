"""Figures that others publish by a known mistake, on the same data: ours is the right one, and differs."""

import numpy as np
import pytest

from warehouse.science import (
    bg_nbd,
    forecast_error,
    intermittent,
    pareto_nbd,
    replacement_rate,
    stock_rules,
    weibull,
)
from warehouse.science.recurrence import mean_cumulative_function
from warehouse.science.survival import kaplan_meier


def test_bg_nbd_takes_every_one_time_buyer_for_alive_and_pareto_nbd_does_not(data):
    history = data.cdnow
    once = (history.frequency == 0, history.recency, history.age)
    observed = (history.frequency, history.recency, history.age)
    bg = bg_nbd.alive_probability(bg_nbd.fit(*observed).parameters, *observed)
    pareto = pareto_nbd.alive_probability(pareto_nbd.fit(*observed).parameters, *observed)
    assert (bg[once[0]] == 1).all()
    assert pareto[once[0]].max() < 0.6
    assert once[0].mean() > 0.59


def test_the_maximum_is_not_that_of_a_penalised_fit(data):
    history = data.cdnow
    a = bg_nbd.fit(history.frequency, history.recency, history.age).parameters["a"]
    assert a == pytest.approx(0.793, abs=5e-4)
    assert abs(a - 0.706) > 0.08


def test_leaving_out_open_requests_shortens_the_median():
    ended, still_open = [1, 2, 3, 4], [6] * 6
    curve = kaplan_meier(ended + still_open, [True] * 4 + [False] * 6)
    assert curve.quantile(0.5) is None  # "> 6", where the ended alone say 2.5
    assert curve.quantile(0.25) == 3


def test_a_quantile_is_not_moved_by_rounding_nor_taken_halfway():
    curve = kaplan_meier([1, 2, 2, 3, 5, 8, 9, 12], [True] * 8)
    assert curve.quantile(0.5) == 3  # not 5 (rounding of S = 0.5), not 4 (midpoint)


def test_a_naive_variance_of_the_mean_cumulative_function_is_too_small(data):
    units = data.valve_seats
    curve = mean_cumulative_function(units.event_unit, units.event_age, units.end)
    assert curve.standard_error[-1] ** 2 == pytest.approx(0.0971, abs=5e-5)
    assert curve.standard_error[-1] ** 2 > 1.4 * 0.0645


def test_units_without_event_count(data):
    units = data.valve_seats
    without = len(units.end) - len(np.unique(units.event_unit))
    assert without == 17
    ours = mean_cumulative_function(units.event_unit, units.event_age, units.end).mean[0]
    assert ours == pytest.approx(1 / 41)
    assert len(units.event_age) / len(units.end) == pytest.approx(1.17, abs=5e-3)
    assert len(units.event_age) / (len(units.end) - without) == pytest.approx(2.0)


def test_two_replacements_of_a_unit_on_one_day_are_two(data):
    units = data.valve_seats
    assert len(units.event_age) == 48
    assert len(set(zip(units.event_unit, units.event_age, strict=True))) == 46


def test_open_intervals_count_in_the_mean_time_between(data):
    units = data.valve_seats
    mean = replacement_rate.mean_time_between(units.event_unit, units.event_age, units.end)
    order = np.lexsort([units.event_age, units.event_unit])
    unit, age = units.event_unit[order], units.event_age[order]
    first = np.append(True, np.diff(unit) != 0)
    gaps = np.where(first, age, np.diff(age, prepend=0))
    assert mean.value == pytest.approx(528.4, abs=0.05)
    assert gaps.mean() == pytest.approx(221.6, abs=0.05)


def test_one_mean_time_is_not_given_limits_under_a_trend(data):
    units = data.valve_seats
    mean = replacement_rate.mean_time_between(units.event_unit, units.event_age, units.end)
    assert mean.trend.statistic == pytest.approx(2.379, abs=5e-4)
    assert np.isnan([mean.lower, mean.upper]).all()
    assert set(mean.note) == {"zh", "en"}


def test_the_mean_of_failed_units_is_not_the_mean_life(data):
    rows = data.rows("reliability/genfan.csv")
    hours = np.array([float(row["hours"]) for row in rows])
    failed = np.array([float(row["status"]) == 1 for row in rows])
    fit = weibull.fit(hours, failed)
    assert hours[failed].mean() == pytest.approx(3047.5)
    assert weibull.mean_life(fit).value == pytest.approx(25716, abs=1)
    assert "11,500" in fit.note["en"]  # extrapolated beyond the oldest fan, and said so


def test_the_cycle_service_level_is_not_the_fill_rate():
    deviation = stock_rules.lead_time_deviation(2500, 500, 2)
    assert stock_rules.cycle_service_level(1000, deviation) == pytest.approx(0.921, abs=5e-4)
    assert stock_rules.fill_rate(1000, deviation, 10000) == pytest.approx(0.9975, abs=5e-5)
    assert stock_rules.safety_stock(0.9, deviation) == pytest.approx(906, abs=0.5)
    assert stock_rules.safety_stock_for_fill_rate(0.975, float(deviation), 10000) == pytest.approx(
        67, abs=0.5
    )


def test_a_lead_time_that_varies_needs_stock():
    steady = stock_rules.lead_time_deviation(2500, 500, 7)
    varying = stock_rules.lead_time_deviation(2500, 500, 7, 7)
    assert stock_rules.safety_stock(0.9, steady) == pytest.approx(1695, abs=1)
    assert stock_rules.safety_stock(0.9, varying) == pytest.approx(22491, abs=1)


def test_error_averages_would_choose_never_to_stock(data):
    history, actual = data.carparts_1046[:, :45], data.carparts_1046[:, 45:]
    forecasts = {
        "zero": np.zeros(len(history)),
        "sba": intermittent.sba(history),
        "tsb": intermittent.tsb(history),
    }
    size = {
        name: forecast_error.mean_absolute_error(actual, forecast[:, None]).mean()
        for name, forecast in forecasts.items()
    }
    stock = {
        name: forecast_error.periods_in_stock(actual, forecast[:, None]).mean()
        for name, forecast in forecasts.items()
    }
    assert min(size, key=size.__getitem__) == "zero"
    assert stock["zero"] < 0 < stock["tsb"] < stock["sba"]  # nothing to deliver; the others carry stock


def test_croston_never_lets_a_dead_part_go_and_tsb_does():
    dead = np.concatenate([np.tile([0, 0, 3], 10), np.zeros(60)])
    assert intermittent.croston(dead) == pytest.approx(intermittent.croston(dead[:30]))
    assert intermittent.tsb(dead) < 0.01 * intermittent.tsb(dead[:30])
