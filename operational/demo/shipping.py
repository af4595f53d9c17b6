"""Which line of an order leaves on which day, and the shipments that this makes.

From which lots the goods are taken is decided in stock.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from operational.demo.calendar import Calendar, Flags, Ints
from operational.demo.dice import ranks_within
from operational.demo.laws import CLOSED_SHORT, IN_TWO, SHIPPING_DAYS
from operational.demo.orders import Orders
from operational.demo.world import World

NEVER = 10**9  # a day that does not come
SECOND_AFTER = 3, 6.0  # working days between two shipments: at least, and Poisson on top
DRAFT_AHEAD, DRAFTED = 3, 0.6  # working days before they leave that this part of shipments is drafted


@dataclass
class Shipments:
    """By place in chronological order; `line_shipment` is the shipment's place of each order line, -1 for none.

    `line_day` is the day on which a line leaves or will leave, NEVER for orders that are not approved.
    """

    order: Ints
    day: Ints
    is_draft: Flags
    line_day: Ints
    line_shipment: Ints

    @property
    def count(self) -> int:
        """How many."""
        return len(self.day)

    @property
    def drafted_lines(self) -> Flags:
        """Which order lines are in a drafted shipment."""
        return (self.line_shipment >= 0) & self.is_draft[np.maximum(self.line_shipment, 0)]

    def left(self, calendar: Calendar) -> Flags:
        """Which order lines have left by the end."""
        return self.line_day < calendar.days


def make_shipments(world: World, orders: Orders) -> Shipments:
    """Shipments that left since the books began, and drafts of the next ones."""
    rng, calendar, since = world.dice.of("shipping"), world.calendar, world.since
    line_day = _line_days(rng, orders, calendar)
    first_day = np.minimum.reduceat(line_day, orders.first_line)
    soon = calendar.workdays.later(np.array([calendar.days]), DRAFT_AHEAD)
    next_out = (first_day >= calendar.days) & (first_day < soon) & (rng.random(orders.count) < DRAFTED)
    draft = next_out[orders.lines.order] & (line_day == first_day[orders.lines.order])
    written = ((line_day >= since) & (line_day < calendar.days)) | draft
    day = np.where(draft, calendar.days - 1, line_day)[written]
    key = (day * orders.count + orders.lines.order[written]) * 2 + draft[written]
    shipment, place = np.unique(key, return_inverse=True)
    line_shipment = np.full(len(line_day), -1, dtype=np.int64)
    line_shipment[written] = place
    return Shipments(
        order=shipment // 2 % orders.count,
        day=shipment // 2 // orders.count,
        is_draft=shipment % 2 == 1,
        line_day=line_day,
        line_shipment=line_shipment,
    )


def _line_days(rng: Generator, orders: Orders, calendar: Calendar) -> Ints:
    lines = orders.lines
    first = calendar.workdays.later(orders.day, 1 + rng.poisson(SHIPPING_DAYS, orders.count))
    second = calendar.workdays.later(first, SECOND_AFTER[0] + rng.poisson(SECOND_AFTER[1], orders.count))
    second = np.where(rng.random(orders.count) < CLOSED_SHORT, NEVER, second)
    in_two = rng.random(orders.count) < IN_TWO
    waits = in_two[lines.order] & (ranks_within(lines.order) % 2 == 1)
    day = np.where(waits, second[lines.order], first[lines.order])
    return np.where(orders.counted[lines.order], day, NEVER)
