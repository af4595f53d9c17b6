"""Making the demonstration company: every step in its order, in one transaction, and the truth about it.

Each step stands in a file of its own; here is only what depends on what.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import func, select

from operational.demo import ledger, reckoning, service_records
from operational.demo.agreements import columns_of, make_agreements, promise
from operational.demo.buying import purchases
from operational.demo.calendar import Calendar, Ints
from operational.demo.complaints import make_complaints
from operational.demo.counting import plan_counts, write_counts
from operational.demo.expected_service import answered_in_time, solved_in_first_contact
from operational.demo.failures import make_replacements
from operational.demo.incoming import make_inbounds, write_inbounds, write_lots
from operational.demo.loading import Loader, Progress
from operational.demo.opportunities import make_opportunities
from operational.demo.order_states import order_states
from operational.demo.orders import Orders, make_orders
from operational.demo.parameters import parameters
from operational.demo.payments import make_invoices, make_receipts, regular_payer
from operational.demo.planted import planted
from operational.demo.replenish import make_stock
from operational.demo.requests import entered_later, make_requests
from operational.demo.reserving import write_requests
from operational.demo.returns import make_returns
from operational.demo.service_steps import complaint_steps, request_steps
from operational.demo.shipping import make_shipments
from operational.demo.size import SIZES
from operational.demo.steps import Steps
from operational.demo.stock import wanted_issues
from operational.demo.supply_steps import supply_steps
from operational.demo.targets import load_targets
from operational.demo.trade_records import TradeRecords
from operational.demo.trade_steps import opportunity_steps, order_steps
from operational.demo.truth import Truth
from operational.demo.units import make_units
from operational.demo.world import World, make_world
from operational.entity import entity
from operational.store.session import Store


class NotEmpty(Exception):
    """The store holds records already; a demonstration company needs an empty one."""


def silent(what: str, done: int = 0, total: int = 0) -> None:
    """Say nothing about progress."""


def make_company(
    store: Store,
    *,
    size: str = "small",
    seed: int = 1,
    until: date | None = None,
    progress: Progress = silent,
) -> Truth:
    """Fill an empty store with the company of that size, with five years of history up to `until` (yesterday).

    The same size, seed and day give the same records. Writes `demo_truth.json` into the data directory and
    returns what it holds. Raises KeyError for an unknown size, NotEmpty for a store with records.
    """
    last = until or datetime.now(store.settings.zone).date() - timedelta(days=1)
    with store.writing("demo", f"demonstration company {size}", "init") as session:
        if session.scalar(select(func.count()).select_from(entity("customer").__table__)):
            raise NotEmpty(
                "The store holds customers already; the demonstration company needs an empty store."
            )
        loader = Loader(session, progress)
        world = make_world(SIZES[size], seed, Calendar(last, store.settings.zone), loader)
        truth = Truth(size, seed, world.calendar.first, last, parameters())
        _make(world, truth)
        loader.continue_numbers()
        truth.counts = dict(loader.counts)
    store.settings.data.mkdir(parents=True, exist_ok=True)
    truth.save(store.settings.data)
    return truth


def _make(world: World, truth: Truth) -> None:
    """All that happened, planned first as a whole and then written, each record after those it refers to."""
    orders = make_orders(world, purchases(world))
    shipments = make_shipments(world, orders)
    returns = make_returns(world, orders, shipments)
    invoices = make_invoices(world, orders, shipments)
    stops_paying = regular_payer(world, invoices)
    receipts = make_receipts(world, invoices, stops_paying)
    states = order_states(world, orders, shipments, invoices, returns)

    records = TradeRecords(world)
    order_ids = records.orders(orders, states)
    invoice_ids = records.invoices(invoices, order_ids)
    records.receipts(receipts, invoice_ids)
    return_numbers = records.returns(returns, orders, order_ids)
    truth.totals |= reckoning.trade_totals(world, orders, returns) | reckoning.money_totals(
        invoices, receipts
    )

    load_targets(world, orders)
    units = make_units(world, orders, shipments)
    replacements = make_replacements(world, units)
    replaced = service_records.replaced_at(world, replacements)
    requests = make_requests(world, units, replacements, replaced, _first_orders(world, orders))
    replaced = entered_later(requests, replaced)
    state = service_records.states(world, requests)
    assignee = service_records.assignees(world, requests)
    agreed = make_agreements(world, units)
    promises = promise(world, agreed, requests)
    promised = columns_of(world, agreed, promises)
    request_ids = service_records.write_requests(world, requests, state, assignee, units, promised)
    replacement_numbers = service_records.write_replacements(
        world, replacements, replaced, requests, request_ids, units
    )
    truth.totals |= reckoning.service_totals(world, units, replacements, replaced, requests)
    truth.expected |= {
        "answered_in_time": answered_in_time(world, requests, promises),
        "solved_in_first_contact": solved_in_first_contact(world, requests),
    }

    stock = make_stock(world, wanted_issues(world, orders, shipments, units, replacements, replaced))
    inbounds = make_inbounds(world, stock)
    inbound_ids, inbound_of_lot = write_inbounds(world, stock, inbounds)
    write_lots(world, stock)
    asked = write_requests(world, shipments, orders, order_ids)
    shipment_numbers = ledger.write_shipments(world, shipments, orders, stock, order_ids, asked.of_shipment)
    moved = ledger.movements(
        world, stock, inbound_of_lot, shipment_numbers[shipments.line_shipment], replacement_numbers
    )
    moved += ledger.movements_of_returns(world, returns, return_numbers, orders)
    rows = ledger.in_order(world, moved)
    counts = plan_counts(world, rows)
    ledger.write_movements(world, rows)
    count_ids = write_counts(world, counts)
    ledger.write_policies(world, stock)
    truth.totals |= reckoning.stock_totals(world, rows, inbounds, counts)

    complaints = make_complaints(world, orders, shipments)
    opportunities = make_opportunities(world)
    steps = Steps(world.calendar.end)
    order_steps(world, steps, orders, shipments, returns, states, order_ids)
    request_steps(world, steps, requests, state, request_ids, assignee)
    complaint_steps(world, steps, complaints)
    opportunity_steps(world, steps, opportunities)
    supply_steps(world, steps, inbounds, inbound_ids, counts, count_ids, asked)
    steps.write(world.loader, world.calendar)
    truth.anomalies = planted(world, orders, stops_paying, units, stock)


def _first_orders(world: World, orders: Orders) -> Ints:
    """The day of each buyer's first counted order; beyond the end where there is none."""
    first = np.full(len(world.customers.acquired), world.calendar.days, dtype=np.int64)
    np.minimum.at(first, orders.customer[orders.counted], orders.day[orders.counted])
    return first
