"""The installed units: pieces of shipped machines that customers registered, by serial number.

How their parts fail is told in failures.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from operational.demo.anomalies import BAD_MODEL
from operational.demo.calendar import Calendar, Flags, Floats, Ints
from operational.demo.catalogue import Catalogue, serviced_models
from operational.demo.dice import ranks_within
from operational.demo.laws import RETIRED_PER_YEAR
from operational.demo.loading import link
from operational.demo.orders import Orders
from operational.demo.shipping import Shipments
from operational.demo.world import World

INSTALLED_AFTER = 3, 9.0  # days from shipment: at least, and Poisson on top
YEAR = 365.25


@dataclass
class Units:
    """By place in the order of their installation; days may lie beyond the end only for `retired`."""

    ids: Ints
    serials: list[str]
    model: Ints  # place of the item
    customer: Ints
    installed: Ints
    retired: Floats  # the day, infinite for never
    in_bad_lot: Flags
    bad_lot: str

    @property
    def count(self) -> int:
        """How many."""
        return len(self.installed)


def make_units(world: World, orders: Orders, shipments: Shipments) -> Units:
    """Choose the registered pieces, and write them."""
    rng, calendar, catalogue = world.dice.of("units"), world.calendar, world.catalogue
    line, installed = _registered(rng, world, orders, shipments)
    model = orders.lines.item[line]
    customer = orders.customer[orders.lines.order[line]]
    life = 365 + rng.exponential(YEAR / RETIRED_PER_YEAR, len(line))
    retired = installed.astype(float) + np.floor(life)
    lot = shipments.line_day[line] // 91  # a quarter's production goes out together
    serials, bad_lot, in_bad_lot = _serials(model, lot, catalogue, calendar)
    is_retired = retired < calendar.days
    ids = world.loader.load(
        "unit",
        {
            "serial": serials,
            "item_id": catalogue.ids[model],
            "customer_id": world.customers.ids[customer],
            "installed_on": calendar.dates(installed),
            "retired_on": link(calendar.dates(np.where(is_retired, retired, 0).astype(np.int64)), is_retired),
            "created_at": calendar.moments(installed * 86_400 + 50_400),
        },
    )
    retired = np.where(is_retired, retired, np.inf)
    return Units(ids, serials, model, customer, installed, retired, in_bad_lot, bad_lot)


def _registered(rng: Generator, world: World, orders: Orders, shipments: Shipments) -> tuple[Ints, Ints]:
    """Order line and day of installation of the chosen pieces, in the order of that day."""
    calendar = world.calendar
    models = [world.catalogue.place(code) for code in serviced_models()]
    lines = np.flatnonzero(np.isin(orders.lines.item, models) & shipments.left(calendar))
    pieces = np.repeat(lines, orders.lines.quantity[lines])
    installed = shipments.line_day[pieces] + INSTALLED_AFTER[0] + rng.poisson(INSTALLED_AFTER[1], len(pieces))
    chosen = _evenly(rng.permutation(np.flatnonzero(installed < calendar.days)), orders.lines.item[pieces])
    chosen = chosen[: world.size.units]
    chosen = chosen[np.lexsort((chosen, installed[chosen]))]
    return pieces[chosen], installed[chosen]


def _evenly(pieces: Ints, model: Ints) -> Ints:
    """The pieces in turns: the first of each model, the second of each …"""
    by_model = pieces[np.argsort(model[pieces], kind="stable")]
    return by_model[np.argsort(ranks_within(model[by_model]), kind="stable")]


def _serials(
    model: Ints, lot: Ints, catalogue: Catalogue, calendar: Calendar
) -> tuple[list[str], str, Flags]:
    """Serials such as RC22-24Q2-0007, from model and lot; the bad lot is the fullest one of its model."""
    year, month = calendar.years(lot * 91), calendar.months(lot * 91)
    start = year % 100 * 10 + month // 3 + 1  # 242 is the second quarter of 2024
    group = model * 1_000 + start
    sequence = np.zeros(len(model), dtype=np.int64)
    together = np.argsort(group, kind="stable")
    sequence[together] = ranks_within(group[together]) + 1
    of_model = model == catalogue.place(BAD_MODEL)
    bad = int(np.bincount(start[of_model]).argmax())
    names = [code.replace("-", "") for code in catalogue.codes]
    serials = [
        f"{names[one]}-{quarter // 10:02}Q{quarter % 10}-{number:04}"
        for one, quarter, number in zip(model.tolist(), start.tolist(), sequence.tolist(), strict=True)
    ]
    bad_lot = f"{names[catalogue.place(BAD_MODEL)]}-{bad // 10:02}Q{bad % 10}"
    return serials, bad_lot, of_model & (start == bad)
