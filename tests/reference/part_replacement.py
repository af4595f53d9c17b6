"""Part replacement: how each reference entry about lives and recurrences is met.

What lies in a file came in by mapping files and was asked; finer ages than days were scaled to days, and are told in
their own unit here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.journeys.moving_in_company import Company
from tests.reference.ground import Check, Ground
from warehouse.science import power_law


def named(
    parameters: Mapping[str, float], errors: Mapping[str, float], log_likelihood: float
) -> dict[str, float]:
    """A fit's numbers under the names of the references; mu and sigma are those of the log age."""
    shape, scale = parameters["shape"], parameters["scale"]
    return {
        "beta": shape,
        "eta": scale,
        "se_beta": errors["shape"],
        "se_eta": errors["scale"],
        "mu": np.log(scale),
        "sigma": 1 / shape,
        "se_mu": errors["scale"] / scale,
        "se_sigma": errors["shape"] / shape**2,
        "ll": log_likelihood,
        "ev_loc": np.log(scale),
        "ev_scale": 1 / shape,
    }


def of_model(
    company: Company, name: str, model: str = "", unit: float = 1.0, options: str = ""
) -> dict[str, float]:
    """The fit of all units or of one model; `unit`: days that the figures are told in one of."""
    options = f"{options} --where model.code={model}" if model else options
    found = company.model(name, options)
    parameters, errors = (
        found[part] | {"scale": found[part]["scale"] / unit} for part in ("parameters", "standard_errors")
    )
    ended = company.ask("replacements", options)[0]["replacements"]
    return named(parameters, errors, found["log_likelihood"] + ended * math.log(unit))


OBSERVED = "--as-of 2002-02-01"  # the day on which all engines of the valve seats were last seen


def valve_seats(ground: Ground) -> Company:
    return ground.company("valve_seats")


def mean_cumulative(ground: Ground) -> list[dict[str, Any]]:
    names = {
        "mcf": "",
        "se_lawless_nadeau": ":se",
        "lo95_log_LN": ":lo95",
        "hi95_log_LN": ":hi95",
        "n_at_risk": ":n",
    }
    asked = {name: f"mean_cumulative_replacements{limit}" for name, limit in names.items()}
    rows = valve_seats(ground).ask(",".join(asked.values()), f"--by age {OBSERVED}")
    before = [0.0] + [row[asked["mcf"]] for row in rows[:-1]]
    return [
        {"time": row["age"], **{name: row[figure] for name, figure in asked.items()},
         "events": (row[asked["mcf"]] - earlier) * row[asked["n_at_risk"]]}
        for row, earlier in zip(rows, before, strict=True)
    ]  # fmt: skip


def at_published_ages(curve: list[dict[str, Any]]) -> dict[str, Any]:
    row = {one["time"]: {"mcf": one["mcf"], "se": one["se_lawless_nadeau"]} for one in curve}
    return {"last": row[653] | {"t": 653, "n": curve[-1]["n_at_risk"]}, "t139": row[139], "t621": row[621]}


def valve_process(ground: Ground) -> dict[str, Any]:
    company = valve_seats(ground)
    fit = of_model(company, "power_law", options=OBSERVED)
    (trend,) = company.ask("replacement_trend,replacement_trend@test=mil_hdbk_189", OBSERVED)
    return {
        **{name: fit[name] for name in ("eta", "beta", "se_eta", "se_beta", "ll")},
        "laplace_U": trend["replacement_trend"],
        "mil_hdbk_chi2": trend["replacement_trend@test=mil_hdbk_189"],
        "df": 2 * trend["replacement_trend:n"],
    }


def submarine(ground: Ground) -> dict[str, Any]:
    company = ground.company("life_tests")
    fit = of_model(company, "power_law", "HALFBEAK", unit=10_000)
    (trend,) = company.ask("replacement_trend", "--where model.code=HALFBEAK")
    return {"beta": fit["beta"], "eta": fit["eta"], "laplace_U": round(trend["replacement_trend"], 3)}


def reliability_growth(ground: Ground) -> dict[str, Any]:
    ages = [2.7, 10.3, 12.5, 30.6, 57.0, 61.3, 80.0, 109.5, 125.0, 128.6, 143.8,
            167.9, 229.2, 296.7, 320.6, 328.2, 366.2, 396.7, 421.1, 438.2, 501.2, 620.0]  # fmt: skip
    fit = power_law.fit(ages, [620.0], truncation="failure")
    shape, scale = fit.parameters["shape"], fit.parameters["scale"]
    per_unit_time = power_law.expected_events(fit.parameters, 0, 620) * shape / 620
    return {
        "beta": shape,
        "lambda_": scale**-shape,
        "dmtbf_620": float(1 / per_unit_time),
        "unbiased_beta_n1": shape * (len(ages) - 1) / len(ages),
    }


