"""Which rows of a file a mapping takes: conditions, equal rows, junk above and below, cells filled from above."""

import pytest

from tests.transfer.desk import rejected

CUSTOMERS = "select code, name, industry, level from customer where code <> 'C1' order by code"


WHERES = [
    ('{ in = ["a", "b"] }', "a b"), ('"a"', "a"), ('["a", 7]', "a 7"), ('{ not = ["a"] }', "b 7 12"),
    ('{ in = [""] }', ""), ('{ present = true }', "a b 7 12"), ("{ present = false }", ""), ('{ prefix = "1" }', "12"),
    ('{ prefix = ["1", "7"] }', "7 12"), ('{ not_prefix = "1" }', "a b 7"), ("{ min = 8 }", "12"), ("{ max = 7.0 }", "7"),
    ('{ min = "a", max = "az" }', "a"), ('{ min = 1, not = ["12"] }', "7"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "taken"), WHERES)
def test_where(shop, condition, taken):
    text = "k,v\nKa,a\nKb,b\nK7,7\nK12,12\nK,\n"
    result = shop.load("customer", text, f'[columns]\ncode = "k"\nname = "k"\n[where]\nv = {condition}\n')
    empty = {'{ in = [""] }', "{ present = false }", '{ not = ["a"] }', '{ not_prefix = "1" }'}
    expected = {f"K{one}" for one in taken.split()} | ({"K"} if condition in empty else set())
    assert {row[0] for row in shop.sql(CUSTOMERS)} == expected
    assert (result.loaded, result.skipped, result.exit_code) == (len(expected), 5 - len(expected), 0)


def test_distinct_rows_are_taken_once_and_counted(shop):
    text = "k,n,extra\nK1,A,1\nK1,A,1\nK2,B,1\n"
    result = shop.load("customer", text, '[columns]\ncode = "k"\nname = "n"\n[rows]\ndistinct = true\n')
    assert (result.loaded, result.duplicates) == (2, 1)


def test_distinct_compares_every_column_of_the_file_for_documents(shop):
    mapping = '[columns]\nnumber = "n"\ncustomer = "c"\nordered_on = "d"\nlines.item = "i"\nlines.quantity = "q"\n[rows]\ndistinct = true\n'
    text = "n,c,d,i,q,position\nO1,C1,2026-01-01,P1,1,1\nO1,C1,2026-01-01,P1,1,2\nO1,C1,2026-01-01,P1,1,2\n"
    result = shop.load("order", text, mapping)
    assert (result.loaded, result.duplicates, shop.one("select count(*) from order_line")) == (2, 1, 2)


def test_distinct_compares_the_mapped_columns_of_records_without_lines(shop):
    text = "n,customer,when\nO1,K1,1\nO2,K1,2\nO3,K2,3\n"
    result = shop.load(
        "customer", text, '[columns]\ncode = "customer"\nname = "customer"\n[rows]\ndistinct = true\n'
    )
    assert (result.loaded, result.duplicates) == (2, 1)


def test_distinct_by_named_columns_takes_the_first(shop):
    text = "k,n\nK1,First\nK1,Second\nK2,Other\n"
    result = shop.load("customer", text, '[columns]\ncode = "k"\nname = "n"\n[rows]\ndistinct = ["k"]\n')
    assert [row[1] for row in shop.sql(CUSTOMERS)] == ["First", "Other"]
    assert result.duplicates == 1


def test_a_cell_takes_what_stands_above(shop):
    text = "region,k\nEast,K1\n,K2\nWest,K3\n,K4\n"
    shop.load(
        "customer",
        text,
        '[columns]\ncode = "k"\nname = "k"\nlevel = "region"\n[rows]\nfill_down = ["region"]\n',
    )
    assert [row[3] for row in shop.sql(CUSTOMERS)] == ["East", "East", "West", "West"]


def test_totals_at_the_end_are_not_read(shop):
    text = "k,n\nK1,A\nK2,B\nTotal,2\n\nprinted today\n"
    result = shop.load("customer", text, '[columns]\ncode = "k"\nname = "n"\n[rows]\nskip_last = 2\n')
    assert (result.read, result.loaded) == (2, 2)


def test_a_ragged_row_ends_with_its_last_cell(shop):
    text = "a,b,c\nd\n"
    mapping = 'header = ["1", "2", "3"]\n[columns]\ncode = "k"\nname = "k"\n[rows]\nragged = true\n'
    mapping += '[unpivot]\ncolumns = "*"\nname = "place"\nvalue = "k"\n[where]\nk = { present = true }\n'
    assert shop.load("customer", text, mapping).loaded == 4
    long = shop.load("customer", "e,f,g,h\n", mapping)
    assert (long.refused, "4 cells" in rejected(long)[0]["reason"]) == (3, True)


def test_skip_first_and_null(shop):
    text = "a report\n\nk,n,l\nK1,A,?\nK2,B,-100\nK3,C,x\n"
    mapping = '[columns]\ncode = "k"\nname = "n"\nlevel = "l"\n[rows]\nskip_first = 2\nnull = ["?", "-100"]\n'
    shop.load("customer", text, mapping)
    assert [row[3] for row in shop.sql(CUSTOMERS)] == [None, None, "x"]
