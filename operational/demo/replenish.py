"""How the depots are replenished: branch depots by purchases or from the central depot, that one by purchases.

What is wanted of them stands in stock.py, the arithmetic in supply.py.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from operational.demo.anomalies import (
    OVERBOUGHT,
    OVERBOUGHT_DAYS_BACK,
    OVERBOUGHT_DAYS_LEFT,
    OVERBOUGHT_USE_DAYS,
)
from operational.demo.calendar import DAY, Calendar, Flags, Ints
from operational.demo.laws import STOCK_DIFFERENCES
from operational.demo.organisation import CENTRAL
from operational.demo.stock import COUNT, TRANSFER, Issues, Lots, Stock, Taken
from operational.demo.supply import Policy, allocate, lot_in_use, make_policy, receipts
from operational.demo.world import World

DEPOTS = CENTRAL + 1
FROM_CENTRAL = 0.35  # of parts in branch depots are replenished from the central one
IN_TRANSIT_DAYS = 2
HOUR = 3_600
CENTRAL_IN, CENTRAL_OUT, BRANCH_IN, COUNTED_AT = 5 * HOUR, 6 * HOUR, 7 * HOUR, 20 * HOUR
ARRIVES_WITHIN = 2_400  # seconds after that hour
CENTRAL_AGES, BRANCH_AGES = (5, 40), (45, 110)  # days of the lots with which the books begin

Arrivals = tuple[Ints, Ints, Ints]  # place, day, pieces


def make_stock(world: World, wanted: Issues) -> Stock:
    """Plan the supply of what is wanted since the books began, also of what is wanted after the end.

    Where a lot would expire before its last piece leaves, the place buys to order instead.
    """
    to_order = np.zeros(DEPOTS * world.items, dtype=bool)
    while True:
        planned = _plan(world, wanted, to_order)
        expired = _expired_places(world, planned)
        if not len(expired):
            return planned
        to_order[expired] = True
        to_order[CENTRAL * world.items + expired % world.items] = True


def _plan(world: World, wanted: Issues, to_order: Flags) -> Stock:
    rng, since = world.dice.of("stock"), world.since
    issues = wanted.with_more(_counts(rng, wanted, world.calendar, since))
    policy = make_policy(issues.place, issues.quantity, world.calendar.days - since, to_order)
    arrivals = receipts(rng, issues.place, issues.second, issues.quantity, policy, since)
    from_central = (rng.random(len(to_order)) < FROM_CENTRAL) & np.tile(world.catalogue.is_part, DEPOTS)
    sent = from_central[arrivals[0]]
    bought = _lots(rng, policy, _some(arrivals, ~sent), BRANCH_IN, since, BRANCH_AGES)
    out, central_policy, central, transferred = _through_central(
        rng, world, _some(arrivals, sent), to_order, _overbought(world, policy)
    )
    lots = _joined(bought, transferred, central)
    everything = issues.with_more(out)
    taken = Taken(*allocate(everything.place, everything.quantity, lots.place, lots.quantity))
    both = Policy(
        policy.lot_size + central_policy.lot_size,
        policy.buffer + central_policy.buffer,
        policy.rate + central_policy.rate,
        to_order,
    )
    return Stock(everything, lots, taken, _gains(rng, everything, lots), both)


def _some(arrivals: Arrivals, chosen: Flags) -> Arrivals:
    place, day, pieces = arrivals
    return place[chosen], day[chosen], pieces[chosen]


def _through_central(
    rng: Generator, world: World, arrivals: Arrivals, to_order: Flags, besides: Lots
) -> tuple[Issues, Policy, Lots, Lots]:
    """What the central depot sends for these arrivals, its policy, its own lots (some bought besides), and the lots
    as they arrive."""
    since, (place, day, pieces) = world.since, arrivals
    out = Issues(
        place=CENTRAL * world.items + place % world.items,
        second=np.maximum(day - IN_TRANSIT_DAYS, since) * DAY + CENTRAL_OUT,
        quantity=pieces,
        kind=np.full(len(place), TRANSFER),
        document=np.arange(len(place)),
    ).sorted()
    policy = make_policy(out.place, out.quantity, world.calendar.days - since, to_order)
    bought = receipts(rng, out.place, out.second, out.quantity, policy, since)
    central = _joined(_lots(rng, policy, bought, CENTRAL_IN, since, CENTRAL_AGES), besides)
    issue, lot, taken = allocate(out.place, out.quantity, central.place, central.quantity)
    arrival = out.document[issue]
    transferred = Lots(
        place=place[arrival],
        second=day[arrival] * DAY + BRANCH_IN,
        quantity=taken,
        made=central.made[lot],
        is_opening=np.zeros(len(taken), dtype=bool),
        is_transfer=np.ones(len(taken), dtype=bool),
    )
    return out, policy, central, transferred


def _overbought(world: World, policy: Policy) -> Lots:
    """The planted purchases: of some parts all that the company uses for long, one that expires too soon for that."""
    item = np.array([world.catalogue.place(code) for code in OVERBOUGHT])
    day = world.calendar.days - OVERBOUGHT_DAYS_BACK
    used = policy.rate.reshape(DEPOTS, world.items).sum(axis=0)[item]
    shelf = world.catalogue.shelf_days[item]
    return Lots(
        place=CENTRAL * world.items + item,
        second=np.full(len(item), day * DAY + CENTRAL_IN),
        quantity=np.ceil(used * OVERBOUGHT_USE_DAYS).astype(np.int64) + 1,
        made=np.where(shelf > 0, world.calendar.days + OVERBOUGHT_DAYS_LEFT - shelf, day),
        is_opening=np.zeros(len(item), dtype=bool),
        is_transfer=np.zeros(len(item), dtype=bool),
    )


def overbought(world: World, lots: Lots) -> Ints:
    """Where among the lots of the stock those purchases are."""
    places = [CENTRAL * world.items + world.catalogue.place(code) for code in OVERBOUGHT]
    day = world.calendar.days - OVERBOUGHT_DAYS_BACK
    return np.flatnonzero(np.isin(lots.place, places) & (lots.second == day * DAY + CENTRAL_IN))


def _gains(rng: Generator, issues: Issues, lots: Lots) -> Taken:
    """Pieces that counts found besides, each of the lot in use."""
    count = np.flatnonzero((issues.kind == COUNT) & (issues.quantity == 0))
    lot = lot_in_use(issues.place, issues.quantity, lots.place, lots.quantity)[count]
    there = lots.place[np.minimum(lot, len(lots.place) - 1)] == issues.place[count]
    return Taken(count[there], lot[there], rng.integers(1, 3, there.sum()))


def _expired_places(world: World, planned: Stock) -> Ints:
    """Places from which a lot would be issued that has expired by then."""
    place = planned.issues.place[planned.taken.issue]
    shelf = world.catalogue.shelf_days[place % world.items]
    age = planned.issues.second[planned.taken.issue] // DAY - planned.lots.made[planned.taken.lot]
    return np.unique(place[(shelf > 0) & (age >= shelf) & ~planned.policy.to_order[place]])


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
    rng: Generator, policy: Policy, arrivals: Arrivals, hour: int, since: int, ages: tuple[int, int]
) -> Lots:
    """The opening stock of every place that is used, and the receipts after it."""
    opening = np.flatnonzero(policy.opening > 0)
    place, day, pieces = arrivals
    late = rng.integers(0, ARRIVES_WITHIN, len(day))
    return Lots(
        place=np.concatenate([opening, place]),
        second=np.concatenate([np.full(len(opening), since * DAY), day * DAY + hour + late]),
        quantity=np.concatenate([policy.opening[opening], pieces]),
        made=np.concatenate([since - rng.integers(*ages, len(opening)), day]),
        is_opening=np.repeat([True, False], [len(opening), len(place)]),
        is_transfer=np.zeros(len(opening) + len(place), dtype=bool),
    ).sorted()


def _joined(*several: Lots) -> Lots:
    columns = zip(*(vars(one).values() for one in several), strict=True)
    return Lots(*(np.concatenate(column) for column in columns)).sorted()
