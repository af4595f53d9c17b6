"""Writing what happened to stock: shipments with their lots, the ledger of movements in order of time, and policies.

What moved was planned in stock.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from operational.demo.calendar import DAY, Calendar, Ints
from operational.demo.dice import ranks_within
from operational.demo.loading import MONEY, QUANTITY, choose, link
from operational.demo.orders import Orders
from operational.demo.returns import RECEIVED_AFTER, Returns
from operational.demo.shipping import Shipments
from operational.demo.stock import (
    COUNT,
    REPLACEMENT,
    SET_ASIDE,
    SHIPMENT,
    TRANSFER,
    Stock,
    lot_names,
    unit_costs,
)
from operational.demo.world import World

KINDS = ["opening", "receipt", "issue", "transfer_in", "transfer_out", "return", "count", "adjustment"]
OPENING, RECEIPT, ISSUE, TRANSFER_IN, TRANSFER_OUT, RETURN, COUNTED, ADJUSTMENT = range(8)
SCRAPPED_AFTER = 30  # days after a return was received, it goes back to the factory
RETURN_AT, SCRAP_AT = 15 * 3_600, 16 * 3_600
CENT = MONEY // 100
NO_LOT = -(10**6)  # in the place of the day that names a lot


@dataclass
class Movements:
    """Rows of the ledger; `lot` is the day that names the lot, or NO_LOT; `source` the document's number or empty."""

    place: Ints
    second: Ints
    quantity: Ints
    lot: Ints
    kind: Ints
    cost: Ints
    source: NDArray[np.bytes_]


def write_shipments(
    world: World, shipments: Shipments, orders: Orders, stock: Stock, order_ids: Ints, requests: Ints
) -> NDArray[np.bytes_]:
    """Shipments, of requests where there are any, and their lines as the lots make them; the shipments' numbers."""
    calendar, loader = world.calendar, world.loader
    numbers = loader.numbers("DN", calendar.years(shipments.day))
    area = world.area_of(orders.customer[shipments.order])
    ids = loader.load(
        "shipment",
        {
            "number": numbers,
            "order_id": order_ids[shipments.order],
            "outbound_request_id": link(requests, requests > 0),
            "depot_id": world.organisation.depot_ids[area],
            "shipped_on": calendar.dates(shipments.day),
            "state": np.where(shipments.is_draft, b"draft", b"posted"),
            "created_at": calendar.moments(shipments.day * DAY + 14 * 3_600),
        },
    )
    from_lots = (stock.issues.kind[stock.taken.issue] == SHIPMENT) & (
        stock.issues.second[stock.taken.issue] < calendar.end
    )
    line = stock.issues.document[stock.taken.issue[from_lots]]
    lot = stock.lots.made[stock.taken.lot[from_lots]]
    quantity = stock.taken.quantity[from_lots]
    drafted = np.flatnonzero(shipments.drafted_lines)
    line = np.concatenate([line, drafted])
    lot = np.concatenate([lot, np.full(len(drafted), NO_LOT)])
    quantity = np.concatenate([quantity, orders.lines.quantity[drafted]])
    sequence = np.lexsort((lot, line, shipments.line_shipment[line]))
    line, lot, quantity = line[sequence], lot[sequence], quantity[sequence]
    shipment = shipments.line_shipment[line]
    loader.load(
        "shipment_line",
        {
            "shipment_id": ids[shipment],
            "line_no": ranks_within(shipment) + 1,
            "item_id": world.catalogue.ids[orders.lines.item[line]],
            "quantity": quantity * QUANTITY,
            "lot": link(lot_column(lot, calendar), lot != NO_LOT),
        },
    )
    return numbers


def movements(
    world: World,
    stock: Stock,
    source_of_lot: NDArray[np.bytes_],
    shipment_of_line: NDArray[np.bytes_],
    number_of_replacement: NDArray[np.bytes_],
) -> list[Movements]:
    """What planned stock makes in the ledger, without what is set aside; documents by lot, order line, replacement."""
    catalogue = world.catalogue
    issues, lots, taken, gains = stock.issues, stock.lots, stock.taken, stock.gains
    cost = unit_costs(world.dice.of("lot costs"), lots, catalogue)
    incoming = np.select([lots.is_opening, lots.is_transfer], [OPENING, TRANSFER_IN], RECEIPT)
    came = Movements(lots.place, lots.second, lots.quantity, lots.made, incoming, cost, source_of_lot)
    leaves = issues.kind[taken.issue] != SET_ASIDE
    issue, lot, pieces = taken.issue[leaves], taken.lot[leaves], taken.quantity[leaves]
    place, kind, document = issues.place[issue], issues.kind[issue], issues.document[issue]
    source = _no_source(len(issue))
    shipped, replaced = kind == SHIPMENT, kind == REPLACEMENT
    source[shipped] = np.char.add(b"shipment:", shipment_of_line[document[shipped]])
    source[replaced] = np.char.add(b"part_replacement:", number_of_replacement[document[replaced]])
    went = Movements(
        place,
        issues.second[issue],
        -pieces,
        lots.made[lot],
        np.select([kind == TRANSFER, kind == COUNT], [TRANSFER_OUT, COUNTED], ISSUE),
        catalogue.cost[place % world.items],
        source,
    )
    place = issues.place[gains.issue]
    found = Movements(
        place,
        issues.second[gains.issue],
        gains.quantity,
        lots.made[gains.lot],
        np.full(len(place), COUNTED),
        catalogue.cost[place % world.items],
        _no_source(len(place)),
    )
    return [came, went, found]


