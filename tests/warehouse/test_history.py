"""Attributes on the fact's day, quarantine, and customers that are gone: what a fact knows of its past."""

from __future__ import annotations

from tests.landed import Landed
from warehouse.asking import Asking
from warehouse.catalog import load_catalog
from warehouse.compile.histories import read_histories
from warehouse.question import parse_question

ASKED = {"as_of": "2026-12-01"}


def land_one_customer(landed: Landed) -> None:
    """Alpha was in the West until the evening of 9 March 2026 (UTC), which is the 10th in Shanghai."""
    landed.land("region", [{"code": "W", "name": "West"}, {"code": "E", "name": "East"}])
    landed.land("customer", [{"code": "A", "name": "Alpha", "region_id": 2, "level": "gold"}])
    landed.connection.execute(
        "insert into history.customer by name select 1 as id, 'A' as code, 'Alpha' as name, 1 as region_id, "
        "'blue' as level, timestamp '2026-03-09 18:00:00' as recorded_to, 1 as change_seq"
    )
    landed.land("item", [{"code": "P", "name": "P", "category": "new", "standard_cost": 7}])
    landed.connection.execute(
        "insert into history.item by name select 1 as id, 'P' as code, 'P' as name, 'old' as category, "
        "5 as standard_cost, timestamp '2026-05-01 00:00:00' as recorded_to, 1 as change_seq"
    )
    days = ("2025-01-01", "2026-03-09", "2026-03-10", "2026-06-01")
    landed.land("order", [
        {"number": str(i), "customer_id": 1, "ordered_on": day, "state": "closed"} for i, day in enumerate(days, 1)
    ])  # fmt: skip
    landed.land("order_line", [
        {"order_id": i, "line_no": 1, "item_id": 1, "quantity": 1, "amount": 10} for i in range(1, 5)
    ])  # fmt: skip


def test_region_of_the_day_and_region_of_today(landed: Landed) -> None:
    land_one_customer(landed)
    landed.model()
    assert landed.ask("orders", by="region,level", **ASKED) == [
        {"region": "East", "level": "gold", "orders": 2},
        {"region": "West", "level": "blue", "orders": 2},
    ]
    assert landed.ask("orders", by="customer.region,customer.level", **ASKED) == [
        {"customer.region": "East", "customer.level": "gold", "orders": 4}
    ]
    assert landed.ask("orders", where="region=West", **ASKED) == [{"orders": 2}]


def test_who_rose_to_another_level_did_not_leave_the_cohort(landed: Landed) -> None:
    land_one_customer(landed)
    landed.model()
    by_age = {row["age"]: row["retention"] for row in landed.ask("retention", by="level,age", **ASKED)}
    assert {age for age, share in by_age.items() if share} == {0, 14, 17}  # bought as blue, and later as gold
    assert [row["level"] for row in landed.ask("retention", by="level,cohort", **ASKED)] == ["blue"]
    assert landed.ask("retention", by="age", where="level=gold", **ASKED) == []


def test_a_filter_chooses_customers_and_leaves_their_histories_whole(landed: Landed) -> None:
    land_one_customer(landed)
    landed.model()
    found = {}
    for level in ("gold", "blue"):
        asked = parse_question(metrics="alive_probability", where=[f"level={level}"], as_of="2026-12-01")
        compilation = Asking(landed.connection, asked, None, None).compilation()
        found[level] = read_histories(compilation, load_catalog().metric("alive_probability"))
    assert found["gold"].frequency.tolist() == [3]
    assert found["gold"].mean_value.tolist() == [10]
    assert found["blue"].frequency.tolist() == []


def test_cost_and_category_of_the_day(landed: Landed) -> None:
    land_one_customer(landed)
    landed.model()
    assert landed.ask("cost_of_sales", by="category", **ASKED) == [
        {"category": "new", "cost_of_sales": 7},
        {"category": "old", "cost_of_sales": 15},
    ]
    assert landed.ask("cost_of_sales", by="item.category", **ASKED) == [
        {"item.category": "new", "cost_of_sales": 22}
    ]


def test_time_in_service_is_split_where_the_customer_moved(landed: Landed) -> None:
    land_one_customer(landed)
    landed.land("unit", [{"serial": "U", "item_id": 1, "customer_id": 1, "installed_on": "2026-03-01"}])
    landed.model()
    asked = {"start": "2026-03-01", "end": "2026-04-01", "as_of": "2026-12-01"}
    rows = {row["region"]: row["unit_years"] for row in landed.ask("unit_years", by="region", **asked)}
    assert {name: round(value * 365.25) for name, value in rows.items()} == {"West": 9, "East": 22}
    standing = landed.ask(
        "units_in_service",
        by="region",
        grain="week",
        start="2026-03-02",
        end="2026-03-16",
        as_of="2026-12-01",
    )
    assert [(row["region"], row["units_in_service"]) for row in standing] == [
        ("East", 0),
        ("East", 1),
        ("West", 1),
        ("West", 0),
    ]


def test_a_row_under_quarantine_is_in_no_metric_but_counted(landed: Landed) -> None:
    land_one_customer(landed)
    landed.connection.execute(
        "insert into meta.quarantine values ('order', 4, 'rule', 'reason', timestamp '2026-06-02')"
    )
    landed.model()
    assert landed.ask("orders,units_sold,gross_revenue,active_customers", **ASKED) == [
        {"orders": 3, "units_sold": 3, "gross_revenue": 30, "active_customers": 0}
    ]
    assert landed.ask("rows_quarantined,rows_loaded", by="entity", where="entity=order") == [
        {"entity": "order", "rows_quarantined": 1, "rows_loaded": 4}
    ]


def test_orders_of_a_customer_that_is_gone_still_count(landed: Landed) -> None:
    land_one_customer(landed)
    landed.land(
        "order", [{"id": 9, "number": "9", "customer_id": 77, "ordered_on": "2026-06-01", "state": "closed"}]
    )
    landed.model()
    assert landed.ask("orders", by="customer.code", **ASKED) == [
        {"customer.code": "A", "orders": 4},
        {"customer.code": None, "orders": 1},
    ]
    assert landed.ask("orders", where="customer.code!=A", **ASKED) == [{"orders": 1}]
