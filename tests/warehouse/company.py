"""A company of some hundred random records of every kind, always the same, for laws that any data must obey."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from tests.landed import Landed

BEGINNING, DAYS = date(2024, 1, 1), 700


def land_company(landed: Landed) -> None:
    chance = random.Random(20240101)
    _land_masters(landed)
    _land_sales(landed, chance)
    _land_money(landed, chance)
    _land_service(landed, chance)
    _land_stock(landed, chance)
    _land_supply(landed, chance)
    landed.model()


def _day(chance: random.Random, days: int = DAYS) -> date:
    return BEGINNING + timedelta(days=chance.randrange(days))


def _instant(chance: random.Random) -> datetime:
    return datetime(2024, 1, 1) + timedelta(minutes=chance.randrange(DAYS * 1440))  # noqa: DTZ001  # naive UTC


def _land_masters(landed: Landed) -> None:
    landed.land("region", [{"code": "E", "name": "East"}, {"code": "W", "name": "West"}])
    landed.land(
        "org_unit",
        [
            {"code": "HQ", "name": "HQ", "kind": "head_office"},
            {"code": "B", "name": "B", "kind": "branch", "parent_id": 1},
        ],
    )
    landed.land(
        "person",
        [{"code": "a", "name": "Ann", "org_unit_id": 1}, {"code": "b", "name": "Bo", "org_unit_id": 2}],
    )
    landed.land("depot", [{"code": f"D{i}", "name": f"Depot {i}", "org_unit_id": i} for i in (1, 2)])
    landed.land("customer", [
        {"code": f"C{i:03}", "name": f"Customer {i % 150}", "region_id": (1, 2, None)[i % 3], "level": "ABC"[i % 4 : i % 4 + 1] or None,
         "industry": "x", "org_unit_id": 1 + i % 2, "owner_id": 1 + i % 2}
        for i in range(200)
    ])  # fmt: skip
    landed.land("item", [
        {"code": f"P{i}", "name": f"Item {i}", "kind": "product" if i < 5 else "part", "category": f"c{i % 2}",
         "standard_cost": 3 + i, "list_price": 10 + i, "warranty_months": (6, 12, None)[i % 3]}
        for i in range(10)
    ])  # fmt: skip


def _land_sales(landed: Landed, chance: random.Random) -> None:
    orders, lines = [], []
    for customer in range(1, 201):
        day = _day(chance, 300)
        for _ in range(1 + int(chance.expovariate(0.4))):
            number = len(orders) + 1
            state = chance.choice(["closed"] * 7 + ["approved", "draft", "void"])
            orders.append({"number": f"O{number}", "customer_id": customer, "ordered_on": day, "state": state,
                           "org_unit_id": 2 - customer % 2})  # fmt: skip
            for line in range(chance.randint(1, 3)):
                quantity, price = chance.randint(1, 4), chance.choice([10, 12.5, 20])
                lines.append({"order_id": number, "line_no": line, "item_id": chance.randint(1, 10),
                              "quantity": quantity, "unit_price": price, "amount": quantity * price})  # fmt: skip
            day += timedelta(days=int(chance.expovariate(1 / 90)))
    landed.land("order", orders)
    landed.land("order_line", lines)
    landed.land("return_note", [
        {"number": f"R{i}", "customer_id": 1 + i, "returned_on": _day(chance), "state": chance.choice(["received", "requested"])}
        for i in range(30)
    ])  # fmt: skip
    landed.land("return_note_line", [
        {"return_note_id": 1 + i, "line_no": 1, "item_id": chance.randint(1, 10), "quantity": 1} for i in range(30)
    ])  # fmt: skip
    landed.land("shipment", [
        {"number": f"S{i}", "order_id": 1 + i, "depot_id": 1, "shipped_on": _day(chance), "state": "posted"} for i in range(100)
    ])  # fmt: skip
    landed.land("shipment_line", [
        {"shipment_id": 1 + i, "line_no": 1, "item_id": chance.randint(1, 10), "quantity": 1} for i in range(100)
    ])  # fmt: skip


def _land_money(landed: Landed, chance: random.Random) -> None:
    days = [_day(chance) for _ in range(300)]
    landed.land("invoice", [
        {"number": f"I{i}", "customer_id": 1 + i % 200, "invoiced_on": day, "due_on": day + timedelta(days=30),
         "amount": 100, "state": "issued"}
        for i, day in enumerate(days)
    ])  # fmt: skip
    landed.land("receipt", [
        {"number": f"RC{i}", "customer_id": 1 + i % 200, "received_on": _day(chance), "amount": chance.choice([100, 50]),
         "invoice_id": 1 + i if i < 200 else None, "state": "posted"}
        for i in range(220)
    ])  # fmt: skip
    landed.land("opportunity", [
        {"number": f"OP{i}", "customer_id": 1 + i, "amount": 100, "owner_id": 1 + i % 2, "opened_on": BEGINNING + timedelta(days=11 * i),
         "stage": ("won", "proposing", "lost")[i % 3], "closed_on": BEGINNING + timedelta(days=11 * i + 40) if i % 3 != 1 else None}
        for i in range(60)
    ])  # fmt: skip


def _land_service(landed: Landed, chance: random.Random) -> None:
    landed.land("unit", [
        {"serial": f"U{i}", "item_id": 1 + i % 3, "customer_id": 1 + i % 200, "installed_on": BEGINNING + timedelta(days=3 * i),
         "retired_on": BEGINNING + timedelta(days=3 * i + 300) if i % 4 == 0 else None}
        for i in range(80)
    ])  # fmt: skip
    _land_agreements(landed)
    requests = []
    for i in range(400):
        opened = _instant(chance)
        requests.append({
            "number": f"SR{i}", "customer_id": 1 + i % 200, "unit_id": 1 + i % 80, "item_id": 1 + i % 3, "subject": "s",
            "priority": str(i % 3), "state": "closed", "satisfaction": i % 5, "assignee_id": 1 + i % 2,
            "reopened_count": int(i % 9 == 0), "opened_at": opened, "recorded_sla": ("kept", "missed", None)[i % 3],
            "first_response_at": opened + timedelta(hours=chance.expovariate(0.5)) if i % 5 else None,
            "resolved_at": opened + timedelta(hours=chance.expovariate(0.02)) if i % 6 else None,
            "closed_at": opened + timedelta(hours=500 + i % 50) if i % 4 else None,
        })  # fmt: skip
    landed.land("service_request", requests)
    landed.land("state_change", [
        {"entity": "service_request", "record": one, "sequence": place, "verb": "v", "from_state": before,
         "to_state": after, "changed_at": requests[one - 1]["opened_at"] + timedelta(hours=hours)}
        for one in range(1, 400, 3)
        for place, (before, after, hours) in enumerate([
            (None, "new", 0), ("new", "claimed", 2), ("claimed", "in_progress", 5), ("in_progress", "waiting_customer", 9),
            ("waiting_customer", "in_progress", 30), ("in_progress", "resolved", 50), ("resolved", "in_progress", 60 + one),
        ], 1)
    ])  # fmt: skip
    landed.land("complaint", [
        {"number": f"CP{i}", "customer_id": 1 + i, "item_id": 1 + i % 5, "subject": "c", "state": "closed", "cause": "q",
         "opened_at": (opened := _instant(chance)), "resolved_at": opened + timedelta(hours=30) if i % 3 else None}
        for i in range(50)
    ])  # fmt: skip
    landed.land("part_replacement", [
        {"number": f"PR{i}", "unit_id": 1 + i % 80, "part_id": 6 + i % 4, "reason": chance.choice(["failure", "scheduled"]),
         "replaced_at": datetime(2024, 11, 1) + timedelta(days=chance.randrange(300)),  # noqa: DTZ001  # naive UTC
         "cost": 5, "service_request_id": 1 + i}
        for i in range(150)
    ])  # fmt: skip


def _land_agreements(landed: Landed) -> None:
    landed.land("service_calendar", [
        {"code": "K", "name": "K", **dict.fromkeys(("monday", "tuesday", "thursday", "saturday"), "08:30-17:00")}
    ])  # fmt: skip
    landed.land("service_calendar_line", [
        {"service_calendar_id": 1, "line_no": 1, "day": BEGINNING + timedelta(days=60 * i), "kind": ("holiday", "working")[i % 2]}
        for i in range(10)
    ])  # fmt: skip
    landed.land("service_agreement", [
        {"number": f"SA{i}", "customer_id": 1 + i, "starts_on": BEGINNING + timedelta(days=i), "state": "active",
         "ends_on": BEGINNING + timedelta(days=i + 500) if i % 2 else None, "calendar_id": 1 if i % 3 else None,
         "response_hours": 1 + i % 4, "resolution_hours": 30, "pauses_for_customer": i % 2 == 0}
        for i in range(120)
    ])  # fmt: skip
    landed.land("service_agreement_line", [
        {"service_agreement_id": 1 + i, "line_no": 1, "priority": "1", "response_hours": 0.5} for i in range(60)
    ])  # fmt: skip


def _land_stock(landed: Landed, chance: random.Random) -> None:
    landed.land("stock_policy", [
        {"item_id": 1 + i % 10, "depot_id": 1 + i % 2, "safety_stock": 20, "reorder_point": 50} for i in range(10)
    ])  # fmt: skip
    movements = []
    for i in range(600):
        quantity = chance.choice([10, -3, -3])
        movements.append({
            "number": f"M{i}", "item_id": 1 + i % 10, "depot_id": 1 + i % 2, "quantity": quantity, "moved_at": _instant(chance),
            "kind": "receipt" if quantity > 0 else "issue", "unit_cost": chance.choice([3, 4, 5]) if quantity > 0 else None,
        })  # fmt: skip
    landed.land("stock_movement", movements)


def _land_supply(landed: Landed, chance: random.Random) -> None:
    days = [_day(chance) for _ in range(120)]
    landed.land("inbound", [
        {"number": f"IN{i}", "depot_id": 1 + i % 2, "ordered_on": day, "promised_on": day + timedelta(days=20),
         "received_on": day + timedelta(days=chance.randint(5, 35)) if i % 6 else None, "state": "posted" if i % 6 else "ordered"}
        for i, day in enumerate(days)
    ])  # fmt: skip
    landed.land("inbound_line", [
        {"inbound_id": 1 + i, "line_no": 1, "item_id": 1 + i % 10, "quantity": 5 + i % 3} for i in range(120)
    ])  # fmt: skip
    landed.land("outbound_request", [
        {"number": f"OR{i}", "depot_id": 1 + i % 2, "order_id": 200 + i if i % 2 else None, "wanted_on": (day := _day(chance)),
         "state": ("confirmed", "issued", "submitted")[i % 3], "confirmed_at": datetime.combine(day, datetime.min.time()) - timedelta(days=9),
         "released_at": datetime.combine(day, datetime.min.time()) + timedelta(days=2) if i % 3 == 1 else None}
        for i in range(60)
    ])  # fmt: skip
    landed.land("outbound_request_line", [
        {"outbound_request_id": 1 + i, "line_no": 1, "item_id": 1 + i % 10, "quantity": 4, "confirmed_quantity": 3 if i % 3 < 2 else None}
        for i in range(60)
    ])  # fmt: skip
    landed.land("stocktake", [
        {"number": f"ST{i}", "depot_id": 1 + i % 2, "as_of": _instant(chance), "state": "posted"} for i in range(20)
    ])  # fmt: skip
    landed.land("stocktake_line", [
        {"stocktake_id": 1 + i % 20, "line_no": 1 + i // 20, "item_id": 1 + i % 10, "book_quantity": 50,
         "counted_quantity": 50 + chance.choice([0, 0, 0, 1, -4])}
        for i in range(80)
    ])  # fmt: skip
