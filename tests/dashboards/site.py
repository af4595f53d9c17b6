"""A company with business in two branches, loaded and published: its whole application, and who signs in there.

Made once per test process and copied, because loading and hashing passwords take time.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from dashboards.app import create_app
from operational.settings import Settings
from operational.store.bulk import bulk_insert
from operational.store.session import Store
from tests.crud.company import Company
from tests.forms.conftest import Site, signed_in
from tests.pipelines.conftest import load

EAST_REVENUE, SOUTH_REVENUE = 2_400, 700  # of twelve orders of 200, and seven of 100
TARGET = 4_000  # of revenue, for the year that runs
TILE = '{"at":["MATCH"],"type":"tile"}.children'


def fill(store: Store) -> None:
    """A year of business: customers 1 and 2 belong to the eastern branch, 3 to the southern one."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=25 * at + 5) for at in range(12)]
    whose = [1, 2] * 6 + [3] * 7
    when = [*days, *days[:7]]
    moments = [datetime(day.year, day.month, day.day, 3) for day in when]  # noqa: DTZ001  # the store keeps naive UTC
    count = len(when)
    units = [3 if one == 1 else 2 if one == 2 else 4 for one in whose]
    amounts = [2_000_000 if one < 3 else 1_000_000 for one in whose]
    numbers = range(1, count + 1)
    tables: dict[str, dict[str, list[Any]]] = {
        "order": {"number": [f"SO-{at}" for at in numbers], "customer_id": whose, "org_unit_id": units, "kind": ["sales"] * count,
                  "ordered_on": when, "state": ["closed"] * count, "amount": amounts},
        "order_line": {"order_id": list(numbers), "line_no": [1] * count, "item_id": [1, 2] * 9 + [1],
                       "quantity": [2_000_000] * count, "unit_price": [amount // 2 for amount in amounts], "amount": amounts},
        "invoice": {"number": [f"IN-{at}" for at in numbers], "customer_id": whose, "order_id": list(numbers), "invoiced_on": when,
                    "due_on": [day + timedelta(days=30) for day in when], "amount": [amount // 100 for amount in amounts],
                    "state": ["issued"] * count},
        "receipt": {"number": [f"RC-{at}" for at in numbers], "customer_id": whose, "received_on": when,
                    "amount": [amount // 200 for amount in amounts], "invoice_id": list(numbers), "state": ["posted"] * count},
        "unit": {"serial": [f"U-{at}" for at in numbers], "item_id": [1] * count, "customer_id": whose, "installed_on": [days[-1]] * count},
        "service_request": {"number": [f"SR-{at}" for at in numbers], "customer_id": whose, "unit_id": list(numbers),
                            "subject": ["=HYPERLINK(\"x\")", "异响"] * 9 + ["漏油"], "priority": ["高", "=低"] * 9 + ["中"],
                            "state": ["closed"] * (count - 2) + ["new"] * 2, "opened_at": moments,
                            "resolved_at": [*(one + timedelta(hours=9) for one in moments[:-2]), None, None]},
        "part_replacement": {"number": [f"PR-{at}" for at in numbers], "unit_id": list(numbers), "part_id": [2] * count,
                             "quantity": [1_000_000] * count, "replaced_at": moments, "reason": ["failure"] * count},
        "stock_movement": {"number": [f"SM-{at}" for at in numbers], "item_id": [2] * count, "depot_id": [1] * count,
                           "quantity": [9_000_000] * 10 + [-3_000_000] * 9, "moved_at": moments,
                           "kind": ["receipt"] * 10 + ["issue"] * 9, "unit_cost": [100_000] * count},
        "target_value": {"metric": ["revenue", "mtbr_days"], "period": [f"{today:%Y}"] * 2, "dimension": ["all"] * 2,
                         "member": ["all"] * 2, "value": [TARGET * 1_000_000, 1_000_000]},
        "term": {"vocabulary": ["priority", "fault"], "code": ["高", "高"], "name_zh": [None] * 2, "name_en": ["High", "Tall"]},
    }  # fmt: skip
    with store.writing("test") as session:
        for table, columns in tables.items():
            bulk_insert(session, table, columns)


def make_business(company: Path, folder: Path) -> Path:
    """The company's data directory with the business in it, loaded; the key lies beside it."""
    copied(company, folder)
    store = Store.open(Settings(data=folder / "data"))
    fill(store)
    outcome = load(store)
    assert outcome.published, outcome.reason
    store.close()
    return folder / "data"


def copied(company: Path, folder: Path) -> None:
    shutil.copytree(company, folder / "data")
    shutil.copyfile(company.with_name("data.key"), folder / "data.key")
    (folder / "data.key").chmod(0o600)


def opened(business: Path, folder: Path) -> Iterator[Site]:
    """The application over a copy of the business."""
    copied(business, folder)
    store = Store.open(Settings(data=folder / "data"))
    yield Site(create_app(store.settings, store), store, Company(store))
    store.close()


def served(site: Site) -> Iterator[Site]:
    """The same on a port, for a browser."""
    server = make_server("127.0.0.1", 0, site.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Reader:
    """Somebody who looks at dashboards."""

    client: FlaskClient

    def get(self, path: str, **rest: Any) -> TestResponse:
        return self.client.get(path, **rest)

    def call(self, payload: Any) -> TestResponse:
        """Dash's own request for what a callback shows."""
        data = payload if isinstance(payload, str) else json.dumps(payload)
        return self.client.post("/d/_dash-update-component", data=data, content_type="application/json")

    def tile(self, page: str, at: str, search: str = "") -> TestResponse:
        return self.call(asked(page, at, search))


def asked(page: Any, at: Any, search: Any = "") -> dict[str, Any]:
    """What the browser sends for the tile at a place of a page."""
    place = {"at": at, "type": "tile"}
    return {
        "output": TILE,
        "outputs": {"id": place, "property": "children"},
        "inputs": [{"id": "address", "property": "search", "value": search}],
        "changedPropIds": ["address.search"],
        "state": [{"id": "address", "property": "pathname", "value": f"/d/{page}" if isinstance(page, str) else page},
                  {"id": place, "property": "id", "value": place}],
    }  # fmt: skip


def reader(site: Site, login: str, language: str = "en") -> Reader:
    return Reader(signed_in(site, login, language).client)
