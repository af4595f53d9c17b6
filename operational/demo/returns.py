"""Returns of shipped lines: when they come back, and how far each return note has got by the end.

What goes into stock again is told in stock.py, the effect on the order's state in order_states.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operational.demo.calendar import Calendar, Flags, Ints
from operational.demo.dice import draw, ranks_within
from operational.demo.laws import RETURNED_LINES
from operational.demo.orders import Orders
from operational.demo.shipping import NEVER, Shipments
from operational.demo.words.sales_words import RETURN_REASONS
from operational.demo.world import World

REQUESTED, APPROVED, RECEIVED, CREDITED, CLOSED, VOID = range(6)
RETURN_STATES = ["requested", "approved", "received", "credited", "closed", "void"]
AFTER = 4, 14.0  # days from shipment: at least, and exponential on top
# Days from the request until a note is approved, received, credited, closed.
APPROVED_AFTER, RECEIVED_AFTER, CREDITED_AFTER, CLOSED_AFTER = 1, 4, 12, 40
REFUSED = 0.03


@dataclass
class Returns:
    """By place of the note in chronological order; of its lines: the note's and the order line's place, pieces."""

    order: Ints
    day: Ints
    reason: Ints
    state: Ints
    line_note: Ints
    line: Ints
    quantity: Ints

    @property
    def counted(self) -> Flags:
        """Which notes are received or further on."""
        return (self.state >= RECEIVED) & (self.state <= CLOSED)


def make_returns(world: World, orders: Orders, shipments: Shipments) -> Returns:
    """Return notes, one for all that comes back of an order, by the end."""
    rng, calendar = world.dice.of("returns"), world.calendar
    most = orders.lines.quantity - (ranks_within(orders.lines.order) == 0)  # something always stays
    may_return = (shipments.line_shipment >= 0) & shipments.left(calendar) & (most > 0)
    line = np.flatnonzero(may_return & (rng.random(len(most)) < RETURNED_LINES))
    order, note = np.unique(orders.lines.order[line], return_inverse=True)
    last_out = np.full(len(order), -1, dtype=np.int64)
    np.maximum.at(last_out, note, shipments.line_day[line])
    day = last_out + AFTER[0] + np.floor(rng.exponential(AFTER[1], len(order))).astype(np.int64)
    day = calendar.workdays.on_or_after(day)
    quantity = np.where(rng.random(len(line)) < 0.5, 1, np.ceil(most[line] * rng.random(len(line)))).astype(
        np.int64
    )
    quantity = np.maximum(quantity, 1)
    happened = np.flatnonzero(day < calendar.days)
    chronological = happened[np.argsort(day[happened], kind="stable")]
    place = np.full(len(order), -1, dtype=np.int64)
    place[chronological] = np.arange(len(chronological))
    kept = place[note] >= 0
    sequence = np.lexsort((line[kept], place[note[kept]]))
    day = day[chronological]
    age = calendar.days - 1 - day
    steps = np.array([APPROVED_AFTER, RECEIVED_AFTER, CREDITED_AFTER, CLOSED_AFTER])
    state = np.searchsorted(steps, age, side="right")
    state[(rng.random(len(day)) < REFUSED) & (state >= APPROVED)] = VOID
    return Returns(
        order=order[chronological],
        day=day,
        reason=draw(rng, [share for _, share in RETURN_REASONS], len(day)),
        state=state,
        line_note=place[note[kept]][sequence],
        line=line[kept][sequence],
        quantity=quantity[kept][sequence],
    )


def net_shipped(orders: Orders, shipments: Shipments, returns: Returns, calendar: Calendar) -> Ints:
    """Pieces shipped less pieces returned, by order line; what left before the books began counts as shipped."""
    net = np.where(shipments.left(calendar), orders.lines.quantity, 0)
    back = returns.counted[returns.line_note]
    np.subtract.at(net, returns.line[back], returns.quantity[back])
    return net


def last_left(orders: Orders, shipments: Shipments, calendar: Calendar) -> Ints:
    """The day on which the last line that has left by the end did so, by order; NEVER where none has."""
    day = np.where(shipments.left(calendar), shipments.line_day, -1)
    last = np.maximum.reduceat(day, orders.first_line)
    return np.where(last < 0, NEVER, last)
