"""Targets of the demonstration company: each month's revenue is to beat a year before; promises are kept, answers quick."""

from __future__ import annotations

import numpy as np

from operational.demo.loading import MONEY, QUANTITY
from operational.demo.orders import Orders
from operational.demo.world import World

GROWTH = 1.3
ROUND = 10_000  # yuan
HELD = {  # what is to hold in every month: figure -> value
    "sla_attainment": 0.9,
    "sla_attainment@target=resolution": 0.85,
    "first_response_hours:p50": 4,
}


def load_targets(world: World, orders: Orders) -> None:
    """Write targets for every month that has orders a year before it, up to the end of the year that runs."""
    counted = orders.counted[orders.lines.order]
    dates = world.calendar.dates(orders.day).astype("datetime64[M]")[orders.lines.order[counted]]
    months, place = np.unique(dates, return_inverse=True)
    revenue = np.bincount(place, weights=orders.lines.amount[counted]) / MONEY
    planned = {"revenue": np.rint(revenue * GROWTH / ROUND) * ROUND}
    planned |= {figure: np.full(len(months), value) for figure, value in HELD.items()}
    following = (months + np.timedelta64(12, "M")).astype(str).tolist()
    rows = len(months) * len(planned)
    world.loader.load(
        "target_value",
        {
            "metric": [figure for figure in planned for _ in months], "period": following * len(planned),
            "dimension": ["all"] * rows, "member": ["all"] * rows,
            "value": np.rint(np.concatenate(list(planned.values())) * QUANTITY).astype(np.int64),
        },
    )  # fmt: skip
