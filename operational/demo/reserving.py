"""Outbound requests of the last days: confirmed ones hold the goods of drafted shipments, others wait for confirmation.

That there is enough for them is planned in stock.py, where their goods are set aside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from operational.demo.calendar import DAY, Flags, Ints
from operational.demo.dice import ranks_within
from operational.demo.loading import QUANTITY, link
from operational.demo.orders import Orders
from operational.demo.shipping import NEVER, Shipments
from operational.demo.world import World

HOUR = 3_600
ASKED_AT, CONFIRMED_AT = 9 * HOUR, 10 * HOUR
WANTED_WITHIN = 7  # days after the end that goods are asked for already


@dataclass
class Asked:
    """Requests by id with their depots; `of_shipment` is the request's id of each shipment, 0 for none."""

    ids: Ints
    depot: Ints
    confirmed: Flags
    of_shipment: Ints


def write_requests(world: World, shipments: Shipments, orders: Orders, order_ids: Ints) -> Asked:
    """Requests of the goods of drafted shipments, and of goods that leave later."""
    calendar = world.calendar
    drafted = np.flatnonzero(shipments.drafted_lines)
    waiting = np.flatnonzero(
        (shipments.line_day >= calendar.days)
        & (shipments.line_day < min(calendar.days + WANTED_WITHIN, NEVER))
        & ~shipments.drafted_lines
    )
    line = np.concatenate([drafted, waiting])
    confirmed = np.arange(len(line)) < len(drafted)
    sequence = np.lexsort((line, orders.lines.order[line], ~confirmed))
    line, confirmed = line[sequence], confirmed[sequence]
    order = orders.lines.order[line]
    begins = np.append(True, (order[1:] != order[:-1]) | (confirmed[1:] != confirmed[:-1]))[: len(line)]
    first, document = np.flatnonzero(begins), np.cumsum(begins) - 1
    last_day = np.full(len(first), calendar.days - 1)
    area = world.area_of(orders.customer[order[first]])
    ids = world.loader.load(
        "outbound_request",
        {
            "number": world.loader.numbers("OR", calendar.years(last_day)),
            "order_id": order_ids[order[first]],
            "depot_id": world.organisation.depot_ids[area],
            "wanted_on": calendar.dates(shipments.line_day[line[first]]),
            "state": np.where(confirmed[first], b"confirmed", b"submitted"),
            "confirmed_at": calendar.moments(last_day * DAY + CONFIRMED_AT, confirmed[first]),
            "created_at": calendar.moments(last_day * DAY + ASKED_AT),
        },
    )
    quantity = orders.lines.quantity[line] * QUANTITY
    world.loader.load(
        "outbound_request_line",
        {
            "outbound_request_id": ids[document],
            "line_no": ranks_within(document) + 1,
            "item_id": world.catalogue.ids[orders.lines.item[line]],
            "quantity": quantity,
            "confirmed_quantity": link(quantity, confirmed),
        },
    )
    request = np.zeros(shipments.count, dtype=np.int64)
    request[shipments.line_shipment[line[confirmed]]] = ids[document[confirmed]]
    return Asked(ids, area, confirmed[first], request)
