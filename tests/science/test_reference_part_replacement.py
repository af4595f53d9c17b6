"""Part replacement against published results."""

import numpy as np
import pytest

from warehouse.science import power_law, replacement_rate, spares, weibull
from warehouse.science.recurrence import mean_cumulative_function

ELSEWHERE = {"waltons.weibull": "its file is not among the shared data"}


def named(fit):
    """A fit's numbers under the names of the reference; mu and sigma are those of the log age."""
    shape, scale = fit.parameters["shape"], fit.parameters["scale"]
    return {
        "beta": shape,
        "eta": scale,
        "se_beta": fit.standard_errors["shape"],
        "se_eta": fit.standard_errors["scale"],
        "mu": np.log(scale),
        "sigma": 1 / shape,
        "se_mu": fit.standard_errors["scale"] / scale,
        "se_sigma": fit.standard_errors["shape"] / shape**2,
        "ll": fit.log_likelihood,
    }


def some(fit, *names):
    return {name: named(fit)[name] for name in names}


def column(rows, name):
    return np.array([float(row[name]) for row in rows])


def mean_cumulative(data):
    units = data.valve_seats
    curve = mean_cumulative_function(units.event_unit, units.event_age, units.end)
    return [
        {
            "time": curve.age[row],
            "n_at_risk": curve.at_risk[row],
            "events": curve.events[row],
            "mcf": curve.mean[row],
            "se_lawless_nadeau": curve.standard_error[row],
            "lo95_log_LN": curve.lower[row],
            "hi95_log_LN": curve.upper[row],
        }
        for row in range(len(curve.age))
    ]


def valve_process(data):
    units = data.valve_seats
    end = units.end[units.event_unit]
    chi_square = replacement_rate.mil_hdbk_189_trend(units.event_age, end)
    return {
        **some(power_law.fit(units.event_age, units.end), "eta", "beta", "se_eta", "se_beta", "ll"),
        "laplace_U": replacement_rate.laplace_trend(0 * end, units.event_age, end).statistic,
        "mil_hdbk_chi2": chi_square.statistic,
        "df": chi_square.degrees_of_freedom,
    }


def submarine(data):
    rows = data.rows("reliability/halfbeak.csv")
    ages = column([row for row in rows if row["event"] == "report"], "hours")
    end = column([row for row in rows if row["event"] == "End"], "hours")
    trend = replacement_rate.laplace_trend(0 * ages, ages, np.broadcast_to(end, ages.shape))
    return {**some(power_law.fit(ages, end), "beta", "eta"), "laplace_U": round(trend.statistic, 3)}


def reliability_growth(data):
    ages = [2.7, 10.3, 12.5, 30.6, 57.0, 61.3, 80.0, 109.5, 125.0, 128.6, 143.8,
            167.9, 229.2, 296.7, 320.6, 328.2, 366.2, 396.7, 421.1, 438.2, 501.2, 620.0]  # fmt: skip
    fit = power_law.fit(ages, [620.0], truncation="failure")
    shape, scale = fit.parameters["shape"], fit.parameters["scale"]
    per_unit_time = power_law.expected_events(fit.parameters, 0, 620) * shape / 620
    return {"beta": shape, "lambda_": scale**-shape, "dmtbf_620": float(1 / per_unit_time)}


def nist_process(data):
    ages = [5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]
    shape, scale = power_law.fit(ages, [1500], unbiased=True).parameters.values()
    rate = 10 * shape / 1500
    mle = power_law.fit(ages, [1500]).parameters["shape"]
    return {"b": shape, "a": scale**-shape, "mtbf": 1 / rate, "mle_b": mle}


def nist_life(data):
    ages = [54, 187, 216, 240, 244, 335, 361, 373, 375, 386]
    fit = weibull.fit(ages + [500] * 10, [True] * 10 + [False] * 10)
    return some(fit, "eta", "beta", "ll", "se_eta", "se_beta")


def fans(data):
    rows = data.rows("reliability/genfan.csv")
    fit = weibull.fit(column(rows, "hours"), column(rows, "status") == 1)
    return {
        **some(fit, "eta", "beta", "mu", "sigma", "se_sigma", "ll"),
        "mttf": weibull.mean_life(fit).value,
    }


