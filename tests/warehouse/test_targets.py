"""Figures beside their targets: the same period, sums of finer ones, one dimension, null where none is kept."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.landed import Landed
from warehouse.question import AskRefused

SPRING = {"start": "2026-01-01", "end": "2026-07-01", "as_of": "2026-11-01", "compare": "target"}


@pytest.fixture
def planned(landed: Landed) -> Landed:
    """Ten sold each month in the East, five in the West; plans by month, quarter and year."""
    landed.land("region", [{"code": "E", "name": "East"}, {"code": "W", "name": "West"}])
    landed.land(
        "customer",
        [{"code": "A", "name": "Alpha", "region_id": 1}, {"code": "B", "name": "Beta", "region_id": 2}],
    )
    landed.land("item", [{"code": "P", "name": "P"}])
    months = range(1, 7)
    landed.land("order", [
        {"number": f"{customer}-{month}", "customer_id": customer, "ordered_on": f"2026-{month:02}-15", "state": "closed"}
        for month in months for customer in (1, 2)
    ])  # fmt: skip
    landed.land("order_line", [
        {"order_id": number, "line_no": 1, "item_id": 1, "quantity": 1, "amount": 10 if number % 2 else 5}
        for number in range(1, 13)
    ])  # fmt: skip
    landed.land("target_value", [
        {"metric": metric, "period": period, "dimension": dimension, "member": member, "value": value}
        for metric, period, dimension, member, value in [
            ("revenue", "2026-01", "all", "all", 14), ("revenue", "2026-02", "all", "all", 16),
            ("revenue", "2026-03", "all", "all", 18), ("revenue", "2026-Q2", "all", "all", 60),
            ("revenue", "2026", "all", "all", 200),
            ("revenue", "2026-Q1", "region", "E", 40), ("revenue", "2026-Q1", "region", "West", 20),
            ("average_order_value", "2026-01", "all", "all", 8), ("average_order_value", "2026-Q1", "all", "all", 9),
            ("average_order_value", "2026-Q2", "all", "all", 9), ("average_order_value", "2026-Q3", "all", "all", 7),
        ]
    ])  # fmt: skip
    landed.model()
    return landed


def targets(rows: list[dict[str, object]], name: str = "revenue") -> list[object]:
    return [row[f"{name}:target"] for row in rows]


def test_each_period_beside_its_own_target(planned: Landed) -> None:
    rows = planned.ask("revenue", grain="month", **SPRING)
    assert [row["revenue"] for row in rows] == [15] * 6
    assert targets(rows) == [14, 16, 18, None, None, None]


def test_finer_targets_are_summed_where_they_leave_no_gap(planned: Landed) -> None:
    assert targets(planned.ask("revenue", grain="quarter", **SPRING)) == [48, 60]
    assert targets(planned.ask("revenue", **SPRING)) == [108]
    assert targets(planned.ask("revenue", **SPRING | {"start": "2026-02-01"})) == [94]
    assert targets(planned.ask("revenue", **SPRING | {"start": "2026-02-10"})) == [None]
    assert targets(planned.ask("revenue", **SPRING | {"end": "2026-06-01"})) == [None]
    year = {"start": "2026-01-01", "end": "2027-01-01", "as_of": "2027-02-01"}
    assert targets(planned.ask("revenue", **SPRING | year)) == [200]


def test_a_figure_that_does_not_add_up_is_held_to_what_its_periods_say_alike(planned: Landed) -> None:
    asked = SPRING | {"end": "2026-04-01"}
    assert targets(planned.ask("average_order_value", grain="month", **asked), "average_order_value") == [
        8,
        None,
        None,
    ]
    assert targets(planned.ask("average_order_value", **asked), "average_order_value") == [9]
    longer = [SPRING, SPRING | {"end": "2026-10-01"}]
    assert [targets(planned.ask("average_order_value", **one), "average_order_value") for one in longer] == [
        [9],
        [None],
    ]


def test_members_are_called_by_key_or_title(planned: Landed) -> None:
    rows = planned.ask("revenue", by="region", grain="quarter", **SPRING)
    assert [(row["region"], row["revenue:target"]) for row in rows] == [
        ("East", 40), ("East", None), ("West", 20), ("West", None),
    ]  # fmt: skip


def test_a_member_reached_through_another_record_has_its_target_too(planned: Landed) -> None:
    spring = {**SPRING, "end": "2026-04-01"}
    rows = planned.ask("revenue", by="customer.region", **spring)
    assert [(row["customer.region"], row["revenue:target"]) for row in rows] == [("East", 40), ("West", 20)]
    alone = planned.ask("revenue", where=["customer.region=West"], **spring)
    assert targets(alone) == [20]
    part = planned.ask("revenue", by="customer.region", where=["customer=Alpha"], **spring)
    assert set(targets(part)) == {None}


def test_an_attribute_is_not_taken_for_the_record_that_is_called_like_it(planned: Landed) -> None:
    planned.land("customer", [{"code": "C", "name": "Gamma", "region_id": 1, "level": "A"}])
    planned.land(
        "target_value",
        [{"metric": "revenue", "period": "2026-Q1", "dimension": "customer", "member": "A", "value": 9}],
    )
    planned.land(
        "order", [{"number": "C-1", "customer_id": 3, "ordered_on": "2026-01-15", "state": "closed"}]
    )
    planned.model()
    by_level = planned.ask("revenue", by="customer.level", **{**SPRING, "end": "2026-04-01"})
    assert set(targets(by_level)) == {None}


def test_the_target_of_an_unfinished_period_is_that_of_the_whole(planned: Landed) -> None:
    (row,) = planned.ask("revenue", grain="month", start="2026-02-01", as_of="2026-02-10", compare="target")
    assert row["partial"]
    assert row["revenue:target"] == Decimal(16)


def test_a_stretch_that_is_still_running_has_its_last_period_whole(planned: Landed) -> None:
    asked = {"start": "2026-01-01", "as_of": "2026-02-10", "compare": "target"}
    assert targets(planned.ask("revenue", **asked)) == [14 + 16]
    assert targets(planned.ask("revenue", **asked | {"as_of": "2026-12-10"})) == [200]
    assert targets(planned.ask("revenue", end="2026-02-10", **asked | {"as_of": "2026-03-10"})) == [None]


def test_a_narrowed_figure_has_the_target_of_its_one_member_or_none(planned: Landed) -> None:
    quarter = SPRING | {"end": "2026-04-01"}
    assert targets(planned.ask("revenue", where="region=East", **quarter)) == [40]
    assert targets(planned.ask("revenue", where="region.code=W", **quarter)) == [20]
    for where in (["region=East", "region=West"], ["region!=East"], ["region=East", "item=P"], ["item=P"]):
        assert targets(planned.ask("revenue", where=where, **quarter)) == [None]
    assert targets(planned.ask("revenue", by="region", where="item=P", **quarter)) == [None, None]


def test_row_rules_leave_no_part_to_be_compared_with_the_target_of_the_whole(planned: Landed) -> None:
    seen: dict[str, dict[str, tuple[int, ...]]] = {
        name: {} for name in ("order", "return_note", "shipment", "customer", "target_value", "region")
    }
    quarter = SPRING | {"end": "2026-04-01"}
    assert targets(planned.ask("revenue", scope=seen, **quarter)) == [48]
    own = seen | {"order": {"org_unit_id": (1,)}}
    assert targets(planned.ask("revenue", scope=own, **quarter)) == [None]
    assert targets(planned.ask("revenue", by="region", scope=own, **quarter)) in ([], [None], [None, None])


def test_without_the_right_to_read_targets_there_are_none(planned: Landed) -> None:
    scope: dict[str, dict[str, tuple[int, ...]]] = {
        "order": {},
        "return_note": {},
        "shipment": {},
        "customer": {},
    }
    rows = planned.ask("revenue", grain="month", scope=scope, **SPRING)
    assert targets(rows) == [None] * 6
    assert (
        targets(planned.ask("revenue", grain="month", scope=scope | {"target_value": {}}, **SPRING))[0] == 14
    )


@pytest.mark.parametrize(
    ("says", "sentence"),
    [({"by": "region,level"}, "by one dimension|ask by one"), ({"start": None}, "--from or --grain")],
)
def test_what_no_target_can_be_for_is_refused(
    planned: Landed, says: dict[str, object], sentence: str
) -> None:
    with pytest.raises(AskRefused, match=sentence):
        planned.ask("revenue", **SPRING | says)
