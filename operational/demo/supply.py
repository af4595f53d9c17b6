"""How stock is kept up: receipts that come just before they are needed, and issues that take the first lot to expire.

A place is an item in a depot; everything here is in whole pieces, sorted by place and time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from operational.demo.calendar import DAY, Flags, Floats, Ints
from operational.demo.dice import ranks_within

REVIEW_DAYS, BUFFER_DAYS = 50.0, 16.0  # of mean demand: in one order, and never touched
USUAL_ISSUES = 2.0  # that an order covers at least
EARLIEST_DAYS = 3  # receipts come up to so many days before they are needed, less one


@dataclass
class Policy:
    """By place (dense numbers): what is ordered at a time, what never leaves, and mean demand in pieces a day.

    A place to order keeps nothing: exactly what is wanted is bought each time.
    """

    lot_size: Ints
    buffer: Ints
    rate: Floats
    to_order: Flags

    @property
    def opening(self) -> Ints:
        """Stock with which the books begin."""
        return np.where(self.to_order, 0, self.lot_size + self.buffer)


def make_policy(place: Ints, quantity: Ints, days: int, to_order: Flags) -> Policy:
    """From all demand of a place: some usual issues are ordered at a time."""
    total = np.bincount(place, weights=quantity, minlength=len(to_order))
    issues = np.bincount(place[quantity > 0], minlength=len(to_order))
    rate = total / days
    usual = total / np.maximum(issues, 1)
    lot_size = np.where(to_order, total > 0, np.ceil(np.maximum(rate * REVIEW_DAYS, USUAL_ISSUES * usual)))
    buffer = np.where(to_order, 0, np.ceil(rate * BUFFER_DAYS))
    return Policy(lot_size.astype(np.int64), buffer.astype(np.int64), rate, to_order)


def receipts(
    rng: Generator, place: Ints, second: Ints, quantity: Ints, policy: Policy, since: int
) -> tuple[Ints, Ints, Ints]:
    """Place, day and pieces of each receipt: whole lot sizes, so that the buffer is never touched."""
    size = policy.lot_size[place]
    beyond = _running(place, quantity) - (policy.opening - policy.buffer)[place]
    needed = np.maximum(-(-beyond // np.maximum(size, 1)), 0)
    before = np.where(ranks_within(place) > 0, np.concatenate([[0], needed[:-1]]), 0)
    comes = needed > before
    day = np.maximum(second[comes] // DAY - rng.integers(0, EARLIEST_DAYS, comes.sum()), since)
    return place[comes], _never_earlier(place[comes], day), (needed - before)[comes] * size[comes]


def allocate(place: Ints, quantity: Ints, lot_place: Ints, lot_quantity: Ints) -> tuple[Ints, Ints, Ints]:
    """Which pieces of which lots each issue takes: (issue, lot, pieces), by issue.

    Both are sorted by place and then in the order of issuing; lots must suffice. Cumulative pieces of issues
    and of lots are laid on one line, place after place; where they overlap an issue takes from a lot.
    """
    room = int(max(quantity.sum(), lot_quantity.sum())) + 1
    end = _running(place, quantity) + place * room
    start = end - quantity
    lot_end = _running(lot_place, lot_quantity) + lot_place * room
    cuts = np.unique(np.concatenate([start, end, lot_end]))
    left, right = cuts[:-1], cuts[1:]
    taking = quantity > 0
    issues = np.flatnonzero(taking)
    issue = np.minimum(np.searchsorted(end[taking], left, side="right"), len(issues) - 1)
    inside = (start[taking][issue] <= left) & (right <= end[taking][issue])
    left, right, issue = left[inside], right[inside], issues[issue[inside]]
    return issue, np.searchsorted(lot_end, left, side="right"), right - left


def lot_in_use(place: Ints, quantity: Ints, lot_place: Ints, lot_quantity: Ints) -> Ints:
    """The lot from which the next piece would be taken after each issue."""
    room = int(max(quantity.sum(), lot_quantity.sum())) + 1
    return np.searchsorted(
        _running(lot_place, lot_quantity) + lot_place * room,
        _running(place, quantity) + place * room,
        side="right",
    )


def _running(place: Ints, quantity: Ints) -> Ints:
    """Cumulative pieces within each place."""
    if not len(place):
        return np.zeros(0, dtype=np.int64)
    total = np.cumsum(quantity)
    begins = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
    before = total[begins] - quantity[begins]
    return total - np.repeat(before, np.diff(np.append(begins, len(place))))


def _never_earlier(place: Ints, day: Ints) -> Ints:
    """Days made ascending within each place."""
    if not len(day):
        return day
    room = int(day.max()) + 1
    return np.maximum.accumulate(day + place * room) - place * room
