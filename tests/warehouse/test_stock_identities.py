"""Stock adds up: what came is what went and what is there, by day, lot and age; also where it went before it came."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.landed import Landed

DAYS = 120
BEGINNING = date(2025, 1, 1)


@pytest.fixture(scope="module", params=[1, 2])
def store(request: pytest.FixtureRequest) -> Iterator[Landed]:
    """Two depots; the first item in lots throughout, the second now and then, the third never; costs come and go."""
    chance = random.Random(request.param)
    landed = Landed()
    landed.land("org_unit", [{"code": "HQ", "name": "HQ", "kind": "head_office"}])
    landed.land("depot", [{"code": f"D{i}", "name": f"Depot {i}", "org_unit_id": 1} for i in (1, 2)])
    landed.land(
        "item",
        [{"code": f"I{i}", "name": f"Item {i}", "kind": "part", "standard_cost": i} for i in (1, 2, 3)],
    )
    landed.land(
        "lot",
        [
            {"item_id": item, "number": f"L{lot}", "expires_on": BEGINNING + timedelta(days=80 + 20 * lot)}
            for item in (1, 2)
            for lot in range(4)
        ],
    )
    movements = []
    for number in range(400):
        item = chance.choice((1, 2, 3))
        quantity = Decimal(chance.choice((7, 5, -3, -2, -4))) / chance.choice((1, 2))
        named = item == 1 or (item == 2 and chance.random() < 0.5)
        movements.append({
            "number": f"M{number}", "item_id": item, "depot_id": chance.choice((1, 2)), "quantity": quantity,
            "lot": f"L{chance.randrange(4)}" if named else None,
            "moved_at": datetime(2025, 1, 1, 4) + timedelta(hours=chance.randrange(DAYS * 24)),  # noqa: DTZ001
            "kind": "receipt" if quantity > 0 else "issue",
            "unit_cost": Decimal(chance.randrange(100, 900)) / 100 if chance.random() < 0.7 else None,
        })  # fmt: skip
    landed.land("stock_movement", movements)
    landed.model()
    yield landed
    landed.connection.close()


@pytest.mark.parametrize("day", [date(2025, 1, 20), date(2025, 3, 1), date(2025, 6, 1)])
def test_layers_and_buckets_add_up_to_what_is_on_hand(store: Landed, day: date) -> None:
    by = "item.code,depot.code"
    rows = store.ask("on_hand,aged_quantity,aged_value,on_hand_value@method=fifo", by=by, as_of=day)
    assert rows
    for row in rows:
        assert row["on_hand"] == row["aged_quantity"]
        assert row["aged_value"] == row["on_hand_value@method=fifo"]
    whole = store.ask("on_hand,on_hand_value@method=fifo", as_of=day)[0]
    buckets = store.ask("aged_quantity,aged_value", by="bucket", as_of=day)
    assert round(sum(row["aged_quantity"] for row in buckets), 6) == round(whole["on_hand"], 6)
    assert round(sum(row["aged_value"] for row in buckets), 6) == round(whole["on_hand_value@method=fifo"], 6)


def test_what_came_is_what_went_and_what_is_there(store: Landed) -> None:
    for row in store.ask(
        "received_value,issued_value,aged_value", by="item.code,depot.code", as_of="2025-06-01"
    ):
        assert row["received_value"] == pytest.approx(row["issued_value"] + row["aged_value"], abs=1e-9)


def test_every_day_closes_with_what_it_opened_with_and_what_moved(store: Landed) -> None:
    kept = store.ask("on_hand", by="item.code,depot.code", grain="day", start="2025-01-10", end="2025-04-20")
    moved = dict(
        store.connection.execute(
            "select concat(i.code, d.code, m.moved_on), sum(m.quantity) from core.fct_movement as m "
            "join core.dim_item as i using (item_id) join core.dim_depot as d using (depot_id) group by all"
        ).fetchall()
    )
    opening: dict[tuple[str, str], float] = {}
    for row in kept:
        stock = (row["item.code"], row["depot.code"])
        came = float(moved.get(f"{''.join(stock)}{row['period']}", 0))
        assert stock not in opening or row["on_hand"] == pytest.approx(opening[stock] + came)
        opening[stock] = row["on_hand"]


def test_lots_are_streams_of_their_own_where_all_movements_name_one(store: Landed) -> None:
    """By lot the layers of such an item are its movements; of others a lot only says where a layer came from."""
    layers = store.ask("aged_quantity,on_hand", by="lot", where="item.code=I1", as_of="2025-06-01")
    assert all(row["aged_quantity"] == row["on_hand"] for row in layers)
    assert {row["lot"] for row in layers} == {"L0", "L1", "L2", "L3"}


def test_spans_cover_every_day_once(store: Landed) -> None:
    gaps = store.connection.execute(
        "select count(*) from (select valid_to, lead(valid_from) over "
        "(partition by item_id, depot_id order by valid_from) as following from marts.stock_span) "
        "where valid_to is distinct from following"
    ).fetchone()
    assert gaps == (0,)
