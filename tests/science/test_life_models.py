"""Weibull, power law, rates and spares beyond published digits: recovery, limits, weights, refusals."""

import numpy as np
import pytest
from scipy.stats import chi2, poisson

from warehouse.science import power_law, replacement_rate, spares, weibull
from warehouse.science.count_distribution import count_quantile
from warehouse.science.maximum_likelihood import FitRefused


def lives(rng, n, shape=2.0, scale=100.0):
    """Parts bought before the data begin or after, some still in service at the end."""
    life, entry = scale * rng.weibull(shape, n), np.maximum(rng.uniform(-60, 60, n), 0)
    seen = life > entry
    last = entry[seen] + rng.uniform(10, 120, seen.sum())
    return np.minimum(life[seen], last), life[seen] <= last, entry[seen]


def process(rng, units, shape=1.5, scale=300.0):
    """Events of repaired units whose observation ends at ages of their own."""
    end = rng.uniform(200, 900, units)
    count = rng.poisson((end / scale) ** shape)
    unit = np.repeat(np.arange(units), count)
    return unit, end[unit] * rng.random(count.sum()) ** (1 / shape), end


def weibull_log_likelihood(shape, scale, age, failed, entry):
    density = np.log(shape / scale) + (shape - 1) * np.log(age / scale)
    return float((failed * density - (age / scale) ** shape + (entry / scale) ** shape).sum())


def test_the_fit_is_the_maximum_and_its_errors_its_curvature():
    age, failed, entry = lives(np.random.default_rng(1), 400)
    fit = weibull.fit(age, failed, entry)
    best = np.array(list(fit.parameters.values()))
    assert fit.log_likelihood == pytest.approx(weibull_log_likelihood(*best, age, failed, entry), rel=1e-12)

    def at(*shift):
        return weibull_log_likelihood(*(best + shift), age, failed, entry)

    h, k = best * 1e-4
    information = -np.array(
        [
            [
                (at(h, 0) + at(-h, 0) - 2 * at(0, 0)) / h**2,
                (at(h, k) + at(-h, -k) - at(h, -k) - at(-h, k)) / (4 * h * k),
            ],
            [0, (at(0, k) + at(0, -k) - 2 * at(0, 0)) / k**2],
        ]
    )
    information[1, 0] = information[0, 1]
    assert np.linalg.inv(information) == pytest.approx(fit.covariance, rel=1e-4)
    assert (at(h, 0) - at(-h, 0)) / h == pytest.approx(0, abs=1e-4)


def test_limits_of_shape_and_scale_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(2)
    truth = {"shape": 2.0, "scale": 100.0}
    fits = [weibull.fit(*lives(rng, 150)) for _ in range(300)]
    held = [
        fit.limits(name)[0] < value < fit.limits(name)[1] for fit in fits for name, value in truth.items()
    ]
    assert 0.92 < np.mean(held) < 0.98


def test_leaving_out_late_entry_makes_parts_look_too_good():
    rng = np.random.default_rng(3)
    life, entry = 100 * rng.weibull(2, 40000), rng.uniform(0, 150, 40000)
    seen = life > entry
    age, failed, entry = np.minimum(life, entry + 60)[seen], (life <= entry + 60)[seen], entry[seen]
    with_entry, without = weibull.fit(age, failed, entry), weibull.fit(age, failed)
    assert weibull.mean_life(with_entry).value == pytest.approx(88.62, rel=0.02)
    assert weibull.mean_life(without).value > 1.2 * 88.62


def test_units_installed_today_change_nothing():
    rng = np.random.default_rng(17)
    _, ages, end = process(rng, 20)
    assert power_law.fit(ages, np.append(end, 0.0)).parameters == power_law.fit(ages, end).parameters
    age, failed, entry = lives(rng, 50)
    more = weibull.fit(np.append(age, 0.0), np.append(failed, False), np.append(entry, 0.0))
    assert more.parameters == weibull.fit(age, failed, entry).parameters


def test_a_weight_is_so_many_units():
    age, failed, entry = (np.ceil(column) for column in lives(np.random.default_rng(4), 60))
    weighted = weibull.fit(age, failed, entry - 1, np.full(len(age), 3.0))
    repeated = weibull.fit(*(np.tile(column, 3) for column in (age, failed, entry - 1)))
    assert weighted.parameters == pytest.approx(repeated.parameters, rel=1e-9)
    assert weighted.standard_errors == pytest.approx(repeated.standard_errors, rel=1e-9)


@pytest.mark.parametrize("unit", [1e-6, 24.0, 1e9])
def test_a_unit_of_time_changes_the_scale_only(unit):
    age, failed, entry = lives(np.random.default_rng(5), 100)
    fit, other = weibull.fit(age, failed, entry), weibull.fit(age * unit, failed, entry * unit)
    assert other.parameters["shape"] == pytest.approx(fit.parameters["shape"], rel=1e-9)
    assert other.parameters["scale"] == pytest.approx(fit.parameters["scale"] * unit, rel=1e-9)


