"""Keys that exist already: fail, skip, update; the same file twice changes nothing the second time."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operational.transfer.failure import TransferFailed
from tests.transfer.desk import rejected, remarks, stocked

CUSTOMERS = "code,name,level\nK1,A,gold\nK2,B,\n"
ORDERS = """number,customer,ordered_on,lines.item,lines.quantity,lines.unit_price
O1,C1,2026-01-01,P1,1,
O1,C1,2026-01-01,P2,2,5
O2,C1,2026-01-02,P1,3,
"""


def log(desk):
    return desk.one("select count(*) from change_log")


def test_by_default_a_conflict_changes_nothing(desk):
    desk.load("customer", CUSTOMERS)
    before = log(desk)
    with pytest.raises(TransferFailed) as caught:
        desk.load("customer", "code,name\nK0,New\nK2,Other\nK1,Other\n")
    assert caught.value.message.en.startswith("Row 3: 'K2' exists already")
    assert "2 conflicts in all; nothing was changed" in caught.value.message.en
    assert log(desk) == before


def test_a_key_that_comes_again_in_the_file_is_a_conflict(quick_desk):
    with pytest.raises(TransferFailed, match="Row 4: 'K1' comes again in the same file"):
        quick_desk.load("customer", "code,name\nK1,A\nK2,B\nK1,C\n")
    skipped = quick_desk.load("customer", "code,name\nK1,A\nK2,B\nK1,C\n", on_conflict="skip")
    assert (skipped.loaded, skipped.skipped, skipped.exit_code) == (2, 1, 0)
    assert quick_desk.one("select name from customer where code = 'K1'") == "A"
    updated = quick_desk.load("customer", "code,name\nK3,A\nK3,B\n", on_conflict="update")
    assert (updated.loaded, updated.skipped) == (1, 1)
    assert "came again in a later row" in remarks(updated)
    assert quick_desk.one("select name from customer where code = 'K3'") == "B"


def test_a_bad_row_is_refused_and_makes_no_conflict(quick_desk):
    quick_desk.load("customer", CUSTOMERS)
    result = quick_desk.load("customer", "code,name,turnover\nK1,A,x\nK9,B,1\n")
    assert (result.loaded, result.refused) == (1, 1)


@pytest.mark.parametrize("policy", ["skip", "update"])
def test_the_same_file_twice_changes_nothing_the_second_time(desk, policy):
    stocked(desk)
    desk.load("customer", CUSTOMERS)
    desk.load("order", ORDERS)
    desk.sql("select 1")
    before, rows = (
        log(desk),
        desk.sql('select * from "order"')
        + desk.sql("select * from order_line")
        + desk.sql("select * from customer"),
    )
    one, two = (
        desk.load("customer", CUSTOMERS, on_conflict=policy),
        desk.load("order", ORDERS, on_conflict=policy),
    )
    expected = (2, 0) if policy == "skip" else (0, 2)
    assert (one.skipped, one.unchanged) == expected
    assert two.skipped + two.unchanged == 3
    assert log(desk) == before
    assert rows == desk.sql('select * from "order"') + desk.sql("select * from order_line") + desk.sql(
        "select * from customer"
    )


def test_update_changes_what_the_file_gives_and_nothing_else(desk):
    stocked(desk)
    desk.load("customer", "code,name,level,industry,turnover\nK1,A,gold,steel,5\nK2,B,,glass,\n")
    result = desk.load("customer", "code,level,turnover\nK1,silver,5\nK2,,7\nC1,,\n", on_conflict="update")
    assert (result.updated, result.unchanged) == (2, 1)
    found = desk.sql(
        "select name, level, industry, turnover, version from customer where code like 'K%' order by code"
    )
    assert found == [("A", "silver", "steel", 50_000, 2), ("B", None, "glass", 70_000, 2)]


def test_update_empties_what_the_file_leaves_empty_but_keeps_defaults(quick_desk):
    quick_desk.load("customer", "code,name,level,kind\nK1,A,gold,prospect\n")
    quick_desk.load("customer", "code,name,level,kind\nK1,A,,\n", on_conflict="update")
    assert quick_desk.sql("select level, kind from customer") == [(None, "prospect")]


def test_update_makes_new_records_too_and_refuses_those_that_lack_something(quick_desk):
    quick_desk.load("customer", CUSTOMERS)
    result = quick_desk.load("customer", "code,level\nK1,x\nK9,y\n", on_conflict="update")
    assert (result.updated, result.refused) == (1, 1)
    assert rejected(result)[0]["field"] == "name"
    assert rejected(result)[0]["reason"].startswith("there is no 'K9' to update, and a new one needs 'Name'")


def test_update_replaces_lines_that_differ(desk):
    stocked(desk)
    desk.load("order", ORDERS)
    result = desk.load("order", ORDERS.replace("P2,2,5", "P2,4,5"), on_conflict="update")
    assert (result.updated, result.unchanged) == (2, 1)
    assert desk.sql('select number, amount, version from "order" order by 1') == [
        ("O1", 1_200_000, 2),
        ("O2", 3_000_000, 1),
    ]
    fewer = "number,customer,ordered_on,lines.item,lines.quantity\nO1,C1,2026-01-01,P1,1\n"
    assert desk.load("order", fewer, on_conflict="update").updated == 1
    assert (
        desk.one("select count(*) from order_line l join \"order\" o on o.id = order_id where number = 'O1'")
        == 1
    )
    assert desk.one("select amount from \"order\" where number = 'O1'") == 1_000_000


def test_an_update_of_the_header_alone_leaves_the_lines(quick_desk):
    stocked(quick_desk).load("order", ORDERS)
    before = quick_desk.sql("select * from order_line")
    result = quick_desk.load("order", "number,remarks\nO1,hurry\n", on_conflict="update")
    assert result.updated == 1
    assert quick_desk.sql("select * from order_line") == before
    assert quick_desk.sql("select remarks, amount from \"order\" where number = 'O1'") == [
        ("hurry", 1_100_000)
    ]


def test_lines_that_change_make_a_new_version_even_without_a_total(quick_desk):
    stocked(quick_desk)
    head = "number,depot,shipped_on,lines.item,lines.quantity\n"
    quick_desk.load("shipment", head + "S1,D1,2026-01-01,P1,1\n")
    quick_desk.load("shipment", head + "S1,D1,2026-01-01,P1,2\n", on_conflict="update")
    assert quick_desk.one("select version from shipment") == 2


def test_a_price_that_changed_meanwhile_does_not_change_old_lines(quick_desk):
    stocked(quick_desk).load("order", ORDERS)
    quick_desk.load("item", "code,list_price\nP1,500\n", on_conflict="update")
    assert quick_desk.load("order", ORDERS, on_conflict="update").unchanged == 3


def test_an_exported_amount_follows_a_changed_quantity(quick_desk):
    stocked(quick_desk)
    head = "number,customer,ordered_on,lines.item,lines.quantity,lines.unit_price,lines.amount\n"
    quick_desk.load("order", head + "O1,C1,2026-01-01,P1,2,10,20\n")
    quick_desk.load("order", head + "O1,C1,2026-01-01,P1,3,10,20\n", on_conflict="update")
    assert quick_desk.one("select amount from order_line") == 300_000


def test_an_update_may_not_do_what_the_form_may_not(quick_desk):
    stocked(quick_desk)
    quick_desk.load(
        "order",
        ORDERS.replace("ordered_on,", "ordered_on,state,")
        .replace("-01,", "-01,approved,")
        .replace("-02,", "-02,draft,"),
        history=True,
    )
    result = quick_desk.load(
        "order", ORDERS.replace(",3,", ",9,").replace("P2,2,", "P2,9,"), on_conflict="update"
    )
    assert (result.updated, result.refused) == (1, 2)
    assert "the record is 'Approved' and cannot be edited" in rejected(result)[0]["reason"]
    moved = quick_desk.load("order", "number,state\nO2,approved\n", on_conflict="update")
    assert "a state changes by its verbs" in rejected(moved)[0]["reason"]
    free = quick_desk.load("order", "number,remarks\nO1,hurry\n", on_conflict="update")
    assert free.updated == 1  # always editable
    same = quick_desk.load("order", "number,state\nO1,approved\n", on_conflict="update")
    assert same.unchanged == 1


def test_with_history_an_update_sets_states_too(quick_desk):
    stocked(quick_desk).load("order", ORDERS)
    quick_desk.load("order", "number,state\nO1,closed\n", on_conflict="update", history=True)
    assert quick_desk.sql('select state from "order" order by number') == [("closed",), ("draft",)]


def test_movements_are_never_changed(quick_desk):
    stocked(quick_desk)
    head = "number,item,depot,quantity,moved_at\n"
    quick_desk.load("stock_movement", head + "M1,P1,D1,5,2026-01-01\n", history=True)
    result = quick_desk.load(
        "stock_movement", head + "M1,P1,D1,6,2026-01-01\n", history=True, on_conflict="update"
    )
    assert "is never changed; correct it by a new one" in rejected(result)[0]["reason"]


def test_a_key_of_two_parts(desk):
    stocked(desk)
    head = "item,depot,safety_stock\n"
    desk.load("stock_policy", head + "P1,D1,5\nP2,D1,7\n")
    result = desk.load("stock_policy", head + "P1,D1,6\nP2,D1,7\n", on_conflict="update")
    assert (result.updated, result.unchanged) == (1, 1)
    with pytest.raises(TransferFailed, match="'P1~D1' exists already"):
        desk.load("stock_policy", head + "P1,D1,6\n")


def test_a_row_that_would_lead_back_through_the_store_is_refused_and_the_others_are_in(quick_desk):
    quick_desk.load("region", "code,name,parent\nR1,A,\nR2,B,R1\nR3,C,R2\nR4,D,R1\n")
    file = "code,name,parent\nR1,A,R3\nR4,New,R1\nR5,E,R1\nR3,C,R2\n"
    result = quick_desk.load("region", file, on_conflict="update")
    assert {row["code"]: row["field"] for row in rejected(result)} == {"R1": "parent", "R3": "parent"}
    assert (result.loaded, result.updated, result.refused) == (1, 1, 2)
    found = quick_desk.sql(
        "select r.code, r.name, p.code from region r left join region p on p.id = r.parent_id"
    )
    assert sorted(found) == [
        ("R1", "A", None), ("R2", "B", "R1"), ("R3", "C", "R2"), ("R4", "New", "R1"), ("R5", "E", "R1"),
    ]  # fmt: skip


def test_records_of_a_file_may_name_each_other_in_any_order(desk):
    desk.load("region", "code,name,parent\nR3,C,R2\nR2,B,R1\nR1,A,\n")
    found = desk.sql(
        "select r.code, p.code from region r left join region p on p.id = r.parent_id order by 1"
    )
    assert found == [("R1", None), ("R2", "R1"), ("R3", "R2")]
    again = desk.load("region", "code,name,parent\nR3,C,R2\nR2,B,R1\nR1,A,\n", on_conflict="update")
    assert again.unchanged == 3


def test_an_unknown_policy_is_wrong_usage(quick_desk):
    with pytest.raises(TransferFailed, match="write fail, skip or update") as caught:
        quick_desk.load("customer", CUSTOMERS, on_conflict="merge")
    assert caught.value.exit_code == 2


RUNS = itertools.count()
KEYS = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=15)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=KEYS)
def test_no_file_makes_a_record_twice(shop, keys):
    """Whatever keys come again: failing changes nothing, skipping keeps the first, and a second time nothing is new."""
    run = f"run {next(RUNS)} "  # the store stays: each example has keys of its own
    rows = [f"{run}{key},row {place}\n" for place, key in enumerate(keys)]
    text = "code,name\n" + "".join(rows)
    if len(set(keys)) < len(keys):
        with pytest.raises(TransferFailed):
            shop.load("customer", text)
        assert shop.one("select count(*) from customer where code like :run", run=f"{run}%") == 0
    for expected in (len(set(keys)), 0):
        result = shop.load("customer", text, on_conflict="skip")
        assert (result.loaded, result.refused, result.exit_code) == (expected, 0, 0)
    kept = shop.sql("select code, name from customer where code like :run", run=f"{run}%")
    assert dict(kept) == {f"{run}{key}": f"row {keys.index(key)}" for key in keys}
