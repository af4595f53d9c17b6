"""Inbound documents: what was bought or made, ordered its lead time before it came; and the lots that came so.

Which goods come when is planned in replenish.py; here each arrival gets its document.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from operational.demo.calendar import DAY, Ints
from operational.demo.laws import LEAD_TIME_CV
from operational.demo.loading import MONEY, QUANTITY, link
from operational.demo.stock import Stock, lot_names, unit_costs
from operational.demo.world import World

CENT = MONEY // 100
ORDERED_AT = 10 * 3_600
NOTICED = 0.6  # of the places that run low
NONE = -1
DRAFTED_AHEAD = 3  # days before they are ordered that documents are drafted


@dataclass
class Inbounds:
    """One document for each place and day on which bought or made goods come, in the order in which they were ordered.

    `lot` is the place among the lots of stock, NONE for goods that the plan of stock does not have yet.
    """

    place: Ints
    lot: Ints
    ordered: Ints
    received: Ints
    quantity: Ints

    def in_order(self, before: int) -> Inbounds:
        """Those that are ordered before a day, by the day of ordering."""
        order = np.lexsort((self.place, self.received, self.ordered))
        order = order[self.ordered[order] < before]
        return Inbounds(*(column[order] for column in vars(self).values()))


def make_inbounds(world: World, stock: Stock) -> Inbounds:
    """Documents of all goods that came, and of what is ordered already for places that run low."""
    rng, lots = world.dice.of("lead times"), stock.lots
    bought = np.flatnonzero(~lots.is_opening & ~lots.is_transfer)
    shape = 1 / LEAD_TIME_CV**2
    mean = world.catalogue.lead_days[lots.place[bought] % world.items]
    lead = np.maximum(np.rint(rng.gamma(shape, mean / shape)), 1).astype(np.int64)
    received = lots.second[bought] // DAY
    low = _running_low(rng, world, stock)
    # an order that is found open is a long one the more likely, and any day of it may be today
    whole = rng.gamma(shape + 1, world.catalogue.lead_days[low % world.items] / shape)
    waited = np.ceil(whole * rng.random(len(low))).astype(np.int64)
    total = np.maximum(np.rint(whole).astype(np.int64), waited)
    came = Inbounds(lots.place[bought], bought, received - lead, received, lots.quantity[bought])
    since = world.calendar.days - waited
    waits = Inbounds(low, np.full(len(low), NONE), since, since + total, stock.policy.lot_size[low])
    pairs = zip(vars(came).values(), vars(waits).values(), strict=True)
    return Inbounds(*(np.concatenate(pair) for pair in pairs)).in_order(world.calendar.days + DRAFTED_AHEAD)


def _running_low(rng: Generator, world: World, stock: Stock) -> Ints:
    """Places that have less at the end than they use in a lead time; of most of them somebody has ordered more."""
    lots, taken, places = stock.lots, stock.taken, len(stock.policy.rate)
    came = lots.second < world.calendar.end
    went = stock.issues.second[taken.issue] < world.calendar.end
    there = np.bincount(lots.place[came], lots.quantity[came], places)
    there -= np.bincount(stock.issues.place[taken.issue[went]], taken.quantity[went], places)
    lead = world.catalogue.lead_days[np.arange(places) % world.items]
    low = (stock.policy.opening > 0) & (there <= stock.policy.buffer + stock.policy.rate * lead)
    return np.flatnonzero(low & (rng.random(places) < NOTICED))


def write_inbounds(world: World, stock: Stock, inbounds: Inbounds) -> tuple[Ints, NDArray[np.bytes_]]:
    """Posted documents of what came, ordered ones of what is on its way, drafts of what will be ordered next.

    Their ids, and the document's name of each lot of the stock, empty for opening stock and transfers.
    """
    calendar, catalogue, lots, lot = world.calendar, world.catalogue, stock.lots, inbounds.lot
    ordered, received, item = inbounds.ordered, inbounds.received, inbounds.place % world.items
    came, drafted = received < calendar.days, ordered >= calendar.days
    numbers = world.loader.numbers("GR", calendar.years(np.minimum(ordered, calendar.days - 1)))
    made_here = ~catalogue.is_part[item]
    entered = np.where(drafted, calendar.days - 1, ordered) * DAY + ORDERED_AT
    ids = world.loader.load(
        "inbound",
        {
            "number": numbers,
            "kind": np.where(made_here, b"production", b"purchase"),
            "supplier": link(np.array(catalogue.brands)[item], ~made_here),
            "depot_id": world.organisation.depot_ids[inbounds.place // world.items],
            "ordered_on": link(calendar.dates(ordered), ~drafted),
            "promised_on": calendar.dates(ordered + catalogue.lead_days[item]),
            "received_on": link(calendar.dates(received), came),
            "state": np.select([came, drafted], [b"posted", b"draft"], b"ordered"),
            "created_at": calendar.moments(entered),
        },
    )
    shelf, names = catalogue.shelf_days[item], lot_names(lots.made, calendar)
    known = lot != NONE
    cost = np.where(known, unit_costs(world.dice.of("lot costs"), lots, catalogue)[lot], catalogue.cost[item])
    world.loader.load(
        "inbound_line",
        {
            "inbound_id": ids,
            "line_no": np.ones(len(lot), dtype=np.int64),
            "item_id": catalogue.ids[item],
            "quantity": inbounds.quantity * QUANTITY,
            "lot": link(names[lot], came),
            "expires_on": link(calendar.dates(lots.made[lot] + shelf), came & (shelf > 0)),
            "unit_cost": cost * CENT,
        },
    )
    source = np.zeros(len(lots.place), dtype="S40")
    source[lot[came]] = np.char.add(b"inbound:", numbers[came])
    return ids, source


def write_lots(world: World, stock: Stock) -> None:
    """A record of every lot that has come anywhere, by item and the day that names it."""
    calendar, lots = world.calendar, stock.lots
    there = np.flatnonzero(lots.second < calendar.end)
    item, made = lots.place[there] % world.items, lots.made[there]
    earliest = np.lexsort((lots.second[there], made, item))
    _, first = np.unique(np.stack([item[earliest], made[earliest]]), axis=1, return_index=True)
    chosen = earliest[first]
    item, made = item[chosen], made[chosen]
    shelf = world.catalogue.shelf_days[item]
    second = lots.second[there][chosen]
    world.loader.load(
        "lot",
        {
            "item_id": world.catalogue.ids[item],
            "number": lot_names(made, calendar),
            "made_on": calendar.dates(made),
            "expires_on": link(calendar.dates(made + shelf), shelf > 0),
            "received_on": calendar.dates(second // DAY),
            "blocked": np.zeros(len(chosen), dtype=bool),
            "created_at": calendar.moments(second),
        },
    )
