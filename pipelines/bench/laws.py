"""Customers, parts and units that follow laws known to the digit, drawn anew for every run of the coverage bench.

Nothing is fitted here; what the fits say of these draws is judged in `covering`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from warehouse.science.maximum_likelihood import Floats

BG_NBD = {"r": 0.6, "alpha": 6.0, "a": 0.8, "b": 2.5}
PARETO_NBD = {"r": 0.7, "alpha": 8.0, "s": 0.6, "beta": 10.0}
GAMMA_GAMMA = {"p": 6.0, "q": 4.0, "gamma": 15.0}
WEIBULL = {"shape": 2.0, "scale": 900.0}
POWER_LAW = {"shape": 1.5, "scale": 400.0}
SHORTEST, LONGEST = 30.0, 80.0  # weeks for which customers are watched


class Customers(NamedTuple):
    """Repeat purchases, time of the last one, time watched (weeks), and mean value of a repeat purchase."""

    frequency: Floats
    recency: Floats
    age: Floats
    value: Floats


class Lives(NamedTuple):
    """Days to the failure or to the last look, whether it failed, and the age at which it was first looked at."""

    duration: Floats
    failed: NDArray[np.bool_]
    entry: Floats


class Events(NamedTuple):
    """Per event its unit and age, per unit the age at its end (days)."""

    unit: NDArray[np.intp]
    age: Floats
    end: Floats


def customers_who_may_lapse_after_a_purchase(chance: Generator, count: int) -> Customers:
    """Buying at a gamma rate, dropping out with a beta chance after each purchase (BG/NBD)."""
    rate = chance.gamma(BG_NBD["r"], 1 / BG_NBD["alpha"], count)
    dropout = chance.beta(BG_NBD["a"], BG_NBD["b"], count)
    age = chance.uniform(SHORTEST, LONGEST, count)
    frequency, recency, clock, active = (
        np.zeros(count),
        np.zeros(count),
        np.zeros(count),
        np.ones(count, bool),
    )
    while active.any():
        clock = clock + chance.exponential(1, count) / rate
        active &= clock < age
        frequency, recency = frequency + active, np.where(active, clock, recency)
        active &= chance.random(count) > dropout
    return Customers(frequency, recency, age, _mean_values(chance, frequency))


def customers_who_may_lapse_at_any_time(chance: Generator, count: int) -> Customers:
    """Buying at a gamma rate, dropping out at a gamma rate (Pareto/NBD)."""
    rate = chance.gamma(PARETO_NBD["r"], 1 / PARETO_NBD["alpha"], count)
    dropout = chance.gamma(PARETO_NBD["s"], 1 / PARETO_NBD["beta"], count)
    age = chance.uniform(SHORTEST, LONGEST, count)
    until = np.minimum(age, chance.exponential(1, count) / dropout)
    frequency = chance.poisson(rate * until).astype(float)
    latest = until * chance.random(count) ** (1 / np.maximum(frequency, 1))
    return Customers(frequency, np.where(frequency > 0, latest, 0.0), age, _mean_values(chance, frequency))


def _mean_values(chance: Generator, frequency: Floats) -> Floats:
    """Mean values by Gamma-Gamma; 0 without a repeat purchase."""
    orders = np.maximum(frequency, 1)
    rate = chance.gamma(GAMMA_GAMMA["q"], 1 / GAMMA_GAMMA["gamma"], len(frequency))
    mean = chance.gamma(GAMMA_GAMMA["p"] * orders) / (rate * orders)
    return np.where(frequency > 0, mean, 0.0)


def part_lives(chance: Generator, count: int) -> Lives:
    """Weibull lives; half of the units were sold before records began, most still stand at the end."""
    life = WEIBULL["scale"] * chance.weibull(WEIBULL["shape"], count)
    entry = np.maximum(chance.uniform(-600, 600, count), 0)
    seen = life > entry  # what failed before is in no record
    last = entry[seen] + chance.uniform(100, 700, int(seen.sum()))
    return Lives(np.minimum(life[seen], last), life[seen] <= last, entry[seen])


def repaired_units(chance: Generator, count: int) -> Events:
    """A power-law process in every unit, observed until ages of their own."""
    end = chance.uniform(300, 1500, count)
    events = chance.poisson((end / POWER_LAW["scale"]) ** POWER_LAW["shape"])
    unit = np.repeat(np.arange(count), events)
    return Events(unit, end[unit] * chance.random(len(unit)) ** (1 / POWER_LAW["shape"]), end)
