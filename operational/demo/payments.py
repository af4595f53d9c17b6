"""Invoices of shipments and the receipts that settle them, by the payment laws of the customers' levels.

The states of invoices follow from the receipts; that of orders in order_states.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from operational.demo.calendar import Ints
from operational.demo.laws import PAID_IN_TWO, PAYMENTS
from operational.demo.orders import Orders
from operational.demo.shipping import NEVER, Shipments
from operational.demo.words.sales_words import LEVELS
from operational.demo.world import World

INVOICED_AFTER = (0.55, 0.30, 0.15)  # working days after the shipment
DRAFTS_OF_LAST_DAYS = 2
CREDITED = 0.003  # invoices that were first issued wrongly, and credited
EARLY_DAYS = 9  # those who pay in time do so up to so many days before it is due
FIRST_PART = 0.4, 0.7  # of an invoice that is paid in two
ON_ACCOUNT = 0.004  # advance payments, in parts of all receipts
VOIDED = 0.003
ISSUED, PARTLY_PAID, PAID, DRAFT, CREDITED_ONE = range(5)
INVOICE_STATES = ["issued", "partly_paid", "paid", "draft", "credited"]
POSTED, DRAFT_RECEIPT, VOIDED_RECEIPT = range(3)
RECEIPT_STATES = ["posted", "draft", "voided"]
_NO_INVOICE = -1


@dataclass
class Invoices:
    """By place in chronological order; amounts in cents; `settled` is the day it was paid in full, or NEVER."""

    order: Ints
    customer: Ints
    day: Ints
    due: Ints
    amount: Ints
    state: Ints
    settled: Ints

    @property
    def count(self) -> int:
        """How many."""
        return len(self.day)


@dataclass
class Receipts:
    """By place in chronological order; amounts in cents; `invoice` is -1 for money on account."""

    customer: Ints
    invoice: Ints
    day: Ints
    amount: Ints
    state: Ints


def make_invoices(world: World, orders: Orders, shipments: Shipments) -> Invoices:
    """One invoice per posted shipment, rounded to cents; a few had a wrong first one. Not yet paid."""
    rng, calendar = world.dice.of("invoices"), world.calendar
    shipped = shipments.line_shipment >= 0
    exact = np.bincount(
        shipments.line_shipment[shipped], weights=orders.lines.amount[shipped], minlength=shipments.count
    ).astype(np.int64)
    day = calendar.workdays.later(
        shipments.day, rng.choice(len(INVOICED_AFTER), size=shipments.count, p=INVOICED_AFTER)
    )
    written = np.flatnonzero(~shipments.is_draft & (day < calendar.days) & (exact > 0))
    wrong = rng.choice(written, size=round(len(written) * CREDITED), replace=False)
    wrong = wrong[day[wrong] < calendar.days - 30]
    shipment = np.concatenate([written, wrong])
    first = np.concatenate([np.zeros(len(written), dtype=bool), np.ones(len(wrong), dtype=bool)])
    sequence = np.lexsort((~first, shipment, day[shipment]))
    shipment, first = shipment[sequence], first[sequence]
    order = shipments.order[shipment]
    customer = orders.customer[order]
    terms = np.array([days for *_, days in LEVELS])[world.customers.level[customer]]
    late_entry = (day[shipment] >= calendar.days - DRAFTS_OF_LAST_DAYS) & (rng.random(len(shipment)) < 0.4)
    return Invoices(
        order=order,
        customer=customer,
        day=day[shipment],
        due=day[shipment] + terms,
        amount=(exact[shipment] + 50) // 100,
        state=np.select([first, late_entry], [CREDITED_ONE, DRAFT], ISSUED),
        settled=np.full(len(shipment), NEVER),
    )


def make_receipts(world: World, invoices: Invoices, stops_paying: int) -> Receipts:
    """Receipts by the end, and with them the states of the invoices; one customer stops paying on a planted day."""
    rng, calendar = world.dice.of("receipts"), world.calendar
    place = np.flatnonzero(invoices.state == ISSUED)
    first_day, second_day, amount = _planned(rng, world, place, invoices)
    in_two = second_day < NEVER
    invoice = np.concatenate([place, place[in_two]])
    day = np.concatenate([first_day, second_day[in_two]])
    money = np.concatenate([amount, invoices.amount[place[in_two]] - amount[in_two]])
    stopped = (invoices.customer[invoice] == stops_paying) & (day >= world.anomalies.stops_paying_on)
    came = (day < calendar.days) & ~stopped
    invoice, day, money = invoice[came], day[came], money[came]
    state = np.where((day >= calendar.days - 1) & (rng.random(len(day)) < 0.3), DRAFT_RECEIPT, POSTED)
    _settle(invoices, invoice[state == POSTED], day[state == POSTED], money[state == POSTED])
    return _with_others(rng, Receipts(invoices.customer[invoice], invoice, day, money, state))


def _planned(rng: Generator, world: World, place: Ints, invoices: Invoices) -> tuple[Ints, Ints, Ints]:
    """Days of the first and the second receipt of each invoice, and the amount of the first."""
    workdays = world.calendar.workdays
    laws = [PAYMENTS[name] for name, *_ in LEVELS]
    level = world.customers.level[invoices.customer[place]]
    on_time, never, shape, scale = (np.array(column)[level] for column in zip(*laws, strict=True))
    chance, count = rng.random(len(place)), len(place)
    due = invoices.due[place]
    early = np.maximum(due - rng.integers(0, EARLY_DAYS, count), invoices.day[place] + 1)
    late = due + 1 + np.floor(rng.gamma(shape) * scale).astype(np.int64)
    horizon = len(workdays.is_open) - 60
    first = np.where(chance < on_time, early, late)
    first = workdays.on_or_after(np.minimum(first, horizon))
    second = workdays.on_or_after(
        np.minimum(first + 10 + np.floor(rng.gamma(2.0, 10.0, count)).astype(np.int64), horizon)
    )
    never_paid = chance >= 1 - never
    in_two = ~never_paid & (rng.random(count) < PAID_IN_TWO)
    part = np.round(invoices.amount[place] * rng.uniform(*FIRST_PART, count) / 100).astype(np.int64) * 100
    in_two &= (part > 0) & (part < invoices.amount[place])
    return (
        np.where(never_paid, NEVER, first),
        np.where(in_two, second, NEVER),
        np.where(in_two, part, invoices.amount[place]),
    )


def _settle(invoices: Invoices, invoice: Ints, day: Ints, money: Ints) -> None:
    """States as the rules derive them from posted receipts."""
    paid = np.bincount(invoice, weights=money, minlength=invoices.count).astype(np.int64)
    last = np.full(invoices.count, -1, dtype=np.int64)
    np.maximum.at(last, invoice, day)
    live = invoices.state == ISSUED
    full = live & (paid >= invoices.amount)
    invoices.state[full] = PAID
    invoices.state[live & ~full & (paid > 0)] = PARTLY_PAID
    invoices.settled[full] = last[full]


def _with_others(rng: Generator, made: Receipts) -> Receipts:
    """Beside them advance payments on account, and receipts that were booked twice and voided."""
    count = len(made.day)
    advance = rng.choice(count, size=round(count * ON_ACCOUNT), replace=False)
    voided = rng.choice(np.flatnonzero(made.state == POSTED), size=round(count * VOIDED), replace=False)
    thousands = np.maximum(made.amount[advance] // 500_000, 1) * 100_000
    invoice = np.concatenate([made.invoice, np.full(len(advance), _NO_INVOICE), made.invoice[voided]])
    source = np.concatenate([np.arange(count), advance, voided])
    amount = np.concatenate([made.amount, thousands, made.amount[voided]])
    state = np.concatenate([made.state, np.full(len(advance), POSTED), np.full(len(voided), VOIDED_RECEIPT)])
    sequence = np.lexsort((np.arange(len(source)), made.day[source]))
    source = source[sequence]
    return Receipts(
        made.customer[source], invoice[sequence], made.day[source], amount[sequence], state[sequence]
    )


def regular_payer(world: World, invoices: Invoices) -> int:
    """The place of a customer with many invoices both before and after the planted stop; none of the clerk's."""
    stop, known = world.anomalies.stops_paying_on, world.customers
    others = known.owner[invoices.customer] != world.organisation.clerk
    before = np.bincount(invoices.customer[others & (invoices.day < stop)], minlength=len(known.ids))
    due_after = others & (invoices.day >= stop) & (invoices.due < world.calendar.days)
    after = np.bincount(invoices.customer[due_after], minlength=len(known.ids))
    return int(np.minimum(before, 4 * after).argmax())
