"""The totals of the truth file, reckoned from what was made: sales, money, stock and service as of the end.

The store is not asked; what its records should add up to is said here beforehand.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from operational.demo.calendar import DAY, Floats
from operational.demo.catalogue import PRODUCT_WARRANTY
from operational.demo.counting import Counts
from operational.demo.failures import Replacements
from operational.demo.incoming import Inbounds
from operational.demo.ledger import Movements
from operational.demo.orders import Orders
from operational.demo.payments import CREDITED_ONE, DRAFT, POSTED, Invoices, Receipts
from operational.demo.requests import Requests
from operational.demo.returns import Returns
from operational.demo.trade_records import net_price
from operational.demo.units import Units
from operational.demo.world import World

TEN_THOUSANDTHS, CENTS = 10_000, 100


def trade_totals(world: World, orders: Orders, returns: Returns) -> dict[str, Any]:
    """Orders, revenue, units sold and returned; revenue by year too."""
    counted = orders.counted[orders.lines.order]
    amount = orders.lines.amount[counted]
    back = returns.counted[returns.line_note]
    returned = (returns.quantity * net_price(orders, returns))[back]
    gross, returns_amount = _money(amount.sum(), TEN_THOUSANDTHS), _money(returned.sum(), TEN_THOUSANDTHS)
    years = world.calendar.years(orders.day)[orders.lines.order[counted]]
    return {
        "orders": int(orders.counted.sum()),
        "order_lines": int(counted.sum()),
        "buying_customers": len(np.unique(orders.customer[orders.counted])),
        "gross_revenue": gross,
        "gross_revenue_by_year": {
            str(year): _money(amount[years == year].sum(), TEN_THOUSANDTHS)
            for year in np.unique(years).tolist()
        },
        "returns_amount": returns_amount,
        "revenue": _money(amount.sum() - returned.sum(), TEN_THOUSANDTHS),
        "units_sold": int(orders.lines.quantity[counted].sum()),
        "units_returned": int(returns.quantity[back].sum()),
    }


def money_totals(invoices: Invoices, receipts: Receipts) -> dict[str, Any]:
    """Invoiced, collected and outstanding."""
    issued = (invoices.state != DRAFT) & (invoices.state != CREDITED_ONE)
    invoiced, collected = invoices.amount[issued].sum(), receipts.amount[receipts.state == POSTED].sum()
    return {
        "invoiced": _money(invoiced, CENTS),
        "collected": _money(collected, CENTS),
        "outstanding": _money(invoiced - collected, CENTS),
    }


def stock_totals(world: World, rows: Movements, inbounds: Inbounds, counts: Counts) -> dict[str, Any]:
    """Pieces on hand and on order, and the lines of all counts with those that differed."""
    days = world.calendar.days
    on_order = (inbounds.ordered < days) & (inbounds.received >= days)
    return {
        "on_hand": int(rows.quantity.sum()),
        "on_order": int(inbounds.quantity[on_order].sum()),
        "stocktake_lines": len(counts.book),
        "stocktake_lines_that_differ": int((counts.book != counts.found).sum()),
    }


def service_totals(
    world: World, units: Units, replacements: Replacements, replaced: Floats, requests: Requests
) -> dict[str, Any]:
    """Units in service, replacements, requests opened, open and reopened."""
    end = world.calendar.end
    happened = replaced < end
    warranted = world.calendar.months_later(units.installed, PRODUCT_WARRANTY)[replacements.unit]
    ended = np.where(requests.cancelled | requests.merged, requests.closed, requests.resolved)
    return {
        "units": units.count,
        "units_in_service": int((units.retired >= world.calendar.days).sum()),
        "replacements": int(happened.sum()),
        "replacements_after_failure": int((happened & replacements.is_failure).sum()),
        "replacements_under_warranty": int((happened & (replaced < warranted * DAY)).sum()),
        "requests_opened": requests.count,
        "requests_open": int((ended >= end).sum()),
        "requests_reopened": int((requests.reopened < end).sum()),
        "requests_opened_last_year": int((requests.opened >= end - 365 * DAY).sum()),
    }


def _money(units: Any, per_yuan: int) -> float:
    """A whole number of small units as yuan; exact as a JSON number up to 15 digits."""
    return int(units) / per_yuan
