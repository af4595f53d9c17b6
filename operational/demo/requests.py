"""Service requests: those that failures bring and those without a replaced part, with lognormal clocks.

When a part is replaced is known from failures.py; here the request that led to it is reckoned backwards.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import erf

import numpy as np
from numpy.random import Generator

from operational.demo.anomalies import SLOW_FACTOR
from operational.demo.calendar import DAY, Flags, Floats, Ints
from operational.demo.dice import draw, lognormal
from operational.demo.failures import Replacements
from operational.demo.laws import (
    AT_ONCE,
    AT_ONCE_MINUTES,
    BRANCH_FACTOR,
    CANCELLED,
    CLOSING_MEDIAN_HOURS,
    CORRELATION,
    MERGED,
    REOPENED,
    RESOLUTION_MEDIAN,
    RESOLUTION_SIGMA,
    RESPONSE_MEDIAN,
    RESPONSE_SIGMA,
)
from operational.demo.units import Units
from operational.demo.words.places import AREAS
from operational.demo.words.service_words import ELECTRICAL_FAULT, FAULTS, PRIORITIES
from operational.demo.world import World

HOUR, MINUTE = 3_600.0, 60.0
LAST_EVENING = 12  # requests that came in then, half of them in the first area, so that some are still new
NEVER = np.inf
ABOUT_A_UNIT = 0.55  # of the requests without a replacement
REOPENED_AFTER_HOURS, REOPENED_SIGMA, REOPENED_SHARE = (
    40.0,
    0.7,
    0.6,
)  # the second resolution takes so much of a first one
_MECHANICAL = np.array([fault.is_mechanical for fault in FAULTS])
_ELECTRICAL = [fault.name for fault in FAULTS].index(ELECTRICAL_FAULT)
_FACTOR = np.array([BRANCH_FACTOR[area.code] for area in AREAS])
_RESPONSE = np.array([RESPONSE_MEDIAN[name] for name, _ in PRIORITIES])
_RESOLUTION = np.array([RESOLUTION_MEDIAN[name] for name, _ in PRIORITIES])


@dataclass
class Requests:
    """By place; instants in local seconds, infinite for never. `unit` is -1 without one.

    `replacement` is the place of the replacement that it led to, -1 for none; a cancelled or merged one is
    only closed.
    """

    customer: Ints
    unit: Ints
    item: Ints
    fault: Ints
    priority: Ints
    replacement: Ints
    opened: Floats
    responded: Floats
    resolved_first: Floats
    reopened: Floats
    resolved: Floats
    closed: Floats
    cancelled: Flags
    merged: Flags
    at_once: Flags  # solved in the first contact

    @property
    def count(self) -> int:
        """How many."""
        return len(self.opened)

    def of(self, chosen: Ints | Flags) -> Requests:
        """Some of them, in the given order."""
        return Requests(*(getattr(self, one.name)[chosen] for one in fields(self)))


def make_requests(
    world: World, units: Units, replacements: Replacements, replaced: Floats, first_order: Ints
) -> Requests:
    """Requests opened by the end, by their opening; `replaced` is the instant of each replacement.

    `first_order`: day of each buyer's first order, beyond the end for none.
    """
    rng = world.dice.of("requests")
    failed = np.flatnonzero(replacements.is_failure)
    unit = replacements.unit[failed]
    priority = draw(rng, [share for _, share in PRIORITIES], len(failed))
    response, resolution = _durations(rng, priority, world.area_of(units.customer[unit]))
    resolved = replaced[failed] + rng.uniform(0.2, 1.5, len(failed)) * HOUR
    opened = np.maximum(resolved - resolution, units.installed[unit] * DAY + 8 * HOUR)
    from_failures = _timed(
        rng, world, opened, response, resolved - opened, priority,
        {"customer": units.customer[unit], "unit": unit, "item": units.model[unit],
         "fault": replacements.fault[failed], "replacement": failed},
        need_a_part=True,
    )  # fmt: skip
    others = _others(rng, world, max(world.size.requests - from_failures.count, 0), units, first_order)
    both = Requests(
        *(
            np.concatenate([getattr(from_failures, one.name), getattr(others, one.name)])
            for one in fields(Requests)
        )
    )
    return both.of(np.argsort(both.opened, kind="stable"))


def _others(rng: Generator, world: World, count: int, units: Units, first_order: Ints) -> Requests:
    calendar, catalogue = world.calendar, world.catalogue
    unit = np.where(rng.random(count) < ABOUT_A_UNIT, rng.integers(units.count, size=count), -1)
    in_service = np.flatnonzero(np.isinf(units.retired))
    first_area = in_service[world.area_of(units.customer[in_service]) == 0]
    unit[:LAST_EVENING] = rng.choice(in_service, LAST_EVENING)
    unit[: LAST_EVENING // 2] = rng.choice(first_area, LAST_EVENING // 2)
    buyers = np.flatnonzero(first_order < calendar.days)
    customer = np.where(unit >= 0, units.customer[unit], buyers[rng.integers(len(buyers), size=count)])
    begins = np.where(unit >= 0, units.installed[unit], first_order[customer])
    ends = np.where(unit >= 0, np.minimum(units.retired[unit], calendar.days), calendar.days)
    day = np.floor(begins + rng.random(count) * (ends - begins))
    opened = day * DAY + np.clip(rng.normal(13, 2.8, count), 7, 22.5) * HOUR
    opened[:LAST_EVENING] = calendar.end - rng.uniform(0.5, 6.5, LAST_EVENING) * HOUR
    priority = draw(rng, [share for _, share in PRIORITIES], count)
    response, resolution = _durations(rng, priority, world.area_of(customer))
    products = np.where(catalogue.is_part, 0, catalogue.popularity)
    item = np.where(unit >= 0, units.model[unit], draw(rng, products, count))
    fault = draw(rng, [one.weight for one in FAULTS], count)
    fault = np.where(catalogue.is_electrical[item] & _MECHANICAL[fault], _ELECTRICAL, fault)
    return _timed(
        rng, world, opened, response, resolution, priority,
        {"customer": customer, "unit": unit, "item": item, "fault": fault, "replacement": np.full(count, -1)},
        need_a_part=False,
    )  # fmt: skip


def _durations(rng: Generator, priority: Ints, area: Ints) -> tuple[Floats, Floats]:
    """Seconds to response and to resolution: lognormal, the logarithms correlated."""
    common, own = rng.standard_normal((2, len(priority)))
    other = CORRELATION * common + np.sqrt(1 - CORRELATION**2) * own
    scale = _FACTOR[area] * HOUR
    response = _RESPONSE[priority] * scale * np.exp(RESPONSE_SIGMA * common)
    return response, _RESOLUTION[priority] * scale * np.exp(RESOLUTION_SIGMA * other)


def usual_response(world: World, priority: Ints, area: Ints, opened: Floats) -> Floats:
    """The median of the law by which requests of these instants are answered, in seconds."""
    return _RESPONSE[priority] * _FACTOR[area] * HOUR * _slowness(world, area, opened)


def reopened_within(seconds: float) -> float:
    """The part of those that come back which do so within that time."""
    return (1 + erf(np.log(seconds / (REOPENED_AFTER_HOURS * HOUR)) / REOPENED_SIGMA / np.sqrt(2))) / 2


def _slowness(world: World, area: Ints, opened: Floats) -> Floats:
    """By how much the planted slow month of one branch stretches its responses."""
    anomalies = world.anomalies
    first, last = anomalies.slow_days
    slow = (area == anomalies.slow_area) & (opened >= first * DAY) & (opened < (last + 1) * DAY)
    return np.where(slow, SLOW_FACTOR, 1.0)


def _timed(
    rng: Generator,
    world: World,
    opened: Floats,
    response: Floats,
    resolution: Floats,
    priority: Ints,
    about: dict[str, Ints],
    *,
    need_a_part: bool,
) -> Requests:
    """Requests with all their instants; those that are opened after the end are left out."""
    calendar, anomalies, area = world.calendar, world.anomalies, world.area_of(about["customer"])
    count = len(opened)
    first, last = anomalies.silent_days
    silent = (area == anomalies.silent_area) & (opened >= first * DAY) & (opened < (last + 1) * DAY)
    opened = opened + silent * 7 * DAY  # entered a week later
    at_once = (rng.random(count) < AT_ONCE) & (not need_a_part)
    response = response * _slowness(world, area, opened)
    response = np.where(at_once, response, np.minimum(response, 0.95 * resolution))
    minutes = rng.uniform(*AT_ONCE_MINUTES, count)
    resolution = np.where(at_once, response + minutes * MINUTE, resolution)
    resolved_first = opened + resolution
    reopened = resolved_first + lognormal(rng, REOPENED_AFTER_HOURS * HOUR, REOPENED_SIGMA, count)
    reopened = np.where(rng.random(count) < REOPENED, reopened, NEVER)
    again = reopened + _durations(rng, priority, area)[1] * REOPENED_SHARE
    resolved = np.where(reopened < calendar.end, again, resolved_first)
    closed = resolved + lognormal(rng, CLOSING_MEDIAN_HOURS * HOUR, 0.5, count)
    chance = rng.random(count) + need_a_part
    cancelled, merged = chance < CANCELLED, (chance >= CANCELLED) & (chance < CANCELLED + MERGED)
    dropped = cancelled | merged
    made = Requests(
        **about,
        priority=priority,
        opened=opened,
        responded=np.where(dropped, NEVER, opened + response),
        resolved_first=np.where(dropped, NEVER, resolved_first),
        reopened=np.where(dropped, NEVER, reopened),
        resolved=np.where(dropped, NEVER, resolved),
        closed=np.where(dropped, opened + response + 2 * HOUR, closed),
        cancelled=cancelled,
        merged=merged,
        at_once=at_once & ~dropped,
    )
    return made.of(opened < calendar.end)


def entered_later(requests: Requests, replaced: Floats) -> Floats:
    """The instants of the replacements, those of the area without an entry a week later like their requests."""
    led = np.flatnonzero(requests.replacement >= 0)
    which = requests.replacement[led]
    later = replaced.copy()
    later[which] += np.where(requests.resolved_first[led] - replaced[which] > DAY, 7 * DAY, 0)
    return later
