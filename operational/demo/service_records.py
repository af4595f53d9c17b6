"""Writing the records of service: requests with their states at the end, and the replaced parts.

When everything happened is known from requests.py and failures.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from operational.demo.calendar import DAY, Calendar, Flags, Floats, Ints
from operational.demo.catalogue import Catalogue
from operational.demo.dice import draw
from operational.demo.failures import Replacements
from operational.demo.laws import HANDED_ON, RESOLUTION_MEDIAN
from operational.demo.loading import MONEY, QUANTITY, choose, link
from operational.demo.requests import HOUR, Requests
from operational.demo.units import Units
from operational.demo.words.service_words import CHANNELS, FAULTS, NOTES, PRIORITIES, REPLACED_NOTE
from operational.demo.world import World

STATES = [
    "new",
    "claimed",
    "in_progress",
    "waiting_customer",
    "waiting_parts",
    "resolved",
    "closed",
    "cancelled",
    "merged",
]
NEW, CLAIMED, IN_PROGRESS, WAITING_CUSTOMER, WAITING_PARTS, RESOLVED, CLOSED, CANCELLED, MERGED = range(9)
CLAIMED_SHARE = 0.15  # of the time from response to resolution, before work begins
RATED = 0.6  # of closed requests
VISIT_FEES = np.array([0, 180, 280, 380])


def states(world: World, requests: Requests) -> Ints:
    """The place of each request's state in `STATES` at the end."""
    rng, end = world.dice.of("request states"), world.calendar.end
    with np.errstate(invalid="ignore"):  # cancelled ones never had a response
        progress = np.nan_to_num((end - requests.responded) / (requests.resolved - requests.responded))
    waits = rng.random(requests.count)
    at_work = np.select(
        [waits < 0.25, waits < 0.55],
        [WAITING_CUSTOMER, np.where(requests.replacement >= 0, WAITING_PARTS, IN_PROGRESS)],
        IN_PROGRESS,
    )
    dropped = requests.cancelled | requests.merged
    return np.select(
        [
            dropped & (requests.closed < end) & requests.cancelled,
            dropped & (requests.closed < end),
            dropped | (requests.responded >= end),
            requests.closed < end,
            requests.resolved < end,
            requests.reopened < end,
            progress < CLAIMED_SHARE,
        ],
        [CANCELLED, MERGED, NEW, CLOSED, RESOLVED, IN_PROGRESS, CLAIMED],
        at_work,
    ).astype(np.int64)


def assignees(world: World, requests: Requests) -> Ints:
    """For each request the place of an engineer of the customer's branch who has the skill."""
    area, organisation = world.area_of(requests.customer), world.organisation
    chance = world.dice.of("assignees").random(requests.count)
    found = np.zeros(requests.count, dtype=np.int64)
    for place, team in enumerate(organisation.engineers):
        skills = np.array([organisation.people[one].skills for one in team])
        for fault in range(len(FAULTS)):
            rows = np.flatnonzero((area == place) & (requests.fault == fault))
            able = np.array(team)[skills[:, fault]]
            found[rows] = able[(chance[rows] * len(able)).astype(int)]
    return found


