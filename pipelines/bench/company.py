"""A large company for benchmarks, made of plain numbers in seconds: only its size matters, not what it does.

The demonstration company, whose laws are known, stands in operational/demo.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from operational.store.bulk import bulk_insert
from operational.store.key import secret_key
from operational.store.schema import create_schema
from operational.store.session import Store
from pipelines.bench.company_service import PARTS, add_service

if TYPE_CHECKING:
    from pathlib import Path

LINES_PER_ORDER = 5
FIRST_DAY, DAYS = date(2021, 11, 1), 1826
REGIONS, ITEMS = 30, 2000


def make_large(data: Path, lines: int) -> Store:
    """A new store in a directory with that many order lines, about five to an order."""
    from operational.settings import Settings

    settings = Settings(data=data, store="")
    secret_key(settings)  # the web application wants one from before there were data
    store = Store.open(settings)
    with ExitStack() as unless_made:
        unless_made.callback(store.close)
        create_schema(store.engine)
        _fill(store, lines)
        unless_made.pop_all()
    return store


def _fill(store: Store, lines: int) -> None:
    dice = np.random.default_rng(1)
    orders = max(lines // LINES_PER_ORDER, 1)
    customers = max(orders // 20, 10)
    days = np.datetime64(FIRST_DAY) + np.sort(dice.integers(0, DAYS, orders)).astype("timedelta64[D]")
    unit_price = dice.integers(10_0000, 9_000_0000, lines)
    quantity = dice.integers(1, 9, lines)
    with store.writing("bench", "benchmark", "init") as session:
        for table, columns in _few(customers, dice).items():
            bulk_insert(session, table, columns)
        bulk_insert(
            session, "order",
            {
                "number": [f"B{number:08d}" for number in range(orders)],
                "customer_id": dice.integers(1, customers + 1, orders), "org_unit_id": np.ones(orders, dtype=np.int64),
                "kind": ["sales"] * orders, "ordered_on": days, "state": ["closed"] * orders,
            },
        )  # fmt: skip
        bulk_insert(
            session, "order_line",
            {
                "order_id": np.sort(dice.integers(1, orders + 1, lines)),
                "line_no": np.arange(lines) % LINES_PER_ORDER + 1,
                "item_id": dice.integers(1, ITEMS + 1, lines), "quantity": quantity * 1_000_000,
                "unit_price": unit_price, "amount": unit_price * quantity,
            },
        )  # fmt: skip
        add_service(session, orders, customers, ITEMS, np.datetime64(FIRST_DAY), DAYS, dice)


def _few(customers: int, dice: Any) -> dict[str, dict[str, Any]]:
    return {
        "org_unit": {"code": ["HQ"], "name": ["总部"], "kind": ["head_office"]},
        "region": {
            "code": [f"R{number}" for number in range(REGIONS)],
            "name": [f"地区 {number}" for number in range(REGIONS)],
        },
        "customer": {
            "code": [f"C{number}" for number in range(customers)],
            "name": [f"客户 {number}" for number in range(customers)],
            "kind": ["customer"] * customers,
            "region_id": dice.integers(1, REGIONS + 1, customers),
            "org_unit_id": np.ones(customers, dtype=np.int64),
        },
        "item": {
            "code": [f"I{number}" for number in range(ITEMS)],
            "name": [f"产品 {number}" for number in range(ITEMS)],
            "kind": ["product"] * (ITEMS - PARTS) + ["part"] * PARTS,
            "category": [f"K{number % 25}" for number in range(ITEMS)],
            "list_price": dice.integers(10_0000, 9_000_0000, ITEMS),
            "standard_cost": dice.integers(5_0000, 4_000_0000, ITEMS),
        },
    }
