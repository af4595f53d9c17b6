"""Files brought into another shape by a mapping: joined with a second one, made long, rows repeated by a count."""

import gzip

import pytest

from operational.transfer.failure import TransferFailed
from tests.transfer.desk import rejected

ORDER = """
[columns]
number = "id"
customer = "cust"
ordered_on = "day"
state = "status"
lines.item = "sku"
lines.quantity = "q"
[join."headers.csv"]
on = { order_id = "id" }
"""


def test_join_brings_columns_of_a_second_file(shop):
    shop.file(
        "headers.csv",
        "id,cust,day,status\nO1,C1,2026-01-01,closed\nO1,C1,2026-01-01,closed\nO2,C1,2026-01-02,void\n",
    )
    mapping = ORDER.replace('number = "id"', 'number = "order_id"')
    shop.load("order", "order_id,sku,q\nO1,P1,1\nO2,P1,2\nO1,P2,3\n", mapping, history=True)
    assert shop.sql('select number, state from "order" order by 1') == [("O1", "closed"), ("O2", "void")]


def test_a_join_that_is_not_unique_refuses_the_rows_and_one_that_finds_nothing_leaves_them_empty(shop):
    shop.file("headers.csv", "id,cust,day,status\nO1,C1,2026-01-01,closed\nO1,C1,2026-01-09,closed\n")
    mapping = ORDER.replace('number = "id"', 'number = "order_id"')
    result = shop.load("order", "order_id,sku,q\nO1,P1,1\nO2,P1,2\n", mapping, history=True)
    reasons = {row["order_id"]: row["reason"] for row in rejected(result)}
    assert "several different rows of headers.csv" in reasons["O1"]
    assert "is required, but empty" in reasons["O2"]
    assert result.refused == 2


def test_a_join_may_take_some_rows_of_the_second_file_even_of_the_same(shop):
    """Each replacement needs the age at which its unit was last seen: another row of the same file."""
    mapping = """
[columns]
number = { template = "R-{row}" }
customer = { default = "C1" }
subject = "unit"
opened_at = { default = "2026-03-01", minus = "customer.csv:age", plus = "age" }
[where]
what = "part"
[join."customer.csv"]
on = { unit = "unit" }
where = { what = "end", age = { min = 1 } }
"""
    text = "unit,what,age\nA,part,3\nA,part,5\nA,end,10\nA,end,0\nB,part,1\n"
    path = shop.file("customer.csv", text)
    result = shop.load("service_request", path, mapping)
    assert shop.sql("select number, opened_at from service_request order by 1") == [
        ("R-2", "2026-02-21 16:00:00.000000"),
        ("R-3", "2026-02-23 16:00:00.000000"),
    ]
    assert (result.skipped, result.refused, rejected(result)[0]["field"]) == (2, 1, "opened_at")


def test_a_second_join_may_use_the_firsts_columns_and_a_clash_is_told_apart(shop):
    shop.file("sub.csv", "sub,name,cat\nS1,Sub one,C9\n")
    shop.file("cat.csv.gz", gzip.compress(b"cat,title\nC9,Category nine\n"))
    mapping = """
[columns]
code = "k"
name = "name"
category = { template = "{title} / {sub.csv:name}" }
[join."sub.csv"]
on = { sub = "sub" }
[join."cat.csv.gz"]
on = { cat = "cat" }
"""
    shop.load("item", "k,name,sub\nI1,Item,S1\n", mapping)
    assert shop.sql("select name, category from item where code = 'I1'") == [
        ("Item", "Category nine / Sub one")
    ]


def test_unpivot_makes_a_wide_file_long(shop):
    mapping = """
[columns]
number = { template = "{part}-{month}" }
ordered_on = { column = "month", format = "%Y-%m" }
lines.item = "part"
lines.quantity = "units"
[constants]
customer = "C1"
[where]
units = { present = true, not = ["0"] }
[unpivot]
columns = ["19*", "2000-01"]
name = "month"
value = "units"
"""
    result = shop.load("order", "part,1999-11,1999-12,2000-01\nP1,1,0,3\nP2,,5,\n", mapping)
    assert (result.read, result.loaded, result.skipped) == (6, 3, 3)
    found = shop.sql(
        'select number, ordered_on, quantity from "order" o join order_line l on l.order_id = o.id order by 1'
    )
    assert found == [("P1-1999-11", "1999-11-01", 1_000_000), ("P1-2000-01", "2000-01-01", 3_000_000),
                     ("P2-1999-12", "1999-12-01", 5_000_000)]  # fmt: skip


UNITS = """
[columns]
serial = { template = "U-{row}-{copy}" }
item = "part"
installed_on = { default = "2026-01-01" }
[rows]
repeat = "count"
"""


def test_a_row_comes_as_many_times_as_it_counts(shop):
    text = "part,count,event\nP1,2,ok\nP2,0,ok\nP1,1,ok\nP1,many,lost\n"
    mapping = UNITS + '[where]\nevent = "ok"\n'
    result = shop.load("unit", text, mapping)
    assert (result.read, result.loaded, result.skipped, result.refused) == (5, 3, 2, 0)
    assert shop.sql("select serial from unit order by 1") == [("U-2-1",), ("U-2-2",), ("U-4-1",)]
    again = shop.load("unit", text, mapping, on_conflict="update")
    assert (again.loaded, again.updated, again.unchanged) == (0, 0, 3)


def test_a_count_that_is_none_refuses_its_row_once(shop):
    counts = ["", "some", "1.5", "-1", "1000001", "9" * 30, "2.0"]
    rows = "".join(f"P1,{count}\n" for count in counts)
    result = shop.load("unit", f"part,count\n{rows}", UNITS)
    assert (result.loaded, result.refused) == (2, 6)
    found = [(row["row"], row["field"], row["reason"]) for row in rejected(result)]
    assert [row[:2] for row in found] == [(str(number), "count") for number in range(2, 8)]
    for (*_, reason), said in zip(
        found,
        [
            "is required",
            "'some' is no number",
            "not whole",
            "less than 0",
            "more than 1000000",
            "more than 1000000",
        ],
        strict=True,
    ):
        assert said in reason


def test_a_file_that_would_become_too_many_rows_changes_nothing(shop):
    with pytest.raises(TransferFailed, match=r"rows\.repeat: the file would become 11000000 rows"):
        shop.load("unit", "part,count\n" + "P1,1000000\n" * 11, UNITS)


def test_copies_are_no_equal_rows(shop):
    text = "part,count,lot\nP1,2,a\nP1,3,a\nP2,2,b\n"
    result = shop.load("unit", text, UNITS + 'distinct = ["lot"]\n')
    assert (result.loaded, result.duplicates) == (4, 3)
    assert shop.sql("select serial from unit order by 1") == [("U-2-1",), ("U-2-2",), ("U-4-1",), ("U-4-2",)]
    whole = shop.load("unit", text, UNITS + "distinct = true\n", on_conflict="skip")
    assert (whole.loaded, whole.duplicates) == (3, 0)
