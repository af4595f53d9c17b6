"""The rest of the large company: invoices, receipts, stock, units, requests, replacements, complaints.

A tenth of the orders of each, so that every page has figures; customers, items and orders stand in company.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from operational.store.bulk import bulk_insert

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SHARE = 10  # orders to one record of each kind
DEPOTS, PARTS = 5, 200
MICROSECONDS_A_DAY = 86_400_000_000
FAULTS, CAUSES = ("leak", "noise", "stop", "heat"), ("delivery", "quality", "price")


def add_service(
    session: Session, orders: int, customers: int, items: int, first_day: np.datetime64, days: int, dice: Any
) -> None:
    """Write the records, in the session's transaction."""
    count = max(orders // SHARE, 20)

    def in_days(number: Any) -> Any:
        return np.asarray(number).astype("timedelta64[D]")  # numpy 2.5 adds no bare number to a date

    def some_days(latest: int = days) -> Any:
        return first_day + in_days(np.sort(dice.integers(0, latest, count)))

    def moments(day: Any) -> Any:
        return day.astype("datetime64[us]") + dice.integers(0, MICROSECONDS_A_DAY, count).astype(
            "timedelta64[us]"
        )

    def numbers(letter: str) -> list[str]:
        return [f"{letter}{number:08d}" for number in range(count)]

    def ids(most: int) -> Any:
        return dice.integers(1, most + 1, count)

    customer, amount = ids(customers), dice.integers(100_0000, 90_000_0000, count)
    opened = moments(some_days(days - 30))
    hours = dice.integers(1, 400, count).astype("timedelta64[h]")
    installed, invoiced = some_days(days // 2), some_days(days - 60)
    bulk_insert(session, "depot", {"code": [f"D{one}" for one in range(DEPOTS)],
                                   "name": [f"仓库 {one}" for one in range(DEPOTS)], "org_unit_id": [1] * DEPOTS})  # fmt: skip
    tables: dict[str, dict[str, Any]] = {
        "invoice": {"number": numbers("V"), "customer_id": customer, "invoiced_on": invoiced, "due_on": invoiced + in_days(30),
                    "amount": amount, "state": ["issued"] * count},
        "receipt": {"number": numbers("P"), "customer_id": customer, "received_on": invoiced + in_days(20), "amount": amount,
                    "invoice_id": np.arange(1, count + 1), "state": ["posted"] * count},
        "stock_movement": {"number": numbers("M"), "item_id": ids(items), "depot_id": ids(DEPOTS),
                           "quantity": dice.integers(1, 50, count) * 1_000_000, "moved_at": moments(some_days()),
                           "kind": ["receipt"] * count, "unit_cost": dice.integers(5_0000, 400_0000, count)},
        "unit": {"serial": numbers("U"), "item_id": ids(items - PARTS), "customer_id": customer, "installed_on": installed},
        "service_request": {"number": numbers("R"), "customer_id": customer, "unit_id": np.arange(1, count + 1),
                            "subject": ["停机"] * count, "fault": dice.choice(FAULTS, count).tolist(), "priority": ["normal"] * count,
                            "opened_at": opened, "first_response_at": opened + hours // 10, "resolved_at": opened + hours,
                            "closed_at": opened + 2 * hours, "state": ["closed"] * count},
        "part_replacement": {"number": numbers("L"), "service_request_id": np.arange(1, count + 1), "unit_id": np.arange(1, count + 1),
                             "part_id": items + 1 - ids(PARTS), "quantity": np.full(count, 1_000_000),
                             "replaced_at": moments(installed + in_days(dice.integers(1, days // 2, count)))},
        "complaint": {"number": numbers("T"), "customer_id": customer, "subject": ["延误"] * count, "opened_at": opened,
                      "resolved_at": opened + hours, "state": ["resolved"] * count, "cause": dice.choice(CAUSES, count).tolist()},
    }  # fmt: skip
    for table, columns in tables.items():
        bulk_insert(session, table, columns)