def test_an_exponential_life_has_the_plain_estimate():
    """With the shape at 1 the scale is time over failures; B10 and survival follow the formula."""
    fit = weibull.fit([10.0, 20.0, 35.0, 50.0], [True, True, True, False])
    shape, scale = fit.parameters["shape"], fit.parameters["scale"]
    assert (np.array([10.0, 20, 35, 50]) ** shape).sum() / 3 == pytest.approx(scale**shape)
    b10 = weibull.life_quantile(fit, 0.1)
    assert weibull.survival(fit.parameters, b10.value) == pytest.approx(0.9)
    assert 0 < b10.lower < b10.value < b10.upper


def test_limits_of_b10_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(6)
    truth = 100 * (-np.log(0.9)) ** 0.5
    estimates = [weibull.life_quantile(weibull.fit(*lives(rng, 150)), 0.1) for _ in range(300)]
    assert 0.91 < np.mean([e.lower < truth < e.upper for e in estimates]) < 0.985


def test_without_failure_only_a_bound_can_be_given():
    bound = weibull.weibayes_scale([100.0] * 20, shape=2.0)
    failures_expected = 20 * (100 / bound) ** 2
    assert np.exp(-failures_expected) == pytest.approx(0.05)


def test_what_cannot_be_fitted_is_refused_with_a_reason():
    with pytest.raises(FitRefused, match="replacements: 1, where 2"):
        weibull.fit([3.0, 5.0], [True, False])
    with pytest.raises(FitRefused, match="at one age"):
        weibull.fit([3.0, 3.0, 5.0], [True, True, False])
    with pytest.raises(FitRefused) as refusal:
        power_law.fit([], [100.0])
    assert set(refusal.value.reason) == {"zh", "en"}
    with pytest.raises(ValueError, match="Event 1 has no age above 0"):
        weibull.fit([3.0, 0.0, 4.0], [True, True, True])


def test_a_power_law_process_is_found_again():
    rng = np.random.default_rng(7)
    truth, held = {"shape": 1.5, "scale": 300.0}, []
    for _ in range(300):
        _, age, end = process(rng, 40)
        fit = power_law.fit(age, end)
        held += [fit.limits(name)[0] < value < fit.limits(name)[1] for name, value in truth.items()]
    assert 0.92 < np.mean(held) < 0.98


def test_units_that_come_under_observation_late_are_fitted_from_there():
    rng = np.random.default_rng(8)
    unit, age, end = process(rng, 4000)
    entry = rng.uniform(0, 150, 4000)
    kept = age > entry[unit]
    fit = power_law.fit(age[kept], end, entry)
    assert fit.parameters["shape"] == pytest.approx(1.5, rel=0.03)
    assert fit.parameters["scale"] == pytest.approx(300, rel=0.03)


def test_a_correction_for_bias_is_named():
    times = [5, 40, 43, 175, 389]
    mle = power_law.fit(times, [500.0])
    at_time = power_law.fit(times, [500.0], unbiased=True)
    at_failure = power_law.fit(times, [389.0], truncation="failure", unbiased=True)
    assert at_time.parameters["shape"] == pytest.approx(mle.parameters["shape"] * 4 / 5)
    assert "(N-1)/N" in at_time.note["en"]
    assert "(N-2)/N" in at_failure.note["zh"]
    for fit in (mle, at_time):
        assert power_law.expected_events(fit.parameters, 0, 500.0) == pytest.approx(5)


def test_a_correction_for_bias_centres_the_shape():
    rng = np.random.default_rng(9)
    corrected, plain = [], []
    for _ in range(1500):
        arrivals = np.cumsum(rng.exponential(1, 8)) ** (1 / 1.5)
        plain.append(power_law.fit(arrivals, arrivals[-1:], truncation="failure").parameters["shape"])
        corrected.append(plain[-1] * 6 / 8)
    assert np.mean(corrected) == pytest.approx(1.5, rel=0.03)
    assert np.mean(plain) > 1.2 * 1.5


def test_expected_events_have_delta_method_limits():
    _, age, end = process(np.random.default_rng(10), 60)
    fit = power_law.fit(age, end)
    total = power_law.expected_events_estimate(fit, 0, end)
    assert total.value == pytest.approx(len(age))
    assert total.standard_error == pytest.approx(np.sqrt(len(age)), rel=1e-6)  # a Poisson total


@pytest.mark.parametrize("events", [0, 1, 7, 48])
def test_rate_limits_are_exact(events):
    rate = replacement_rate.poisson_rate(events, 20.0)
    if events:
        assert poisson.sf(events - 1, rate.lower * 20) == pytest.approx(0.025)
        assert rate.lower == pytest.approx(chi2.ppf(0.025, 2 * events) / 2 / 20)
    else:
        assert rate.lower == 0
    assert poisson.cdf(events, rate.upper * 20) == pytest.approx(0.025)