def insulating_fluid(data):
    rows = data.rows("reliability/ifluid.csv")
    fits = {
        str(kilovolt): weibull.fit(ages, np.ones(len(ages)))
        for kilovolt in (26, 30, 34, 38)
        for ages in [column([row for row in rows if float(row["voltage"]) == kilovolt], "time")]
    }
    return {
        **{name: [fit.parameters["scale"], fit.parameters["shape"]] for name, fit in fits.items()},
        "se_scale": [fit.standard_errors["scale"] for fit in fits.values()],
        "se_shape": [fit.standard_errors["shape"] for fit in fits.values()],
    }


def shock_absorbers(data):
    rows = data.rows("reliability/shockabsorber.csv")
    fit = weibull.fit(column(rows, "miles"), [row["event"] == "Failure" for row in rows])
    return some(fit, "mu", "sigma", "se_mu", "se_sigma", "eta", "beta", "ll")


def ball_bearings(data):
    ages = column(data.rows("reliability/lzbearing.csv"), "megacycles")
    return some(weibull.fit(ages, np.ones(len(ages))), "eta", "beta", "ll")


def bearing_cages(data):
    rows = data.rows("reliability/bearingcage.csv")
    failed = np.array([row["event"] == "Failed" for row in rows])
    hours, count = column(rows, "hours"), column(rows, "count")
    fit = weibull.fit(hours, failed, weights=count)
    need = spares.one_shot_need(fit, hours[~failed], 300, weights=count[~failed])
    return {**some(fit, "beta", "eta"), "expected": need.expected}


def valve_forecast(data):
    units = data.valve_seats
    exposure = units.end.sum()
    rate = replacement_rate.poisson_rate(len(units.event_age), exposure / 365.25)
    fit = power_law.fit(units.event_age, units.end)
    needs = {str(days): spares.recurrent_need(fit, units.end, days) for days in (30, 90, 180)}
    mean = replacement_rate.mean_time_between(units.event_unit, units.event_age, units.end)
    return {
        "rate": float(rate.value),
        "ci": [round(float(limit), 4) for limit in (rate.lower, rate.upper)],
        "mtbf_days": mean.value,
        "expected": {days: round(need.expected, 3) for days, need in needs.items()},
        "upper95": {days: need.upper for days, need in needs.items()},
    }


CASES = {
    "valveseat.mcf": (mean_cumulative, {"reproduced": {"abs": 1e-9}}),
    "valveseat.plp": (valve_process, {"reproduced": {"rel": 1e-6}}),
    "halfbeak.plp": (submarine, {"reproduced": {"rel": 1e-6}}),
    "rga.crow": (reliability_growth, {"reproduced": {"rel": 1e-9}}),
    "nist.nhpp": (nist_process, {"reproduced": {"rel": 1e-6}}),
    "nist.weibull": (nist_life, {"reproduced": {"rel": 1e-6}}),
    "genfan.weibull": (fans, {"reproduced": {"rel": 1e-5}}),
    "ifluid.weibull": (insulating_fluid, {"published": {"rel": 1e-5}}),
    "shockabsorber.weibull": (shock_absorbers, {"reproduced": {"rel": 1e-6}}),
    "lzbearing.weibull": (ball_bearings, {"reproduced": {"rel": 1e-5}}),
    "bearingcage": (bearing_cages, {"reproduced": {"rel": 1e-5}, "published": {"rel": 5e-4}}),
    "valveseat.rate_forecast": (valve_forecast, {"reproduced": {"rel": 1e-6}}),
}


@pytest.mark.parametrize("entry", CASES)
def test_the_published_result_comes_out(entry, data, published, agree):
    compute, tolerances = CASES[entry]
    computed = compute(data)
    for against, tolerance in tolerances.items():
        agree(computed, published[entry][against], tolerance, f"{entry} {against}")


def test_every_entry_is_computed_here_or_has_a_reason(published):
    family = {name for name, entry in published.items() if entry["family"] == "part_replacement"}
    assert family == CASES.keys() | ELSEWHERE.keys()
