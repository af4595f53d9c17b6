"""Kaplan-Meier and the mean cumulative function: laws that hold for all data, and the naive definition."""

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.science.recurrence import mean_cumulative_function
from warehouse.science.survival import kaplan_meier

cases = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40)
quick = settings(max_examples=150, deadline=None)


def curve_of(rows, **more):
    duration, ended = zip(*rows, strict=True)
    return kaplan_meier(duration, ended, **more)


@quick
@given(st.lists(st.integers(0, 50), min_size=1, max_size=120), st.integers(1, 99))
def test_without_open_cases_a_quantile_is_the_discrete_one(durations, percent):
    ordered = sorted(durations)
    discrete = ordered[ceil(Fraction(percent, 100) * len(ordered)) - 1]
    assert kaplan_meier(durations, [True] * len(durations)).quantile(percent / 100) == discrete


def test_rounding_never_moves_a_quantile_by_one_case():
    for n in range(1, 60):
        curve = kaplan_meier(range(n), [True] * n)
        found = [curve.quantile(percent / 100) for percent in range(1, 100)]
        assert found == [ceil(Fraction(percent, 100) * n) - 1 for percent in range(1, 100)], n


@quick
@given(cases, st.randoms())
def test_order_of_cases_does_not_matter(rows, random):
    curve = curve_of(rows)
    random.shuffle(rows)
    other = curve_of(rows)
    assert np.array_equal(curve.survival, other.survival)
    assert np.array_equal(curve.standard_error, other.standard_error, equal_nan=True)


@quick
@given(cases, st.sampled_from([0.5, 24.0, 60.0]))
def test_a_unit_of_time_changes_times_only(rows, unit):
    curve, scaled = curve_of(rows), curve_of([(duration * unit, ended) for duration, ended in rows])
    assert np.array_equal(curve.survival, scaled.survival)
    assert np.array_equal(curve.time * unit, scaled.time)


@quick
@given(cases, st.integers(2, 4))
def test_a_weight_is_so_many_cases(rows, times):
    weighted, repeated = curve_of(rows, weights=[times] * len(rows)), curve_of(rows * times)
    assert weighted.survival == pytest.approx(repeated.survival, abs=1e-12)
    assert weighted.standard_error == pytest.approx(repeated.standard_error, abs=1e-9, nan_ok=True)


@quick
@given(cases)
def test_the_curve_falls_inside_its_limits(rows):
    curve = curve_of(rows)
    assert (np.diff(np.append(1.0, curve.survival)) < 0).all()
    left = curve.survival > 0
    assert (curve.lower <= curve.survival).all()
    assert (curve.upper[left] >= curve.survival[left]).all()
    assert np.isnan(curve.upper[~left]).all()


def test_without_censoring_greenwood_is_the_binomial_variance():
    curve = kaplan_meier(range(1, 11), [True] * 10)
    s = curve.survival[:-1]
    assert curve.standard_error[:-1] == pytest.approx(np.sqrt(s * (1 - s) / 10))


def test_a_late_entrant_is_at_risk_only_after_its_entry():
    curve = kaplan_meier([5, 8, 10], [True, True, True], entry=[0, 5, 6])
    assert curve.at_risk.tolist() == [1, 2, 1]
    assert kaplan_meier([5, 8], [1, 0], entry=[0, 0]).at_risk.tolist() == [2]


def test_late_entry_is_needed_where_data_begin_after_the_units():
    rng = np.random.default_rng(1)
    life, bought_before = 100 * rng.weibull(2, 40000), rng.uniform(0, 150, 40000)
    seen = life > bought_before
    right = kaplan_meier(life[seen], np.ones(seen.sum()), entry=bought_before[seen]).quantile(0.5)
    naive = kaplan_meier(life[seen], np.ones(seen.sum())).quantile(0.5)
    truth = 100 * np.log(2) ** 0.5
    assert right == pytest.approx(truth, rel=0.03)
    assert naive > 1.15 * truth


def test_a_quantile_that_is_not_reached_is_not_a_number():
    curve = kaplan_meier([1, 2, 9, 9, 9], [True, True, False, False, False])
    assert curve.quantile(0.5) is None
    assert curve.quantile_limits(0.4) == (1.0, None)
    assert curve.at(9) == pytest.approx(0.6)
    assert curve.at(9.5) is None
    assert curve.at(0.5) == 1
    with pytest.raises(ValueError, match="beyond the last follow-up"):
        curve.restricted_mean(10)


def test_limits_of_a_quantile_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(2)
    held = []
    for _ in range(400):
        life, look = rng.exponential(10, 80), rng.uniform(5, 40, 80)
        low, high = kaplan_meier(np.minimum(life, look), life <= look).quantile_limits(0.5)
        held.append(low <= 10 * np.log(2) and (high is None or high >= 10 * np.log(2)))
    assert 0.92 < np.mean(held) < 0.99


