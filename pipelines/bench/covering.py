"""How often stated 95 % intervals hold the truth: every fit, on draws from laws that are known.

The laws and their draws are in `laws`; what is judged are the functions that questions are answered with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator, SeedSequence, default_rng

from pipelines.bench import laws
from pipelines.bench.paper import Line
from warehouse.science import bg_nbd, gamma_gamma, pareto_nbd, power_law, spares, weibull
from warehouse.science.error_propagation import limits_of, propagated
from warehouse.science.lifetime_value import lifetime_value
from warehouse.science.maximum_likelihood import Estimate, Fit, FitRefused, Floats
from warehouse.science.recurrence import mean_cumulative_function
from warehouse.science.replacement_rate import poisson_rate
from warehouse.science.survival import kaplan_meier

STATED, TOLERANCE = 0.95, 0.02
EITHER_SIDE = 0.975
SEED = 20261101
CUSTOMERS, UNITS = 1_500, 300
WEEKS, DAYS, AGE = 52.0, 90.0, 800.0
HALF = 0.5
Held = dict[str, bool]


@dataclass(frozen=True)
class Trial:
    """One kind of fit: `run` draws, fits, and tells for each figure whether its interval held the truth."""

    name: str
    run: Callable[[Generator], Held]


def measure(runs: int) -> list[Line]:
    """The share of runs in which each interval held the truth; its distance from 95 % has a limit of 2 points."""
    found = []
    for trial, seed in zip(TRIALS, SeedSequence(SEED).spawn(len(TRIALS)), strict=True):
        chance, held, done = default_rng(seed), Counter[str](), 0
        for _ in range(runs):
            try:
                told = trial.run(chance)
            except FitRefused:
                continue
            done += 1
            held.update({name: int(value) for name, value in told.items()})
        found += [_line(trial.name, name, held[name], done, runs) for name in held]
        found += [] if done else [Line(trial.name, "all refused", "95 % ± 2", 1 / TOLERANCE, 1.0)]
    return found


def _line(trial: str, name: str, held: int, done: int, runs: int) -> Line:
    refused = f", {runs - done} refused" if done < runs else ""
    off = abs(held / done - STATED) / TOLERANCE
    return Line(f"{trial}: {name}", f"{held / done:.1%} of {done:,}{refused}", "95 % ± 2", off, 1.0)


def _holds(found: Estimate, truth: float) -> bool:
    return found.lower <= truth <= found.upper


def _parameters(fit: Fit, law: Mapping[str, float]) -> Held:
    limits = {name: fit.limits(name) for name in law}
    return {name: limits[name][0] <= truth <= limits[name][1] for name, truth in law.items()}


def _over_customers(function: Callable[..., Floats], truth: float, *fits: Fit, share: bool = False) -> bool:
    """Whether the interval of a sum (of a share: the mean) over all customers holds the truth."""
    values, parts = propagated(function, *fits)
    gathered = np.mean if share else np.sum
    _, lower, upper = limits_of(gathered(values), gathered(parts, axis=1), share=share)
    return bool(lower <= truth <= upper)


def _buying(
    model: Any, draw: Callable[[Generator, int], laws.Customers], law: dict[str, float]
) -> Callable[[Generator], Held]:
    def run(chance: Generator) -> Held:
        seen = draw(chance, CUSTOMERS)
        observed = (seen.frequency, seen.recency, seen.age)
        fit = model.fit(*observed)
        spending = gamma_gamma.fit(seen.frequency, seen.value)

        def alive(buying: Mapping[str, float]) -> Any:
            return model.alive_probability(buying, *observed)

        def orders(buying: Mapping[str, float]) -> Any:
            return model.expected_orders(buying, WEEKS, *observed)

        def worth(buying: Mapping[str, float], money: Mapping[str, float]) -> Floats:
            value = gamma_gamma.expected_order_value(money, seen.frequency, seen.value)
            return lifetime_value(lambda weeks: model.expected_orders(buying, weeks, *observed), value)

        return {
            **_parameters(fit, law),
            "alive probability": _over_customers(alive, float(alive(law).mean()), fit, share=True),
            "expected orders": _over_customers(orders, float(orders(law).sum()), fit),
            "lifetime value": _over_customers(
                worth, float(worth(law, laws.GAMMA_GAMMA).sum()), fit, spending
            ),
        }

    return run


def _spending(chance: Generator) -> Held:
    seen = laws.customers_who_may_lapse_after_a_purchase(chance, CUSTOMERS)
    fit = gamma_gamma.fit(seen.frequency, seen.value)

    def value(money: Mapping[str, float]) -> Floats:
        return gamma_gamma.expected_order_value(money, seen.frequency, seen.value)

    truth = float(value(laws.GAMMA_GAMMA).sum())
    return {**_parameters(fit, laws.GAMMA_GAMMA), "expected order value": _over_customers(value, truth, fit)}


def _life(chance: Generator) -> Held:
    fit = weibull.fit(*(seen := laws.part_lives(chance, UNITS)))
    law, standing = laws.WEIBULL, seen.duration[~seen.failed]
    truth = weibull.life_quantile(_known(law), 0.1).value, weibull.mean_life(_known(law)).value
    dies = -np.expm1(-power_law.expected_events(law, standing, standing + DAYS))
    need = spares.one_shot_need(fit, standing, DAYS, confidence=EITHER_SIDE)
    return {
        **_parameters(fit, law),
        "B10": _holds(weibull.life_quantile(fit, 0.1), truth[0]),
        "mean life": _holds(weibull.mean_life(fit), truth[1]),
        "spare need": need.widened_lower <= (chance.random(len(dies)) < dies).sum() <= need.widened_upper,
    }


def _process(chance: Generator) -> Held:
    seen, law = laws.repaired_units(chance, UNITS), laws.POWER_LAW
    fit = power_law.fit(seen.age, seen.end)
    ahead = float(power_law.expected_events(law, seen.end, seen.end + DAYS).sum())
    expected = power_law.expected_events_estimate(fit, seen.end, seen.end + DAYS)
    need = spares.recurrent_need(fit, seen.end, DAYS, confidence=EITHER_SIDE)
    return {
        **_parameters(fit, law),
        "expected replacements": _holds(expected, ahead),
        "spare need": need.widened_lower <= chance.poisson(ahead) <= need.widened_upper,
    }


def _mean_cumulative(chance: Generator) -> Held:
    seen, law = laws.repaired_units(chance, UNITS), laws.POWER_LAW
    curve = mean_cumulative_function(seen.unit, seen.age, seen.end)
    row = curve.row_at(AGE)
    truth = (AGE / law["scale"]) ** law["shape"]
    return {f"at {AGE:.0f} days": row is not None and bool(curve.lower[row] <= truth <= curve.upper[row])}


def _survival(chance: Generator) -> Held:
    curve = kaplan_meier(*laws.part_lives(chance, UNITS))
    law, row = laws.WEIBULL, int(np.searchsorted(curve.time, AGE, side="right")) - 1
    truth = float(weibull.survival(law, AGE))
    median = law["scale"] * np.log(2) ** (1 / law["shape"])
    lower, upper = curve.quantile_limits(HALF)
    return {
        f"at {AGE:.0f} days": bool(curve.lower[row] <= truth <= curve.upper[row]),
        "median": (lower or 0) <= median <= (np.inf if upper is None else upper),
    }


def _rate(chance: Generator) -> Held:
    exposure = chance.uniform(0.5, 4, UNITS).sum()
    truth = 0.7
    found = poisson_rate(chance.poisson(truth * exposure), exposure)
    return {"per unit-year": bool(found.lower <= truth <= found.upper)}


def _known(law: dict[str, float]) -> Fit:
    """A law as if it had been fitted without error, for what is computed of fits only."""
    return Fit(law, dict.fromkeys(law, 0.0), 0.0, 0.0, True, np.zeros((len(law), len(law))))


TRIALS = (
    Trial("BG/NBD", _buying(bg_nbd, laws.customers_who_may_lapse_after_a_purchase, laws.BG_NBD)),
    Trial("Pareto/NBD", _buying(pareto_nbd, laws.customers_who_may_lapse_at_any_time, laws.PARETO_NBD)),
    Trial("Gamma-Gamma", _spending),
    Trial("Weibull", _life),
    Trial("power law", _process),
    Trial("mean cumulative", _mean_cumulative),
    Trial("Kaplan-Meier", _survival),
    Trial("replacement rate", _rate),
)
