"""The orders: those of the buying process, and beside them the drafts, refusals, voids and amended versions.

Only orders of the process are ever approved, so that the approved ones follow the process exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import Generator

from operational.demo.baskets import Lines, fill, order_values
from operational.demo.calendar import Calendar, Flags, Ints
from operational.demo.laws import AMENDED, REJECTED, SEASON, VOIDED
from operational.demo.world import World

COUNTED, DRAFT, SUBMITTED, REJECTED_ONE, VOID = range(5)
OPEN_ORDERS = 32, 0.004  # drafts and submitted ones at the end: at least so many, and this part of all
OPEN_SINCE_DAYS = 400  # whoever ordered in that time may have an open order
OPEN_WORKDAYS = 8
OF_THE_CLERK = 12
PROJECT_FROM = 200_000.0  # yuan
SETTLED_DAYS = 25  # amendments are not planted in orders younger than this


@dataclass
class Orders:
    """By place in chronological order; `fate` says what became of an order beside shipping."""

    customer: Ints
    day: Ints
    second: Ints  # of its entry, on the day
    fate: Ints
    amended: Flags
    is_project: Flags
    lines: Lines

    @property
    def count(self) -> int:
        """How many."""
        return len(self.day)

    @cached_property
    def first_line(self) -> Ints:
        """The place of each order's first line; every order has one."""
        return np.searchsorted(self.lines.order, np.arange(self.count))

    @property
    def counted(self) -> Flags:
        """Which of them are approved or further on."""
        return self.fate == COUNTED


def make_orders(world: World, bought: tuple[Ints, Ints]) -> Orders:
    """Orders of the process `bought` (customers, days) and those beside it."""
    rng, customers, calendar = world.dice.of("orders"), world.customers, world.calendar
    of_clerk = np.flatnonzero(customers.owner == world.organisation.clerk)
    customer, day, fate = _with_others(rng, bought, of_clerk, calendar)
    sequence = np.lexsort((rng.random(len(day)), day))
    customer, day, fate = customer[sequence], day[sequence], fate[sequence]
    season = np.array(SEASON)[calendar.months(day)]
    dropped = world.anomalies.dropped(customers.province[customer], day)
    value = order_values(
        rng, customer, _repeats(customer, fate), customers.mean_value[customer], season, dropped
    )
    second = rng.integers(8 * 3600 + 1800, 17 * 3600 + 1800, len(day))
    return Orders(
        customer=customer,
        day=day,
        second=second[np.lexsort((second, day))],
        fate=fate,
        amended=(fate == COUNTED) & (day < calendar.days - SETTLED_DAYS) & (rng.random(len(day)) < AMENDED),
        is_project=value > PROJECT_FROM,
        lines=fill(rng, value, day, world.catalogue, calendar),
    )


def _repeats(customer: Ints, fate: Ints) -> Flags:
    """Which of the orders, by day, are counted and not the customer's first."""
    repeats = fate == COUNTED
    counted = np.flatnonzero(repeats)
    repeats[counted[np.unique(customer[counted], return_index=True)[1]]] = False
    return repeats


def _with_others(
    rng: Generator, bought: tuple[Ints, Ints], of_clerk: Ints, calendar: Calendar
) -> tuple[Ints, Ints, Ints]:
    """Customer, day and fate of all orders: refused and voided ones lie beside approved ones, open ones at the end."""
    who, day = bought
    count = len(who)
    refused = rng.choice(count, size=round(count * REJECTED), replace=False)
    voided = rng.choice(count, size=round(count * VOIDED), replace=False)
    opened = max(OPEN_ORDERS[0], round(count * OPEN_ORDERS[1]))
    recent = np.flatnonzero(day >= calendar.days - OPEN_SINCE_DAYS)
    open_customer = who[rng.choice(recent, size=opened)]
    clerks_recent = np.unique(who[recent][np.isin(who[recent], of_clerk)])
    open_customer[:OF_THE_CLERK] = rng.choice(clerks_recent, size=OF_THE_CLERK)
    newest = calendar.workdays.index[calendar.days - 1] - (not calendar.workdays.is_open[calendar.days - 1])
    open_day = calendar.workdays.days[newest - rng.integers(0, OPEN_WORKDAYS, opened)]
    open_fate = np.where(np.arange(opened) % 2 == 0, SUBMITTED, DRAFT)
    fate = [
        np.full(count, COUNTED), np.full(len(refused), REJECTED_ONE), np.full(len(voided), VOID), open_fate,
    ]  # fmt: skip
    return (
        np.concatenate([who, who[refused], who[voided], open_customer]),
        np.concatenate([day, day[refused], day[voided], open_day]),
        np.concatenate(fate),
    )