def test_nothing_ended_is_a_curve_without_rows():
    curve = kaplan_meier([3.0, 4.0], [False, False])
    assert curve.time.size == 0
    assert curve.quantile(0.5) is None
    assert curve.at(4) == 1


def test_an_impossible_case_is_named():
    with pytest.raises(ValueError, match="Case 1 has a duration"):
        kaplan_meier([3, -4], [True, True])
    with pytest.raises(ValueError, match="Case 0 entered"):
        kaplan_meier([3, 4, 5], [True, True, False], entry=[3, 0, 5])


units = st.lists(
    st.tuples(st.integers(0, 4), st.lists(st.integers(1, 12), max_size=5), st.integers(0, 6)),
    min_size=1,
    max_size=9,
)


def laid_out(fleet):
    """Per unit (entry, ages since entry, quiet time at the end) as arrays of events and of units."""
    end = [entry + max([*ages, 0]) + quiet + (not ages and not quiet) for entry, ages, quiet in fleet]
    events = [(unit, fleet[unit][0] + age) for unit in range(len(fleet)) for age in fleet[unit][1]]
    unit, age = np.array(events, dtype=float).reshape(-1, 2).T
    return unit.astype(int), age, np.array(end, float), np.array([row[0] for row in fleet], float)


@quick
@given(units)
def test_mean_and_variance_are_those_of_the_definition(fleet):
    unit, age, end, entry = laid_out(fleet)
    value = 1 + 0.25 * (np.arange(len(unit)) % 5)
    curve = mean_cumulative_function(unit, age, end, entry, value)
    mean, deviation = 0.0, np.zeros(len(end))
    for row, now in enumerate(curve.age):
        at_risk = ((entry < now) | (entry <= 0)) & (now <= end)
        own = np.bincount(unit[age == now], weights=value[age == now], minlength=len(end))
        mean += own.sum() / at_risk.sum()
        deviation += at_risk * (own - own.sum() / at_risk.sum()) / at_risk.sum()
        assert curve.at_risk[row] == at_risk.sum()
        assert curve.mean[row] == pytest.approx(mean, rel=1e-12)
        assert curve.standard_error[row] == pytest.approx(np.sqrt((deviation**2).sum()), abs=1e-7)


@quick
@given(units, st.randoms())
def test_order_of_units_and_events_does_not_matter(fleet, random):
    unit, age, end, entry = laid_out(fleet)
    curve = mean_cumulative_function(unit, age, end, entry)
    random.shuffle(fleet)
    unit, age, end, entry = laid_out(fleet)
    shuffled = np.random.default_rng(0).permutation(len(unit))
    other = mean_cumulative_function(unit[shuffled], age[shuffled], end, entry)
    assert curve.mean == pytest.approx(other.mean, rel=1e-12)
    assert curve.standard_error == pytest.approx(other.standard_error, abs=1e-7)


def test_a_unit_is_at_risk_on_its_last_day():
    curve = mean_cumulative_function([0], [10], [10, 10])
    assert curve.at_risk.tolist() == [2]
    assert curve.at(10) == 0.5
    assert curve.at(9.5) == 0
    assert curve.at(10.5) is None


def test_limits_are_never_below_zero_and_a_cost_scales_them():
    unit, age, end = [0, 0, 1, 3], [2, 5, 5, 9], [10, 9, 6, 12]
    curve = mean_cumulative_function(unit, age, end)
    cost = mean_cumulative_function(unit, age, end, event_value=[70.0] * 4)
    assert (curve.lower > 0).all()
    assert cost.mean == pytest.approx(curve.mean * 70)
    assert cost.upper == pytest.approx(curve.upper * 70)


def test_what_was_put_under_observation_today_changes_nothing():
    before = mean_cumulative_function([0], [10], [10, 12], [0, 3])
    after = mean_cumulative_function([0], [10], [10, 12, 7], [0, 3, 7])
    assert (before.mean, before.standard_error) == (after.mean, after.standard_error)
    assert kaplan_meier([5, 6, 4], [1, 0, 0], entry=[0, 0, 4]).at_risk.tolist() == [2]


def test_no_event_is_a_curve_without_rows():
    curve = mean_cumulative_function([], [], [10.0, 20.0])
    assert curve.age.size == 0
    assert curve.at(15) == 0


def test_an_event_outside_its_units_time_is_named():
    with pytest.raises(ValueError, match="Event 1 lies outside"):
        mean_cumulative_function([0, 1], [3, 11], [10, 10])
    with pytest.raises(ValueError, match="Unit 1 has an age"):
        mean_cumulative_function([0], [3], [10, 5], [0, 6])