def write_requests(
    world: World,
    requests: Requests,
    state: Ints,
    assignee: Ints,
    units: Units,
    promised: dict[str, Any],
) -> Ints:
    """Write them, with the columns that their agreements promise; their ids."""
    rng, calendar, loader = world.dice.of("request records"), world.calendar, world.loader
    end = calendar.end
    dropped = (state == CANCELLED) | (state == MERGED)
    resolved = (state == RESOLVED) | (state == CLOSED)
    ended = (state == CLOSED) | dropped
    rated = (state == CLOSED) & (rng.random(requests.count) < RATED)
    return loader.load(
        "service_request",
        {
            "number": loader.numbers("SR", calendar.years((requests.opened // DAY).astype(np.int64))),
            "customer_id": world.customers.ids[requests.customer],
            "unit_id": link(units.ids[np.maximum(requests.unit, 0)], requests.unit >= 0),
            "item_id": world.catalogue.ids[requests.item],
            "subject": _subjects(rng, requests, world.catalogue),
            "fault": choose([one.name for one in FAULTS], requests.fault),
            "priority": choose([name for name, _ in PRIORITIES], requests.priority),
            "channel": choose(
                [name for name, _ in CHANNELS], draw(rng, [share for _, share in CHANNELS], requests.count)
            ),
            "opened_at": calendar.moments(requests.opened),
            "first_response_at": _until(requests.responded, requests.responded < end, calendar),
            "first_resolved_at": _until(requests.resolved_first, requests.resolved_first < end, calendar),
            "resolved_at": _until(requests.resolved, resolved, calendar),
            "closed_at": _until(requests.closed, ended, calendar),
            "reopened_count": (requests.reopened < end).astype(np.int64),
            "reassigned_count": world.dice.of("hops").geometric(1 - HANDED_ON, requests.count) - 1,
            "state": choose(STATES, state),
            "satisfaction": link(_ratings(rng, requests) * QUANTITY, rated),
            "assignee_id": link(world.organisation.person_ids[assignee], (state != NEW) & ~dropped),
            "notes": link(_notes(rng, requests), resolved),
            **promised,
            "created_at": calendar.moments(requests.opened),
        },
    )


def _until(instant: Floats, known: Flags, calendar: Calendar) -> NDArray[np.datetime64]:
    return calendar.moments(np.where(known, instant, 0), known)


def _subjects(rng: Generator, requests: Requests, catalogue: Catalogue) -> list[str]:
    chance = rng.random(requests.count).tolist()
    return [
        f"{catalogue.codes[item]} {FAULTS[fault].subjects[int(one * len(FAULTS[fault].subjects))]}"
        for item, fault, one in zip(requests.item.tolist(), requests.fault.tolist(), chance, strict=True)
    ]


def _notes(rng: Generator, requests: Requests) -> NDArray[np.str_]:
    said = choose(NOTES, rng.integers(len(NOTES), size=requests.count))
    return np.where(requests.replacement >= 0, REPLACED_NOTE, said)


def _ratings(rng: Generator, requests: Requests) -> Ints:
    """One to five: the longer it took beside what is usual for its priority, the worse."""
    usual = np.array([RESOLUTION_MEDIAN[name] for name, _ in PRIORITIES])[requests.priority] * HOUR
    took = np.where(requests.resolved < np.inf, requests.resolved, requests.opened + usual) - requests.opened
    exact = 4.5 - 0.8 * np.log(np.maximum(took / usual, 0.5)) + 0.6 * rng.standard_normal(requests.count)
    return np.clip(np.round(exact), 1, 5).astype(np.int64)


def replaced_at(world: World, replacements: Replacements) -> Floats:
    """An instant of the working day for each replacement."""
    return (
        replacements.day * DAY
        + world.dice.of("replacement times").uniform(8.5, 19, len(replacements.day)) * HOUR
    )


def write_replacements(
    world: World,
    replacements: Replacements,
    replaced: Floats,
    requests: Requests,
    request_ids: Ints,
    units: Units,
) -> NDArray[np.bytes_]:
    """Those that happened by the end, in order of time; the number of each, empty for the others.

    Those of before the books began name no depot: their parts left no stock that is known.
    """
    rng, calendar = world.dice.of("replacement records"), world.calendar
    request = np.full(len(replaced), -1, dtype=np.int64)
    led = np.flatnonzero(requests.replacement >= 0)
    request[requests.replacement[led]] = led
    happened = np.flatnonzero(replaced < calendar.end)
    order = happened[np.argsort(replaced[happened], kind="stable")]
    numbers = world.loader.numbers("PR", calendar.years((replaced[order] // DAY).astype(np.int64)))
    unit, part = replacements.unit[order], replacements.part[order]
    fees = VISIT_FEES[rng.integers(len(VISIT_FEES), size=len(order))]
    world.loader.load(
        "part_replacement",
        {
            "number": numbers,
            "service_request_id": link(request_ids[np.maximum(request[order], 0)], request[order] >= 0),
            "unit_id": units.ids[unit],
            "part_id": world.catalogue.ids[part],
            "quantity": np.full(len(order), QUANTITY),
            "replaced_at": calendar.moments(replaced[order]),
            "reason": np.where(replacements.is_failure[order], b"failure", b"scheduled"),
            "cost": (world.catalogue.price[part] + fees) * MONEY,
            "depot_id": link(
                world.organisation.depot_ids[world.area_of(units.customer[unit])],
                replaced[order] >= world.since * DAY,
            ),
            "created_at": calendar.moments(replaced[order]),
        },
    )
    named = np.zeros(len(replaced), dtype=numbers.dtype)
    named[order] = numbers
    return named
