"""The state of every order at the end: derived from quantities as the rules do, and closed once all is paid.

The rules themselves stand in operational/rules; the tests hold the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operational.demo.calendar import Flags, Ints
from operational.demo.orders import DRAFT, REJECTED_ONE, SUBMITTED, VOID, Orders
from operational.demo.payments import CREDITED_ONE, Invoices
from operational.demo.returns import Returns, last_left, net_shipped
from operational.demo.shipping import NEVER, Shipments
from operational.demo.world import World

STATES = [
    "draft",
    "submitted",
    "rejected",
    "approved",
    "partly_shipped",
    "shipped",
    "closed",
    "superseded",
    "void",
]
APPROVED, PARTLY_SHIPPED, SHIPPED, CLOSED = 3, 4, 5, 6
CLOSED_AFTER = 2  # days after the last payment
SHORT_AFTER = 60  # days after the last shipment of an order whose rest never came


@dataclass
class OrderStates:
    """By order: the place of its state in `STATES`, and the day it was closed or NEVER."""

    state: Ints
    closed_on: Ints
    closed_short: Flags


def order_states(
    world: World, orders: Orders, shipments: Shipments, invoices: Invoices, returns: Returns
) -> OrderStates:
    """What the rules derive; what was shipped before the books began is closed, for its papers are not there."""
    calendar, since = world.calendar, world.since
    first = orders.first_line
    net = net_shipped(orders, shipments, returns, calendar)
    nothing = np.maximum.reduceat(net, first) <= 0
    everything = np.logical_and.reduceat(net >= orders.lines.quantity, first)
    state = np.select([nothing, everything], [APPROVED, SHIPPED], PARTLY_SHIPPED)
    gone = np.logical_and.reduceat(shipments.left(calendar), first)
    last = last_left(orders, shipments, calendar)
    never = np.logical_or.reduceat(shipments.line_day == NEVER, first) & (last < NEVER)
    before = np.minimum.reduceat(shipments.line_day, first) < since
    closed_on = np.where(gone, np.where(before, last + SHORT_AFTER, _settled_on(orders, invoices)), NEVER)
    short = never & (last + SHORT_AFTER < calendar.days) & orders.counted
    closed_on = np.where(short, last + SHORT_AFTER, closed_on)
    closed = orders.counted & (closed_on < calendar.days)
    state[closed] = CLOSED
    for fate, name in (
        (DRAFT, "draft"),
        (SUBMITTED, "submitted"),
        (REJECTED_ONE, "rejected"),
        (VOID, "void"),
    ):
        state[orders.fate == fate] = STATES.index(name)
    return OrderStates(state, np.where(closed, closed_on, NEVER), short & closed)


def _settled_on(orders: Orders, invoices: Invoices) -> Ints:
    """The day by which all invoices of an order were paid and finance has closed it; NEVER before that."""
    counted = invoices.state != CREDITED_ONE
    settled = np.full(orders.count, -1, dtype=np.int64)
    np.maximum.at(settled, invoices.order[counted], invoices.settled[counted])
    return np.where((settled >= 0) & (settled < NEVER), settled + CLOSED_AFTER, NEVER)
