"""Complaints of customers who were shipped to, with lognormal times to the resolution.

Only complaints; requests for service are in requests.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operational.demo.calendar import DAY, Floats, Ints
from operational.demo.dice import draw, lognormal
from operational.demo.laws import COMPLAINT_MEDIAN_HOURS, COMPLAINT_SIGMA
from operational.demo.loading import choose, link
from operational.demo.orders import Orders
from operational.demo.shipping import Shipments
from operational.demo.words.service_words import CAUSES
from operational.demo.world import World

HOUR = 3_600.0
STATES = ["received", "acknowledged", "investigating", "proposed", "resolved", "closed", "rejected"]
RECEIVED, ACKNOWLEDGED, INVESTIGATING, PROPOSED, RESOLVED, CLOSED, REJECTED = range(7)
# Shares of the time to the resolution at which a complaint is acknowledged, investigated, answered.
STEPS = np.array([0.08, 0.35, 0.8])
REJECTED_SHARE = 0.06
AFTER_SHIPMENT = 2.0, 20.0  # days: at least, and exponential on top
CLOSED_AFTER_HOURS = 72.0


@dataclass
class Complaints:
    """By place in order of opening; instants in local seconds."""

    ids: Ints
    opened: Floats
    resolved: Floats
    closed: Floats
    state: Ints
    customer: Ints


def make_complaints(world: World, orders: Orders, shipments: Shipments) -> Complaints:
    """Make and write them."""
    rng, calendar, catalogue = world.dice.of("complaints"), world.calendar, world.catalogue
    wanted = world.size.complaints
    left = np.flatnonzero(shipments.left(calendar))
    line = left[rng.integers(len(left), size=wanted * 2)]
    day = shipments.line_day[line] + AFTER_SHIPMENT[0] + rng.exponential(AFTER_SHIPMENT[1], len(line))
    opened = np.floor(day) * DAY + np.clip(rng.normal(13, 2.6, len(line)), 8, 20) * HOUR
    happened = np.flatnonzero(opened < calendar.end)[:wanted]
    chronological = happened[np.argsort(opened[happened], kind="stable")]
    line, opened = line[chronological], opened[chronological]
    count, end = len(line), calendar.end
    resolved = opened + lognormal(rng, COMPLAINT_MEDIAN_HOURS * HOUR, COMPLAINT_SIGMA, count)
    closed = resolved + lognormal(rng, CLOSED_AFTER_HOURS * HOUR, 0.5, count)
    rejected = rng.random(count) < REJECTED_SHARE
    progress = np.searchsorted(STEPS, (end - opened) / (resolved - opened), side="right")
    state = np.select(
        [rejected & (resolved < end), closed < end, resolved < end], [REJECTED, CLOSED, RESOLVED], progress
    ).astype(np.int64)
    state[rejected & (state < RESOLVED)] = RECEIVED
    cause = draw(rng, [one.weight for one in CAUSES], count)
    customer = orders.customer[orders.lines.order[line]]
    item = orders.lines.item[line]
    is_resolved = (state == RESOLVED) | (state == CLOSED)
    ended = np.where(state == REJECTED, resolved, closed)
    has_ended = (state == REJECTED) | (state == CLOSED)
    ids = world.loader.load(
        "complaint",
        {
            "number": world.loader.numbers("CP", calendar.years((opened // DAY).astype(np.int64))),
            "customer_id": world.customers.ids[customer],
            "item_id": catalogue.ids[item],
            "subject": [
                f"{catalogue.codes[one]} {CAUSES[why].subjects[int(chance * len(CAUSES[why].subjects))]}"
                for one, why, chance in zip(
                    item.tolist(), cause.tolist(), rng.random(count).tolist(), strict=True
                )
            ],
            "opened_at": calendar.moments(opened),
            "resolved_at": calendar.moments(np.where(is_resolved, resolved, 0), is_resolved),
            "closed_at": calendar.moments(np.where(has_ended, ended, 0), has_ended),
            "state": choose(STATES, state),
            "cause": link(choose([one.name for one in CAUSES], cause), state >= PROPOSED),
            "resolution": link(choose([one.resolution for one in CAUSES], cause), is_resolved),
            "created_at": calendar.moments(opened),
        },
    )
    return Complaints(ids, opened, resolved, closed, state, customer)
