"""Inbound documents: what was bought or made, ordered its lead time before it came; and the lots that came so.

Which goods come when is planned in replenish.py; here each arrival gets its document.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from operational.demo.calendar import DAY, Ints
from operational.demo.laws import LEAD_TIME_CV
from operational.demo.loading import MONEY, QUANTITY, link
from operational.demo.stock import Stock, lot_names, unit_costs
from operational.demo.world import World

CENT = MONEY // 100
ORDERED_AT, RECEIVED_AT = 10 * 3_600, 9 * 3_600
DRAFTED_AHEAD = 3  # days before they are ordered that documents are drafted


@dataclass
class Inbounds:
    """One document for each place and day on which bought or made goods come, in the order in which they were ordered.

    `source` names the document of each lot of the stock, empty for opening stock and transfers.
    """

    ordered: Ints
    received: Ints
    quantity: Ints
    ids: Ints
    source: NDArray[np.bytes_]


def write_inbounds(world: World, stock: Stock) -> Inbounds:
    """Posted documents of what came, ordered ones of what is on its way, drafts of what will be ordered next."""
    rng, calendar, catalogue = world.dice.of("lead times"), world.calendar, world.catalogue
    lots = stock.lots
    bought = np.flatnonzero(~lots.is_opening & ~lots.is_transfer)
    received = lots.second[bought] // DAY
    mean = catalogue.lead_days[lots.place[bought] % world.items]
    shape = 1 / LEAD_TIME_CV**2
    lead = np.maximum(np.rint(rng.gamma(shape, mean / shape)), 1).astype(np.int64)
    ordered = received - lead
    order = np.lexsort((bought, ordered))
    order = order[ordered[order] < calendar.days + DRAFTED_AHEAD]
    lot, ordered, received, mean = bought[order], ordered[order], received[order], mean[order]
    item = lots.place[lot] % world.items
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
            "depot_id": world.organisation.depot_ids[lots.place[lot] // world.items],
            "ordered_on": link(calendar.dates(ordered), ~drafted),
            "promised_on": calendar.dates(ordered + mean),
            "received_on": link(calendar.dates(received), came),
            "state": np.select([came, drafted], [b"posted", b"draft"], b"ordered"),
            "created_at": calendar.moments(entered),
        },
    )
    shelf, names = catalogue.shelf_days[item], lot_names(lots.made, calendar)
    world.loader.load(
        "inbound_line",
        {
            "inbound_id": ids,
            "line_no": np.ones(len(lot), dtype=np.int64),
            "item_id": catalogue.ids[item],
            "quantity": lots.quantity[lot] * QUANTITY,
            "lot": link(names[lot], came),
            "expires_on": link(calendar.dates(lots.made[lot] + shelf), came & (shelf > 0)),
            "unit_cost": unit_costs(world.dice.of("lot costs"), lots, catalogue)[lot] * CENT,
        },
    )
    source = np.zeros(len(lots.place), dtype="S40")
    source[lot] = np.where(came, np.char.add(b"inbound:", numbers), b"")
    return Inbounds(ordered, received, lots.quantity[lot], ids, source)


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
