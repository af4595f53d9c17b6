"""The planted anomalies as the truth file tells them: records by their natural keys, days, strength.

Where they lie is planned in anomalies.py; what they did to the records stands with the makers of those.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from operational.demo import anomalies
from operational.demo.orders import Orders
from operational.demo.replenish import overbought
from operational.demo.stock import Stock, lot_names
from operational.demo.units import Units
from operational.demo.words.places import AREAS, PROVINCES
from operational.demo.world import World


def planted(
    world: World, orders: Orders, stops_paying: int, units: Units, stock: Stock
) -> dict[str, dict[str, Any]]:
    """By name: what was done, where and when (days included on both ends)."""
    plan, customers = world.anomalies, world.customers
    province = PROVINCES[plan.drop_province]
    serials = [serial for serial, bad in zip(units.serials, units.in_bad_lot, strict=True) if bad]
    return {
        "slow_response": {
            "what": "first responses of one branch took a multiple of the usual time",
            "org_unit": AREAS[plan.slow_area].code, "factor": anomalies.SLOW_FACTOR, **_days(world, plan.slow_days),
        },
        "bad_lot": {
            "what": "units of one production lot failed early, beside their model's law",
            "model": anomalies.BAD_MODEL, "lot": units.bad_lot, "serials": serials,
            "failures_per_unit": anomalies.BAD_FAILURES, "within_days": anomalies.BAD_WITHIN_DAYS,
        },
        "sales_drop": {
            "what": "orders of one region became few and small: their worth a day, as a part of the year's before",
            "region": f"{province[2]}-{province[0]}", "name": province[1], "factor": _shrunk_to(world, orders),
            **_days(world, plan.drop_days),
        },
        "stops_paying": {
            "what": "a good customer pays nothing any more",
            "customer": customers.codes[stops_paying], "name": customers.names[stops_paying],
            "from": world.calendar.date_of(plan.stops_paying_on),
        },
        "silent_week": {
            "what": "no order and no request of one branch was entered in a week; they came later",
            "org_unit": AREAS[plan.silent_area].code, **_days(world, plan.silent_days),
        },
        "overbought": {
            "what": "of some parts a year's use was bought at once for the central depot, one lot old already",
            "received_on": world.calendar.date_of(world.calendar.days - anomalies.OVERBOUGHT_DAYS_BACK),
            "lots": _bought_at_once(world, stock),
        },
        "duplicate_customers": {
            "what": "the same company was entered twice, and buys under both codes",
            "pairs": [
                {"name": customers.names[one], "codes": [customers.codes[one], customers.codes[other]]}
                for one, other in customers.twins
            ],
        },
    }  # fmt: skip


def _bought_at_once(world: World, stock: Stock) -> list[dict[str, Any]]:
    lots, catalogue = stock.lots, world.catalogue
    found = []
    for lot in overbought(world, lots):
        item, made = lots.place[lot] % world.items, int(lots.made[lot])
        shelf = int(catalogue.shelf_days[item])
        found.append(
            {
                "item": catalogue.codes[item],
                "lot": lot_names(lots.made[[lot]], world.calendar)[0].decode(),
                "pieces": int(lots.quantity[lot]),
                "expires_on": world.calendar.date_of(made + shelf) if shelf else None,
            }
        )
    return found


def _shrunk_to(world: World, orders: Orders) -> float:
    """Worth of the province's counted orders per day of the drop over that per day of the year before it."""
    (first, last), year = world.anomalies.drop_days, 365
    worth = np.bincount(orders.lines.order, weights=orders.lines.amount, minlength=orders.count)
    there = orders.counted & (world.customers.province[orders.customer] == world.anomalies.drop_province)
    inside, before = (
        worth[there & (orders.day >= begin) & (orders.day < end)].sum() / (end - begin)
        for begin, end in ((first, last + 1), (first - year, first))
    )
    return round(float(inside / before), 4)


def _days(world: World, days: tuple[int, int]) -> dict[str, Any]:
    return {"from": world.calendar.date_of(days[0]), "to": world.calendar.date_of(days[1])}
