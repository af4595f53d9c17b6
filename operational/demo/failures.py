"""Replacements of parts by the known laws: power-law processes, Weibull lives, schedules, and a bad lot's early failures.

The laws stand in laws.py; what the service department does about a failure in requests.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from operational.demo.anomalies import BAD_FAILURES, BAD_MODEL, BAD_WITHIN_DAYS
from operational.demo.calendar import Flags, Floats, Ints
from operational.demo.dice import ranks_within
from operational.demo.laws import FAILURES, ON_SCHEDULE, SCHEDULED, FailureLaw
from operational.demo.units import Units
from operational.demo.words.service_words import FAULTS
from operational.demo.world import World

PLANNED_AHEAD = 60  # days beyond the end: what fails then may have been reported before it
LAST_DAYS = 8  # of a unit, in which no part is replaced any more
SCHEDULE_SPREAD = 12.0  # days, standard deviation around the planned date
MOST_RENEWALS = 40
_FAULT_NAMES = [fault.name for fault in FAULTS]


@dataclass
class Replacements:
    """One row each, unsorted; `day` may lie up to 60 days beyond the end. `fault` is -1 on schedule."""

    unit: Ints
    part: Ints  # place of the item
    day: Ints
    fault: Ints

    @property
    def is_failure(self) -> Flags:
        """Which of them followed a failure."""
        return self.fault >= 0


def make_replacements(world: World, units: Units) -> Replacements:
    """All replacements of all units until 60 days beyond the end."""
    rng, catalogue = world.dice.of("failures"), world.catalogue
    parts = []
    until: Floats = (
        np.minimum(world.calendar.days + PLANNED_AHEAD, units.retired - LAST_DAYS) - units.installed
    )
    for law in FAILURES:
        chosen = np.flatnonzero(units.model == catalogue.place(law.model))
        draws = _power_law if law.kind == "power_law" else _renewals
        which, age = draws(rng, law, until[chosen])
        parts.append(
            _rows(units, chosen[which], age, catalogue.place(law.part), _FAULT_NAMES.index(law.fault))
        )
        if law.model == BAD_MODEL:
            bad = np.flatnonzero(units.in_bad_lot)
            which = np.repeat(bad, rng.poisson(BAD_FAILURES, len(bad)))
            age = rng.uniform(3, BAD_WITHIN_DAYS, len(which))
            alive = age < until[which]
            parts.append(
                _rows(
                    units, which[alive], age[alive], catalogue.place(law.part), _FAULT_NAMES.index(law.fault)
                )
            )
    for model, (part, every) in SCHEDULED.items():
        chosen = np.flatnonzero(
            (units.model == catalogue.place(model)) & (rng.random(units.count) < ON_SCHEDULE)
        )
        which, age = _scheduled(rng, every, until[chosen])
        parts.append(_rows(units, chosen[which], age, catalogue.place(part), -1))
    return Replacements(
        *(np.concatenate([getattr(one, name) for one in parts]) for name in ("unit", "part", "day", "fault"))
    )


def _rows(units: Units, unit: Ints, age: Floats, part: int, fault: int) -> Replacements:
    """Ages in days as calendar days; a replacement on the day of installation is one of the day after."""
    day = units.installed[unit] + np.maximum(np.floor(age), 1).astype(np.int64)
    return Replacements(unit, np.full(len(unit), part), day, np.full(len(unit), fault))


def _power_law(rng: Generator, law: FailureLaw, until: Floats) -> tuple[Ints, Floats]:
    """Unit and age of the events of a process with M(t) = (t / scale)^shape, up to each unit's end."""
    count = rng.poisson((until / law.scale) ** law.shape)
    which = np.repeat(np.arange(len(until)), count)
    return which, until[which] * rng.random(len(which)) ** (1 / law.shape)


def _renewals(rng: Generator, law: FailureLaw, until: Floats) -> tuple[Ints, Floats]:
    """Unit and age of the failures of parts that are new after each of them."""
    lives = law.scale * rng.weibull(law.shape, (len(until), MOST_RENEWALS))
    age = np.cumsum(lives, axis=1)
    which, number = np.nonzero(age < until[:, None])
    return which, age[which, number]


def _scheduled(rng: Generator, every: int, until: Floats) -> tuple[Ints, Floats]:
    count = np.maximum(until // every, 0).astype(np.int64)
    which = np.repeat(np.arange(len(until)), count)
    age = (ranks_within(which) + 1) * every + SCHEDULE_SPREAD * rng.standard_normal(len(which))
    before = age < until[which]
    return which[before], age[before]