def test_no_exposure_is_no_rate_and_no_event_bounds_it():
    rates = replacement_rate.poisson_rate([0, 3, 0], [0.0, 2.0, 4.0])
    assert np.isnan([rates.value[0], rates.lower[0], rates.upper[0]]).all()
    assert rates.value[1:].tolist() == [1.5, 0]
    quiet = replacement_rate.mean_time_between([], [], [50.0, 50.0])
    assert np.isnan(quiet.value)
    assert quiet.lower == pytest.approx(100 / 3.6888794541)
    assert quiet.upper == np.inf


def test_events_without_any_time_in_service_give_no_mean_time_but_a_reason():
    found = replacement_rate.mean_time_between([0, 1], [0.0, 0.0], [0.0, 0.0])
    assert np.isnan([found.value, found.lower, found.upper, found.trend.statistic]).all()
    assert "no time in service" in found.note["en"]


def test_steady_units_show_no_trend_and_get_limits():
    rng = np.random.default_rng(11)
    means = [replacement_rate.mean_time_between(*process(rng, 50, shape=1.0)) for _ in range(400)]
    steady = [mean for mean in means if not mean.note]
    assert 0.92 < len(steady) / len(means) < 0.98
    assert 0.92 < np.mean([mean.lower < 300 < mean.upper for mean in steady]) < 0.99


@pytest.mark.parametrize(("shape", "sign"), [(0.5, -1), (2.0, 1)])
def test_both_trend_tests_see_a_trend(shape, sign):
    unit, age, end = process(np.random.default_rng(12), 50, shape=shape)
    laplace = replacement_rate.laplace_trend(0 * age, age, end[unit])
    chi_square = replacement_rate.mil_hdbk_189_trend(age, end[unit])
    assert sign * laplace.statistic > 3
    assert sign * (chi_square.degrees_of_freedom - chi_square.statistic) > 0
    assert chi_square.p_value < 0.01


def test_trend_tests_reject_a_steady_process_as_often_as_they_say():
    rng = np.random.default_rng(13)
    p_values = []
    for _ in range(500):
        unit, age, end = process(rng, 20, shape=1.0)
        p_values.append(
            [
                replacement_rate.laplace_trend(0 * age, age, end[unit]).p_value,
                replacement_rate.mil_hdbk_189_trend(age, end[unit]).p_value,
            ]
        )
    assert np.mean(np.array(p_values) < 0.05, axis=0) == pytest.approx([0.05, 0.05], abs=0.03)


@pytest.mark.parametrize(("mean", "variance"), [(3.0, 3.0), (3.0, 8.0), (3.0, 2.0), (0.4, 0.4), (0.0, 0.0)])
def test_count_quantiles_have_the_moments(mean, variance):
    levels = (np.arange(4000) + 0.5) / 4000
    counts = np.array([count_quantile(mean, variance, p) for p in levels[::8]])
    assert counts.mean() == pytest.approx(mean, abs=0.02)
    assert counts.var() == pytest.approx(variance, rel=0.05, abs=1e-9)
    assert (np.diff(counts) >= 0).all()


def test_spare_limits_hold_what_comes_about_as_often_as_they_say():
    """New fleets of one law: need forecast from a fit, then what the next 200 days really ask for."""
    rng = np.random.default_rng(14)
    above, above_widened, below = [], [], []
    for _ in range(400):
        _, age, end = process(rng, 40)
        need = spares.recurrent_need(power_law.fit(age, end), end, 200)
        truth = power_law.expected_events({"shape": 1.5, "scale": 300.0}, end, end + 200).sum()
        came = rng.poisson(truth)
        above.append(came > need.upper)
        above_widened.append(came > need.widened_upper)
        below.append(came < need.widened_lower)
    assert np.mean(above) > 0.08  # the law is not known exactly, so these limits are too narrow
    assert np.mean(above_widened) == pytest.approx(0.05, abs=0.025)
    assert np.mean(below) == pytest.approx(0.05, abs=0.03)


def test_usage_retirement_and_planned_installs_change_the_need():
    fit = power_law.fit(*process(np.random.default_rng(15), 50)[1:])
    ages = np.array([100.0, 400.0])
    plain = spares.recurrent_need(fit, ages, 90).expected
    assert spares.recurrent_need(fit, ages, 45, usage_rate=2).expected == pytest.approx(plain)
    assert spares.recurrent_need(fit, ages, np.array([90, 0])).expected < plain
    planned = spares.recurrent_need(fit, np.append(ages, -60.0), 90).expected
    assert planned - plain == pytest.approx(power_law.expected_events(fit.parameters, 0, 30))


def test_one_shot_parts_need_no_more_than_there_are():
    fit = weibull.fit(*lives(np.random.default_rng(16), 200))
    need = spares.one_shot_need(fit, [50.0, 80.0], 1e6, weights=[3, 4])
    assert need.expected == pytest.approx(7)
    assert need.lower == need.upper == 7
    assert need.standard_error == pytest.approx(0, abs=1e-9)
