"""Making the demonstration company: every step in its order, in one transaction, and the truth about it.

Each step stands in a file of its own; here is only what depends on what.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import func, select

from operational.demo.anomalies import plan
from operational.demo.buying import purchases
from operational.demo.calendar import DAY, Calendar
from operational.demo.catalogue import make_catalogue
from operational.demo.customers import make_customers
from operational.demo.dice import Dice
from operational.demo.failures import make_replacements
from operational.demo.loading import Loader, Progress
from operational.demo.orders import make_orders
from operational.demo.organisation import make_organisation
from operational.demo.requests import entered_later, make_requests
from operational.demo.service import ServiceBooks
from operational.demo.service_records import replaced_at
from operational.demo.shipping import make_shipments
from operational.demo.size import SIZES, Size
from operational.demo.steps import Steps
from operational.demo.trade import TradeBooks
from operational.demo.truth import Truth
from operational.demo.units import make_units
from operational.demo.world import World
from operational.entity import entity
from operational.store.session import Store


class NotEmpty(Exception):
    """The store holds records already; a demonstration company needs an empty one."""


def silent(what: str, done: int = 0, total: int = 0) -> None:
    """Say nothing about progress."""


def make_company(
    store: Store, *, size: str = "small", seed: int = 1, until: date | None = None, progress: Progress = silent
) -> Truth:
    """Fill an empty store with the company of that size, with five years of history up to `until` (yesterday).

    The same size, seed and day give the same records. Writes `demo_truth.json` into the data directory and
    returns what it holds. Raises KeyError for an unknown size, NotEmpty for a store with records.
    """
    last = until or datetime.now(store.settings.zone).date() - timedelta(days=1)
    with store.writing("demo", f"demonstration company {size}", "init") as session:
        if session.scalar(select(func.count()).select_from(entity("customer").__table__)):
            raise NotEmpty("The store holds customers already; the demonstration company needs an empty store.")
        truth = _make(SIZES[size], seed, Calendar(last, store.settings.zone), Loader(session, progress))
    store.settings.data.mkdir(parents=True, exist_ok=True)
    truth.save(store.settings.data)
    return truth
