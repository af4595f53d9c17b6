"""The stock of all depots as issues and lots: what is asked of it, and how lots are named and priced.

How it is replenished stands in replenish.py, the writing of movements in ledger.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from operational.demo.calendar import DAY, Calendar, Flags, Floats, Ints
from operational.demo.catalogue import Catalogue
from operational.demo.failures import PLANNED_AHEAD, Replacements
from operational.demo.orders import Orders
from operational.demo.shipping import Shipments
from operational.demo.supply import Policy
from operational.demo.units import Units
from operational.demo.world import World

SHIPMENT, REPLACEMENT, TRANSFER, COUNT, SET_ASIDE = range(5)  # what an issue is for
COST_SPREAD = 0.03
END_OF_DAY = DAY - 1


@dataclass
class Issues:
    """What is taken: place (depot × items + item), instant, pieces, what for, and the place of its document's line."""

    place: Ints
    second: Ints
    quantity: Ints
    kind: Ints
    document: Ints

    def sorted(self) -> Issues:
        """By place and time."""
        order = np.lexsort((self.document, self.second, self.place))
        return Issues(
            *(column[order] for column in (self.place, self.second, self.quantity, self.kind, self.document))
        )

    def with_more(self, other: Issues) -> Issues:
        """Both together, sorted."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Issues(*(np.concatenate(pair) for pair in pairs)).sorted()


@dataclass
class Lots:
    """What comes in, sorted by place and arrival; `made` is the day that names the lot."""

    place: Ints
    second: Ints
    quantity: Ints
    made: Ints
    is_opening: Flags
    is_transfer: Flags

    def sorted(self) -> Lots:
        """By place and arrival."""
        order = np.lexsort((self.made, self.second, ~self.is_opening, self.place))
        return Lots(*(column[order] for column in vars(self).values()))


@dataclass
class Taken:
    """Pieces that issues took from lots: places in `issues` and `lots`."""

    issue: Ints
    lot: Ints
    quantity: Ints


@dataclass
class Stock:
    """All that came in and went out; `gains` are pieces that a count found besides (issue places, lots, pieces)."""

    issues: Issues
    lots: Lots
    taken: Taken
    gains: Taken
    policy: Policy


def lot_names(made: Ints, calendar: Calendar) -> NDArray[np.bytes_]:
    """Names of lots by their day, such as L240617."""
    return np.array([f"L{day:%y%m%d}".encode() for day in calendar.dates(made).tolist()])


def unit_costs(rng: Generator, lots: Lots, catalogue: Catalogue) -> Ints:
    """What a piece of each lot cost, in cents: around the standard cost."""
    standard = catalogue.cost[lots.place % len(catalogue.codes)]
    return np.round(standard * (1 + COST_SPREAD * rng.standard_normal(len(standard)))).astype(np.int64)


def wanted_issues(
    world: World,
    orders: Orders,
    shipments: Shipments,
    units: Units,
    replacements: Replacements,
    replaced: Floats,
) -> Issues:
    """What shipments and replacements take, each from the depot of the customer's branch, somewhat beyond the end.

    What drafted shipments will take is set aside on the last day.
    """
    first, last = world.since, world.calendar.days + PLANNED_AHEAD
    line = np.flatnonzero((shipments.line_day >= first) & (shipments.line_day < last))
    item = orders.lines.item[line]
    drafted = shipments.drafted_lines[line]
    shipped = Issues(
        place=world.area_of(orders.customer[orders.lines.order[line]]) * world.items + item,
        second=np.where(drafted, world.calendar.days - 1, shipments.line_day[line]) * DAY + END_OF_DAY,
        quantity=orders.lines.quantity[line],
        kind=np.where(drafted, SET_ASIDE, SHIPMENT),
        document=line,
    )
    row = np.flatnonzero((replaced >= first * DAY) & (replaced < last * DAY))
    used = Issues(
        place=world.area_of(units.customer[replacements.unit[row]]) * world.items + replacements.part[row],
        second=replaced[row].astype(np.int64),
        quantity=np.ones(len(row), dtype=np.int64),
        kind=np.full(len(row), REPLACEMENT),
        document=row,
    )
    return shipped.with_more(used)
