"""A list stays quick over a hundred thousand orders, for whoever looks at it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from operational.store.bulk import bulk_insert
from tests.forms.conftest import Site, opened, signed_in

ORDERS, CUSTOMERS = 100_000, 20_000


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, company_folder: Path):  # type: ignore[no-untyped-def]
    """The company with many customers and orders, most of them closed, a fifth of them the clerk's own."""
    for site in opened(tmp_path_factory.mktemp("crowded"), company_folder):
        places = range(CUSTOMERS)
        with site.store.writing("system") as session:
            first, _ = bulk_insert(
                session,
                "customer",
                {"code": [f"K{at:06d}" for at in places], "name": [f"客户{at:05d}" for at in places],
                 "kind": ["customer"] * CUSTOMERS, "org_unit_id": [1 + at % 5 for at in places], "owner_id": [1 + at % 5 for at in places]},
            )  # fmt: skip
            states = ["closed"] * 45 + ["draft", "submitted", "approved", "shipped", "void"]
            bulk_insert(
                session,
                "order",
                {"number": [f"SO-B-{at:07d}" for at in range(ORDERS)], "customer_id": [first + at % CUSTOMERS for at in range(ORDERS)],
                 "org_unit_id": [1 + at % 5 for at in range(ORDERS)], "state": [states[at % 50] for at in range(ORDERS)],
                 "ordered_on": [f"20{10 + at % 16}-{1 + at % 12:02d}-{1 + at % 28:02d}" for at in range(ORDERS)], "amount": [at * 1000 for at in range(ORDERS)]},
            )  # fmt: skip
        yield site


def best_milliseconds(site: Site, login: str, path: str) -> float:
    """The least processor time of several requests: what else runs on the machine does not count."""
    who = signed_in(site, login)
    times = []
    for _ in range(7):
        began = time.process_time()
        assert who.get(path).status_code == 200
        times.append(time.process_time() - began)
    return min(times) * 1000


@pytest.mark.parametrize(
    ("login", "path", "most"),
    [("root", "/o/order", 50), ("root", "/o/order?state=submitted", 50), ("root", "/o/order?customer=K000100", 50),
     ("boss", "/o/order", 80), ("clerk", "/o/order", 80), ("root", "/o/order/SO-B-0000005", 50), ("root", "/o/customer/K000100", 60)],
)  # fmt: skip
def test_a_page_is_quick(crowded: Site, login: str, path: str, most: float) -> None:
    assert best_milliseconds(crowded, login, path) < most