def movements_of_returns(
    world: World, returns: Returns, numbers: NDArray[np.bytes_], orders: Orders
) -> list[Movements]:
    """Returned goods come in without a lot, and leave for the factory a month later."""
    chosen = np.flatnonzero(returns.counted[returns.line_note])
    note, line = returns.line_note[chosen], returns.line[chosen]
    place = world.area_of(orders.customer[returns.order[note]]) * world.items + orders.lines.item[line]
    cost = world.catalogue.cost[orders.lines.item[line]]
    second = np.minimum(returns.day[note] + RECEIVED_AFTER, world.calendar.days - 1) * DAY + RETURN_AT
    lot = np.full(len(note), NO_LOT)
    source = np.char.add(b"return_note:", numbers[note]) if len(note) else _no_source(0)
    quantity = returns.quantity[chosen]
    back = second + SCRAPPED_AFTER * DAY + SCRAP_AT - RETURN_AT
    return [
        Movements(place, second, quantity, lot, np.full(len(note), RETURN), cost, source),
        Movements(place, back, -quantity, lot, np.full(len(note), ADJUSTMENT), cost, _no_source(len(note))),
    ]


def in_order(world: World, several: list[Movements]) -> Movements:
    """All movements up to the end in the order of time, incoming before outgoing."""
    widest = max(one.source.itemsize for one in several)
    rows = Movements(*(np.concatenate(column) for column in zip(*(
        (one.place, one.second, one.quantity, one.lot, one.kind, one.cost, one.source.astype(f"S{widest}")) for one in several
    ), strict=True)))  # fmt: skip
    order = np.lexsort((-np.sign(rows.quantity), rows.second))
    order = order[rows.second[order] < world.calendar.end]
    return Movements(*(column[order] for column in vars(rows).values()))


def write_movements(world: World, rows: Movements) -> None:
    """The ledger, row by row as it is given."""
    calendar, items = world.calendar, world.items
    world.loader.load(
        "stock_movement",
        {
            "number": world.loader.numbers("SM", calendar.years(rows.second // DAY)),
            "item_id": world.catalogue.ids[rows.place % items],
            "depot_id": world.organisation.depot_ids[rows.place // items],
            "lot": link(lot_column(rows.lot, calendar), rows.lot != NO_LOT),
            "quantity": rows.quantity * QUANTITY,
            "moved_at": calendar.moments(rows.second),
            "kind": choose(KINDS, rows.kind),
            "unit_cost": rows.cost * CENT,
            "source": link(rows.source, rows.source != b""),
        },
    )


def write_policies(world: World, stock: Stock) -> None:
    """Limits for every place with stock: safety stock around the buffer, reorder point, maximum, order quantity."""
    rng = world.dice.of("policies")
    policy = stock.policy
    place = np.flatnonzero(policy.opening > 0)
    item = place % world.items
    size, rate = policy.lot_size[place], policy.rate[place]
    safety = np.ceil(policy.buffer[place] * rng.uniform(0.8, 1.5, len(place)) + 0.2)
    reorder = safety + np.ceil(rate * world.catalogue.lead_days[item])
    world.loader.load(
        "stock_policy",
        {
            "item_id": world.catalogue.ids[item],
            "depot_id": world.organisation.depot_ids[place // world.items],
            "safety_stock": _stored(safety),
            "reorder_point": _stored(reorder),
            "maximum": _stored(reorder + 2 * size),
            "order_quantity": size * QUANTITY,
        },
    )


def _stored(pieces: Any) -> Ints:
    return np.asarray(pieces).astype(np.int64) * QUANTITY


def lot_column(made: Ints, calendar: Calendar) -> NDArray[np.bytes_]:
    """The names of lots by the days that name them; any name where there is no lot."""
    days, which = np.unique(np.where(made == NO_LOT, 0, made), return_inverse=True)
    return lot_names(days, calendar)[which]


def _no_source(count: int) -> NDArray[np.bytes_]:
    return np.zeros(count, dtype="S40")
