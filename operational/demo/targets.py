"""Targets of the demonstration company: each month's gross revenue is to beat that of a year before."""

from __future__ import annotations

import numpy as np

from operational.demo.loading import MONEY, QUANTITY
from operational.demo.orders import Orders
from operational.demo.world import World

GROWTH = 1.08
ROUND = 10_000  # yuan


def load_targets(world: World, orders: Orders) -> None:
    """Write a target for every month that has one a year before it, up to the end of the year that runs."""
    counted = orders.counted[orders.lines.order]
    dates = world.calendar.dates(orders.day).astype("datetime64[M]")[orders.lines.order[counted]]
    months, place = np.unique(dates, return_inverse=True)
    revenue = np.bincount(place, weights=orders.lines.amount[counted]) / MONEY
    planned = np.rint(revenue * GROWTH / ROUND) * ROUND
    following = months + np.timedelta64(12, "M")
    rows = len(months)
    world.loader.load(
        "target_value",
        {
            "metric": ["gross_revenue"] * rows, "period": following.astype(str).tolist(), "dimension": ["all"] * rows,
            "member": ["all"] * rows, "value": (planned * QUANTITY).astype(np.int64),
        },
    )  # fmt: skip