def nist_process(ground: Ground) -> dict[str, Any]:
    ages = [5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]
    shape, scale = power_law.fit(ages, [1500], unbiased=True).parameters.values()
    mle = power_law.fit(ages, [1500]).parameters["shape"]
    return {"b": shape, "a": scale**-shape, "mtbf": 1500 / (10 * shape), "mle_b": mle}


def nist_life(ground: Ground) -> dict[str, Any]:
    return of_model(ground.lives(), "weibull", "NIST")


def fans(ground: Ground) -> dict[str, Any]:
    company = ground.company("fans")
    (row,) = company.ask("mean_life_days")
    return {**of_model(company, "weibull"), "mttf": row["mean_life_days"]}


def insulating_fluid(ground: Ground) -> dict[str, Any]:
    company = ground.company("life_tests")
    fits = {
        str(volts): of_model(company, "weibull", f"FLUID-{volts}.0", unit=100) for volts in (26, 30, 34, 38)
    }
    return {
        **{name: [fit["eta"], fit["beta"]] for name, fit in fits.items()},
        "se_scale": [fit["se_eta"] for fit in fits.values()],
        "se_shape": [fit["se_beta"] for fit in fits.values()],
    }


def ball_bearings(ground: Ground) -> dict[str, Any]:
    return of_model(ground.company("life_tests"), "weibull", "BEARING", unit=100)


def bearing_cages(ground: Ground) -> dict[str, Any]:
    company, options = ground.company("life_tests"), "--where model.code=CAGE --as-of 1990-01-01"
    found = company.model("weibull", options)
    need = "expected_replacements@law=one_shot;days=300"
    (row,) = company.ask(need, options)
    return {"beta": found["parameters"]["shape"], "eta": found["parameters"]["scale"], "expected": row[need]}


def valve_forecast(ground: Ground) -> dict[str, Any]:
    days = ("30", "90", "180")
    expected, upper = (
        {one: f"{figure}days={one}" for one in days}
        for figure in ("expected_replacements@", "sufficient_spares@error=left_out;")
    )
    rates = ("replacement_rate", "replacement_rate:lo95", "replacement_rate:hi95", "mtbr_days")
    (row,) = valve_seats(ground).ask(",".join((*rates, *expected.values(), *upper.values())), OBSERVED)
    return {
        "rate": row["replacement_rate"],
        "ci": [round(row[f"replacement_rate:{limit}"], 4) for limit in ("lo95", "hi95")],
        "mtbf_days": row["mtbr_days"],
        "expected": {one: round(row[name], 3) for one, name in expected.items()},
        "upper95": {one: row[name] for one, name in upper.items()},
    }


def flies(ground: Ground) -> dict[str, Any]:
    fit = of_model(ground.lives(), "weibull", "WALTONS")
    return {"lambda_": fit["eta"], "rho": fit["beta"], "LL": fit["ll"]}


CHECKS = {
    "valveseat.mcf": Check(
        mean_cumulative, reproduced={"abs": 1e-9}, company="valve_seats", printed=at_published_ages
    ),
    "valveseat.plp": Check(valve_process, reproduced={"rel": 1e-6}, company="valve_seats"),
    "halfbeak.plp": Check(submarine, reproduced={"rel": 1e-6}, company="life_tests"),
    "rga.crow": Check(reliability_growth, reproduced={"rel": 1e-9}),
    "nist.nhpp": Check(nist_process, reproduced={"rel": 1e-6}),
    "nist.weibull": Check(nist_life, reproduced={"rel": 1e-6}, company="lives"),
    "genfan.weibull": Check(fans, {"rel": 2e-5}, {"rel": 1e-5}, "fans"),
    "ifluid.weibull": Check(insulating_fluid, {"rel": 1e-5}, {"rel": 1e-5}, "life_tests"),
    "shockabsorber.weibull": Check(
        lambda ground: of_model(ground.company("shock_absorbers"), "weibull"), {"rel": 2e-3}, {"rel": 1e-5},
        "shock_absorbers",
    ),
    "lzbearing.weibull": Check(ball_bearings, {"rel": 1e-3}, {"rel": 1e-5}, "life_tests"),
    "bearingcage": Check(bearing_cages, {"rel": 5e-4}, {"rel": 1e-5}, "life_tests"),
    "valveseat.rate_forecast": Check(valve_forecast, reproduced={"rel": 1e-6}, company="valve_seats"),
    "waltons.weibull": Check(flies, {"abs": 5e-3}, {"abs": 5e-3}, "lives"),
}  # fmt: skip
