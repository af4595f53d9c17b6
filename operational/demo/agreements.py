"""Service agreements of customers with installed machines: yearly terms, renewed or not, by the customer's level.

Which requests they cover, and by when these should be answered, is reckoned here too; whether they are follows from
requests.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operational.demo.calendar import DAY, Flags, Floats, Ints
from operational.demo.laws import COVERED, RENEWED, TARGETS
from operational.demo.loading import MONEY, QUANTITY, choose, link
from operational.demo.open_hours import OpenHours, open_hours, write_calendars
from operational.demo.requests import HOUR, Requests
from operational.demo.units import Units
from operational.demo.words.sales_words import LEVELS
from operational.demo.words.service_words import PRIORITIES
from operational.demo.world import World

STATES = ["active", "expired", "renewed"]
ACTIVE, EXPIRED, RENEWED_ONE = range(3)
TERM = 365  # days
SIGNED_BEFORE = 10  # days
PRICE_PER_UNIT = 2_400  # yuan a year
URGENT = [name for name, _ in PRIORITIES].index("紧急")
_LEVELS = [name for name, *_ in LEVELS]
_CALENDAR, _RESPONSE, _RESOLUTION, _PAUSES = (
    np.array([TARGETS[level][place] for level in _LEVELS]) for place in range(4)
)


@dataclass
class Agreements:
    """By place in the order of customer and begin; days, the end included."""

    ids: Ints
    customer: Ints
    begins: Ints
    ends: Ints


@dataclass
class Promises:
    """Of each request: the place of its agreement (-1: none) and the instants by which it should be answered and
    resolved, in local seconds, infinite where nothing is promised."""

    agreement: Ints
    answered: Floats
    resolved: Floats

    @property
    def covered(self) -> Flags:
        """Which requests have an agreement."""
        return self.agreement >= 0


def make_agreements(world: World, units: Units) -> Agreements:
    """Calendars and terms; most customers with machines begin one with the first of them."""
    rng, calendar = world.dice.of("agreements"), world.calendar
    calendars = write_calendars(world.loader, calendar)
    holders, first = np.unique(units.customer, return_index=True)
    chosen = rng.random(len(holders)) < COVERED
    holders, first = holders[chosen], first[chosen]
    kept = np.minimum(
        rng.geometric(1 - RENEWED, len(holders)), 1 + (calendar.days - 1 - units.installed[first]) // TERM
    )
    customer = np.repeat(holders, kept)
    term = np.arange(len(customer)) - np.repeat(np.cumsum(kept) - kept, kept)
    begins = units.installed[np.repeat(first, kept)] + term * TERM
    ends = begins + TERM - 1
    goes_on = np.append(customer[1:] == customer[:-1], False)
    state = np.select([goes_on, ends < calendar.days], [RENEWED_ONE, EXPIRED], ACTIVE)
    chronological = np.argsort(begins, kind="stable")
    back = np.empty_like(chronological)
    back[chronological] = np.arange(len(back))
    level = world.customers.level[customer]
    machines = np.bincount(units.customer, minlength=len(world.customers.ids))[customer]
    columns = {
        "number": world.loader.numbers("SA", calendar.years(begins[chronological]))[back],
        "customer_id": world.customers.ids[customer],
        "starts_on": calendar.dates(begins),
        "ends_on": calendar.dates(ends),
        "signed_on": calendar.dates(begins - SIGNED_BEFORE),
        "state": choose(STATES, state),
        "calendar_id": calendars[_CALENDAR[level]],
        "response_hours": _RESPONSE[level] * QUANTITY,
        "resolution_hours": _RESOLUTION[level] * QUANTITY,
        "pauses_for_customer": _PAUSES[level].astype(bool),
        "price": machines * PRICE_PER_UNIT * MONEY,
        "created_at": calendar.moments((begins - SIGNED_BEFORE) * DAY + 10 * 3_600),
    }
    ids = np.empty(len(customer), dtype=np.int64)
    ids[chronological] = world.loader.load(
        "service_agreement", {name: column[chronological] for name, column in columns.items()}
    )
    _write_lines(world, ids, level)
    return Agreements(ids, customer, begins, ends)


def _write_lines(world: World, ids: Ints, level: Ints) -> None:
    """Urgent requests are answered in half the time."""
    order = np.argsort(ids)
    world.loader.load(
        "service_agreement_line",
        {
            "service_agreement_id": ids[order],
            "line_no": np.ones(len(ids), dtype=np.int64),
            "priority": choose([PRIORITIES[URGENT][0]], np.zeros(len(ids), dtype=np.int64)),
            "response_hours": _RESPONSE[level[order]] * QUANTITY // 2,
        },
    )


def promise(world: World, agreements: Agreements, requests: Requests) -> Promises:
    """The agreement of each request on the day of its opening, and the times that follow from it."""
    day = (requests.opened // DAY).astype(np.int64)
    wide = 10 * world.calendar.days  # more than any day, so that customer and day are one number
    terms = agreements.customer * wide + agreements.begins
    place = np.searchsorted(terms, requests.customer * wide + day, side="right") - 1
    there = np.maximum(place, 0)
    covers = (
        (place >= 0) & (agreements.customer[there] == requests.customer) & (day <= agreements.ends[there])
    )
    level = world.customers.level[requests.customer]
    hours = _RESPONSE[level] * np.where(requests.priority == URGENT, 0.5, 1.0)
    by_calendar = open_hours(world.calendar)
    answered, resolved = (
        _due(by_calendar, _CALENDAR[level], requests.opened, promised)
        for promised in (hours, _RESOLUTION[level])
    )
    return Promises(
        np.where(covers, place, -1),
        np.where(covers, answered, np.inf),
        np.where(covers, resolved, np.inf),
    )


def _due(by_calendar: tuple[OpenHours, OpenHours], which: Ints, opened: Floats, hours: Floats) -> Floats:
    due = [one.reached(one.passed(opened) + hours * HOUR) for one in by_calendar]
    return np.choose(which, due)


def columns_of(world: World, agreements: Agreements, promises: Promises) -> dict[str, object]:
    """What requests keep of their promises."""
    return {
        "agreement_id": link(agreements.ids[np.maximum(promises.agreement, 0)], promises.covered),
        "response_due_at": _moments(world, promises.answered),
        "resolution_due_at": _moments(world, promises.resolved),
    }


def _moments(world: World, second: Floats) -> object:
    known = np.isfinite(second)
    return world.calendar.moments(np.where(known, second, 0), known)
