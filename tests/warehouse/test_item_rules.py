"""Rules of several items over orders: counted by hand, under filters and row rules, refused where they mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.landed import Landed
from warehouse.ask import item_rules
from warehouse.question import AskRefused, Question, parse_as_of

# six orders of customer A hold pump and seal, five of them a valve too; four of B hold other things
BASKETS = [
    *([(1, "closed", (1, 2, 3))] * 5),
    (1, "closed", (1, 2)),
    (1, "void", (1, 2)),
    *([(2, "closed", (3, 4))] * 4),
]


@pytest.fixture(scope="module")
def shop() -> Iterator[Landed]:
    landed = Landed()
    landed.land("customer", [{"code": code, "name": code} for code in "AB"])
    landed.land(
        "item",
        [{"code": f"P{i}", "name": name} for i, name in enumerate(["Pump", "Seal", "Valve", "Hose"], 1)],
    )
    landed.land("order", [
        {"number": str(number), "customer_id": customer, "ordered_on": f"2026-01-{number:02}", "state": state, "org_unit_id": customer}
        for number, (customer, state, _) in enumerate(BASKETS, 1)
    ])  # fmt: skip
    landed.land("order_line", [
        {"order_id": number, "line_no": place, "item_id": item, "quantity": 1, "unit_price": 1, "amount": 1}
        for number, (_, _, items) in enumerate(BASKETS, 1)
        for place, item in enumerate((*items, items[0]))  # twice in an order counts once
    ])  # fmt: skip
    landed.model()
    yield landed
    landed.connection.close()


def found(
    shop: Landed, support: float, confidence: float, scope: Any = None, **asked: Any
) -> dict[tuple[str, ...], Any]:
    rules = item_rules(shop.connection, Question((), **asked), scope, support=support, confidence=confidence)
    assert [rule["lift"] for rule in rules] == sorted((rule["lift"] for rule in rules), reverse=True)
    return {
        (*(item["code"] for item in rule["antecedent"]), rule["consequent"]["code"]): (
            rule["orders"], rule["support"], rule["confidence"], rule["lift"],
        )
        for rule in rules
    }  # fmt: skip


def test_support_confidence_and_lift_by_hand(shop: Landed) -> None:
    rules = found(shop, 0.5, 0.8)  # of ten orders that count
    assert rules["P1", "P2"] == (6, 0.6, 1, 10 / 6)
    assert rules["P1", "P2", "P3"] == (5, 0.5, 5 / 6, pytest.approx(5 * 10 / (6 * 9)))
    assert rules["P1", "P3", "P2"] == (5, 0.5, 1, pytest.approx(10 / 6))
    assert not any("P4" in rule for rule in rules)
    assert ("P3", "P1") not in rules  # five of nine orders with a valve


def test_range_filters_and_row_rules_choose_the_orders(shop: Landed) -> None:
    of_a = found(shop, 0.8, 0.8, where=("customer.code=A",))
    assert of_a["P3", "P1"] == (5, 5 / 6, 1, 1)
    assert found(shop, 0.8, 0.8, scope={"order": {"org_unit_id": (1,)}}) == of_a
    assert found(shop, 0.8, 0.8, as_of=parse_as_of("2026-01-07")) == of_a
    assert found(shop, 0.8, 0.8, end=parse_as_of("2025-01-01")) == {}


@pytest.mark.parametrize(
    ("support", "confidence", "where", "sentence"),
    [
        (0, 0.5, (), "support is a share above 0 and up to 1, not 0"),
        (0.5, 1.5, (), "confidence is a share above 0 and up to 1, not 1.5"),
        (0.1, 0.5, (), "Of the 10 orders selected, support is 0.5 at least: 5 orders"),
        (0.5, 0.5, ("item.code=P1",), "cannot be divided or filtered by 'item.code'"),
    ],
)
def test_what_means_nothing_is_refused(
    shop: Landed, support: float, confidence: float, where: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(AskRefused, match=sentence):
        found(shop, support, confidence, where=where)
