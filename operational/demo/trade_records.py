"""Writing the documents of trade: orders, shipments, invoices, receipts and return notes, each after what it refers to.

Everything is decided before; here it becomes columns of the store.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from operational.demo.baskets import Lines
from operational.demo.calendar import DAY, Ints
from operational.demo.dice import ranks_within
from operational.demo.loading import MONEY, QUANTITY, choose, link
from operational.demo.order_states import APPROVED, PARTLY_SHIPPED, STATES, OrderStates
from operational.demo.orders import Orders
from operational.demo.payments import INVOICE_STATES, RECEIPT_STATES, Invoices, Receipts
from operational.demo.returns import RETURN_STATES, Returns
from operational.demo.words.sales_words import REMARKS, RETURN_REASONS
from operational.demo.world import World

ON_HOLD, REMARKED = 0.04, 0.15
CENT = MONEY // 100

Texts = NDArray[np.bytes_]


class TradeRecords:
    """The company's documents on their way into the store."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.loader = world.loader
        self.calendar = world.calendar
        self.customers = world.customers
        self.item_ids = world.catalogue.ids

    def orders(self, orders: Orders, states: OrderStates) -> Ints:
        """Orders with their lines, the old versions of amended ones first; their ids."""
        rng = self.world.dice.of("order records")
        base = self.loader.numbers("SO", self.calendar.years(orders.day))
        amended = np.flatnonzero(orders.amended)
        columns = self._order_columns(rng, orders, states)
        old = {name: values[amended] for name, values in columns.items()}
        old |= {
            "number": base[amended],
            "state": np.full(len(amended), b"superseded"),
            "on_hold": np.zeros(len(amended), bool),
        }
        old_lines, old["amount"] = self._before_amendment(rng, orders, amended)
        old_ids = self.loader.load("order", old) if len(amended) else amended
        self._lines(old_lines, old_ids)
        numbers = base.astype(f"S{base.itemsize + 3}")
        numbers[amended] = np.char.add(base[amended], b"-V2")
        before = np.zeros(orders.count, dtype=np.int64)
        before[amended] = old_ids
        ids = self.loader.load(
            "order", columns | {"number": numbers, "amended_from_id": link(before, orders.amended)}
        )
        self._lines(orders.lines, ids)
        return ids

    def _order_columns(self, rng: Generator, orders: Orders, states: OrderStates) -> dict[str, Any]:
        waiting = (states.state == APPROVED) | (states.state == PARTLY_SHIPPED)
        remarked = rng.random(orders.count) < REMARKED
        remarks = choose(REMARKS, rng.integers(len(REMARKS), size=orders.count))
        return {
            "kind": np.where(orders.is_project, b"project", b"sales"),
            "customer_id": self.customers.ids[orders.customer],
            "org_unit_id": self.world.organisation.unit_ids[self.customers.unit[orders.customer]],
            "ordered_on": self.calendar.dates(orders.day),
            "state": choose(STATES, states.state),
            "on_hold": waiting & (rng.random(orders.count) < ON_HOLD),
            "remarks": link(remarks, remarked),
            "amount": np.add.reduceat(orders.lines.amount, orders.first_line),
            "created_at": self.calendar.moments(orders.day * DAY + orders.second),
        }

    def _before_amendment(self, rng: Generator, orders: Orders, amended: Ints) -> tuple[Lines, Ints]:
        """The lines of old versions, more of the first item, and their totals."""
        lines = orders.lines.of(np.flatnonzero(np.isin(orders.lines.order, amended)))
        lines.order = np.searchsorted(amended, lines.order)
        lines.quantity = lines.quantity + np.where(
            ranks_within(lines.order) == 0, rng.integers(1, 4, len(lines.order)), 0
        )
        totals = np.bincount(lines.order, weights=lines.amount, minlength=len(amended)).astype(np.int64)
        return lines, totals

    def _lines(self, lines: Lines, order_ids: Ints) -> None:
        if not len(lines.order):
            return
        self.loader.load(
            "order_line",
            {
                "order_id": order_ids[lines.order],
                "line_no": ranks_within(lines.order) + 1,
                "item_id": self.item_ids[lines.item],
                "quantity": lines.quantity * QUANTITY,
                "unit_price": lines.price * CENT,
                "discount_pct": lines.discount * QUANTITY,
                "amount": lines.amount,
            },
        )

    def invoices(self, invoices: Invoices, order_ids: Ints) -> Ints:
        """Invoices; their ids."""
        return self.loader.load(
            "invoice",
            {
                "number": self.loader.numbers("IN", self.calendar.years(invoices.day)),
                "customer_id": self.customers.ids[invoices.customer],
                "order_id": order_ids[invoices.order],
                "invoiced_on": self.calendar.dates(invoices.day),
                "due_on": self.calendar.dates(invoices.due),
                "amount": invoices.amount,
                "state": choose(INVOICE_STATES, invoices.state),
                "created_at": self.calendar.moments(invoices.day * DAY + 15 * 3_600),
            },
        )

    def receipts(self, receipts: Receipts, invoice_ids: Ints) -> None:
        """Receipts on invoices and on account."""
        known = receipts.invoice >= 0
        self.loader.load(
            "receipt",
            {
                "number": self.loader.numbers("RC", self.calendar.years(receipts.day)),
                "customer_id": self.customers.ids[receipts.customer],
                "received_on": self.calendar.dates(receipts.day),
                "amount": receipts.amount,
                "invoice_id": link(invoice_ids[np.maximum(receipts.invoice, 0)], known),
                "state": choose(RECEIPT_STATES, receipts.state),
                "created_at": self.calendar.moments(receipts.day * DAY + 16 * 3_600),
            },
        )

    def returns(self, returns: Returns, orders: Orders, order_ids: Ints) -> Texts:
        """Return notes with lines, at the net price of the order's line; their numbers."""
        numbers = self.loader.numbers("RN", self.calendar.years(returns.day))
        customer = orders.customer[returns.order]
        ids = self.loader.load(
            "return_note",
            {
                "number": numbers,
                "customer_id": self.customers.ids[customer],
                "order_id": order_ids[returns.order],
                "depot_id": self.world.organisation.depot_ids[self.customers.area[customer]],
                "returned_on": self.calendar.dates(returns.day),
                "reason": choose([name for name, _ in RETURN_REASONS], returns.reason),
                "state": choose(RETURN_STATES, returns.state),
                "created_at": self.calendar.moments(returns.day * DAY + 11 * 3_600),
            },
        )
        lines = orders.lines.of(returns.line)
        self.loader.load(
            "return_note_line",
            {
                "return_note_id": ids[returns.line_note],
                "line_no": ranks_within(returns.line_note) + 1,
                "item_id": self.item_ids[lines.item],
                "quantity": returns.quantity * QUANTITY,
                "unit_price": net_price(orders, returns),
            },
        )
        return numbers


def net_price(orders: Orders, returns: Returns) -> Ints:
    """The price after discount of each returned line, as it is stored: exact in four decimals."""
    return orders.lines.price[returns.line] * (100 - orders.lines.discount[returns.line])
