"""The stock of all depots: what is asked of it, how it is replenished, and which lots go where.

The arithmetic stands in supply.py, the writing of movements in ledger.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from operational.demo.calendar import DAY, Calendar, Floats, Ints
from operational.demo.catalogue import Catalogue
from operational.demo.failures import PLANNED_AHEAD, Replacements
from operational.demo.laws import STOCK_DIFFERENCES
from operational.demo.orders import Orders
from operational.demo.organisation import CENTRAL
from operational.demo.shipping import Shipments
from operational.demo.supply import Policy, allocate, lot_in_use, make_policy, receipts
from operational.demo.units import Units
from operational.demo.world import World

SHIPMENT, REPLACEMENT, TRANSFER, COUNT = range(4)  # what an issue is for
DEPOTS = CENTRAL + 1
FROM_CENTRAL = 0.35  # of parts in branch depots are replenished from the central one
IN_TRANSIT_DAYS = 2
HOUR = 3_600
CENTRAL_IN, CENTRAL_OUT, BRANCH_IN, COUNTED_AT = 5 * HOUR, 6 * HOUR, 7 * HOUR, 20 * HOUR
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
    is_opening: Ints
    is_transfer: Ints

    def sorted(self) -> Lots:
        """By place and arrival."""
        order = np.lexsort((self.made, self.second, ~self.is_opening.astype(bool), self.place))
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


def make_stock(world: World, wanted: Issues) -> Stock:
    """Plan the supply of what is wanted since the books began, also of what is wanted after the end."""
    rng, items, since = world.dice.of("stock"), world.items, world.since
    days = world.calendar.days - since
    issues = wanted.with_more(_counts(rng, wanted, world.calendar, since))
    perishable = np.tile(world.catalogue.shelf_days > 0, DEPOTS)
    policy = make_policy(issues.place, issues.quantity, DEPOTS * items, days, perishable)
    came = receipts(rng, issues.place, issues.second, issues.quantity, policy, since)
    from_central = (rng.random(DEPOTS * items) < FROM_CENTRAL) & np.tile(world.catalogue.is_part, DEPOTS)
    sent = from_central[came[0]]
    order, transferred, direct = (
        np.arange(sent.sum()),
        [part[sent] for part in came],
        [part[~sent] for part in came],
    )
    out_day = np.maximum(transferred[1] - IN_TRANSIT_DAYS, since)
    out = Issues(
        place=CENTRAL * items + transferred[0] % items,
        second=out_day * DAY + CENTRAL_OUT,
        quantity=transferred[2],
        kind=np.full(len(order), TRANSFER),
        document=order,
    ).sorted()
    central_policy = make_policy(out.place, out.quantity, DEPOTS * items, days, perishable)
    central_came = receipts(rng, out.place, out.second, out.quantity, central_policy, since)
    central_lots = _lots(rng, central_policy, central_came, CENTRAL_IN, since, age=(5, 40))
    issue, lot, pieces = allocate(out.place, out.quantity, central_lots.place, central_lots.quantity)
    arrival = out.document[issue]
    lots = _joined(
        _lots(rng, policy, tuple(direct), BRANCH_IN, since, age=(45, 110)),
        Lots(
            place=transferred[0][arrival],
            second=transferred[1][arrival] * DAY + BRANCH_IN,
            quantity=pieces,
            made=central_lots.made[lot],
            is_opening=np.zeros(len(pieces), dtype=np.int64),
            is_transfer=np.ones(len(pieces), dtype=np.int64),
        ),
        central_lots,
    )
    everything = issues.with_more(out)
    taken = Taken(*allocate(everything.place, everything.quantity, lots.place, lots.quantity))
    gain = np.flatnonzero((everything.kind == COUNT) & (everything.quantity == 0))
    found = lot_in_use(everything.place, everything.quantity, lots.place, lots.quantity)[gain]
    same = lots.place[np.minimum(found, len(lots.place) - 1)] == everything.place[gain]
    gains = Taken(gain[same], found[same], rng.integers(1, 3, same.sum()))
    merged = Policy(
        *(one + two for one, two in zip(vars(policy).values(), vars(central_policy).values(), strict=True))
    )
    return Stock(everything, lots, taken, gains, merged)


def _counts(rng: Generator, wanted: Issues, calendar: Calendar, since: int) -> Issues:
    """Differences that counts at midyear and year's end found: pieces lost, or (0 here) found besides."""
    day = np.arange(since + 30, calendar.days)
    month_day = calendar.dates(day).astype("datetime64[D]")
    ends = day[np.isin(np.char.partition(month_day.astype(str), "-")[:, 2], ["06-30", "12-31"])]
    places = np.unique(wanted.place)
    place = np.tile(places, len(ends))
    at = np.repeat(ends, len(places))
    differs = rng.random(len(place)) < STOCK_DIFFERENCES
    place, at = place[differs], at[differs]
    lost = np.where(rng.random(len(place)) < 0.6, rng.integers(1, 3, len(place)), 0)
    return Issues(place, at * DAY + COUNTED_AT, lost, np.full(len(place), COUNT), np.arange(len(place)))


def _lots(
    rng: Generator, policy: Policy, came: tuple[Ints, ...], hour: int, since: int, age: tuple[int, int]
) -> Lots:
    """The opening stock of every place that is used, and the receipts after it."""
    opening = np.flatnonzero(policy.opening > 0)
    place, day, quantity = came
    nothing = np.zeros(len(opening) + len(place), dtype=np.int64)
    return Lots(
        place=np.concatenate([opening, place]),
        second=np.concatenate(
            [np.full(len(opening), since * DAY), day * DAY + hour + rng.integers(0, 2_400, len(day))]
        ),
        quantity=np.concatenate([policy.opening[opening], quantity]),
        made=np.concatenate([since - rng.integers(*age, len(opening)), day]),
        is_opening=np.concatenate(
            [np.ones(len(opening), dtype=np.int64), np.zeros(len(place), dtype=np.int64)]
        ),
        is_transfer=nothing,
    ).sorted()


def _joined(*several: Lots) -> Lots:
    columns = zip(*(vars(one).values() for one in several), strict=True)
    return Lots(*(np.concatenate(column) for column in columns)).sorted()


def lot_names(made: Ints, calendar: Calendar) -> np.ndarray:
    """Names of lots by their day, such as L240617."""
    dates = calendar.dates(made).astype(str)
    return np.char.add("L", np.char.replace(np.array([date[2:] for date in dates.tolist()]), "-", "")).astype(
        "S7"
    )


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
    """What shipments and replacements take, each from the depot of the customer's branch, somewhat beyond the end."""
    first, last = world.since, world.calendar.days + PLANNED_AHEAD
    line = np.flatnonzero((shipments.line_day >= first) & (shipments.line_day < last))
    item = orders.lines.item[line]
    shipped = Issues(
        place=world.area_of(orders.customer[orders.lines.order[line]]) * world.items + item,
        second=shipments.line_day[line] * DAY + END_OF_DAY,
        quantity=orders.lines.quantity[line],
        kind=np.full(len(line), SHIPMENT),
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
