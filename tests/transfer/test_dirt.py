"""What real files bring: each kind of dirt of reliability.md, part 7, in a small file."""

import pytest

from tests.transfer.desk import rejected, remarks

ORDER = "number,customer,ordered_on,lines.item,lines.quantity\n"
BY_POSITION = '[columns]\nnumber = "number"\ncustomer = "customer"\nordered_on = "ordered_on"\nlines.item = "lines.item"\nlines.quantity = "lines.quantity"\n'


def test_1_a_whole_file_pasted_twice(shop):
    rows = "O1,C1,2026-01-01,P1,1\nO1,C1,2026-01-01,P2,1\n"
    result = shop.load("order", ORDER + rows + rows, BY_POSITION + "[rows]\ndistinct = true\n")
    assert (result.loaded, result.duplicates) == (2, 2)


def test_1_legitimate_duplicates_stay(shop):
    """Two replacements in one unit on one day: the numbers differ, nobody asked for distinct rows."""
    shop.load("unit", "serial,item,installed_on\nU1,P1,2020-01-01\n")
    mapping = '[columns]\nnumber = { template = "{id}-{row}" }\nunit = "id"\nreplaced_at = "day"\n[constants]\npart = "P2"\n'
    result = shop.load("part_replacement", "id,day\nU1,2026-01-01\nU1,2026-01-01\n", mapping)
    assert (result.loaded, result.duplicates) == (2, 0)


@pytest.mark.parametrize("count", [1_000, 3_000])
def test_2_a_file_cut_at_a_round_number_of_rows(shop, count):
    text = "code,name\n" + "".join(f"K{n},A\n" for n in range(count))
    assert f"exactly {count} rows" in remarks(shop.load("customer", text, dry_run=True))
    assert "exactly" not in remarks(shop.load("customer", text + "KX,A\n", dry_run=True))


def test_2_a_file_cut_at_the_end_of_an_old_sheet(shop):
    text = "code,name\n" + "".join(f"K{n},A\n" for n in range(65_535))
    assert "exactly 65535 rows" in remarks(shop.load("customer", text, dry_run=True))


def test_3_day_and_month_are_declared_never_guessed(shop):
    text = "number,customer,ordered_on,lines.item,lines.quantity\nO1,C1,03/04/2026,P1,1\n"
    assert shop.load("order", text).refused == 1
    for form, day in (("%d/%m/%Y", "2026-04-03"), ("%m/%d/%Y", "2026-03-04")):
        mapping = BY_POSITION.replace('"ordered_on"', f'{{ column = "ordered_on", format = "{form}" }}')
        shop.load("order", text, mapping, on_conflict="update")
        assert shop.one('select ordered_on from "order"') == day
    wrong = shop.load(
        "order", text.replace("03/04", "03/14").replace("O1", "O2"), mapping.replace("%m/%d", "%d/%m")
    )
    assert "'03/14/2026' is not in the declared format %d/%m/%Y" in rejected(wrong)[0]["reason"]


def test_4_naive_times_get_a_declared_zone(shop):
    mapping = '[columns]\nnumber = "n"\ncustomer = "c"\nsubject = "n"\nopened_at = { column = "at", timezone = "America/New_York" }\n'
    result = shop.load("complaint", "n,c,at\nP1,C1,2026-11-01 01:30\nP2,C1,2026-01-01 00:00\n", mapping)
    assert [row[0][:16] for row in shop.sql("select opened_at from complaint order by number")] == [
        "2026-11-01 05:30",
        "2026-01-01 05:00",
    ]
    assert "the clocks changed then in America/New_York" in remarks(result)


def test_5_words_for_nothing_and_unknown_states(shop):
    mapping = """
[columns]
number = "n"
customer = "c"
subject = "n"
opened_at = "at"
state = { column = "s", values = { "Solved" = "closed" } }
[rows]
null = ["?", "-100"]
"""
    text = "n,c,at,s\nR1,C1,2026-01-01,Solved\nR2,C1,2026-01-01,-100\nR3,?,2026-01-01,Solved\nR4,C1,2026-01-01,Odd\n"
    result = shop.load("service_request", text, mapping, history=True)
    assert shop.sql("select number, state from service_request order by 1") == [
        ("R1", "closed"),
        ("R2", "closed"),
    ]
    assert {row["n"]: row["field"] for row in rejected(result)} == {"R3": "customer", "R4": "state"}


def test_6_broken_references_are_kept_aside_counted_and_replayed(shop):
    result = shop.load("order", ORDER + "O1,C1,2026-01-01,P-1,1\nO2,C1,2026-01-01,P1,1\n")
    assert (result.loaded, result.refused) == (1, 1)
    shop.load("item", "code,name\nP-1,Found\n")
    again = shop.load("order", result.rejects)
    assert (again.loaded, again.refused) == (1, 0)


def test_7_junk_rows_blank_rows_and_letters_in_a_number(shop):
    text = "1,2,3,4,5\nnumber,customer,ordered_on,lines.item,lines.quantity\n,,,,\ncolumn,column,column,column,column\nO1,C1,2026-01-01,P1,AA311\nO2,C1,2026-01-01,P1,3\n"
    result = shop.load("order", text, BY_POSITION + "[rows]\nskip_first = 1\n")
    assert (result.read, result.loaded, result.refused) == (3, 1, 2)
    assert [row["row"] for row in rejected(result)] == ["4", "5"]


def test_8_ids_are_text(shop):
    shop.load("customer", "code,name\n17850.0,A\n0017,B\nab,C\nAB,D\n1E5,E\n")
    assert {row[0] for row in shop.sql("select code from customer")} == {
        "C1",
        "17850.0",
        "0017",
        "ab",
        "AB",
        "1E5",
    }
    result = shop.load("order", ORDER + "O1,17,2026-01-01,P1,1\nO2,0017,2026-01-01,P1,1\n")
    assert (result.loaded, result.refused) == (1, 1)


def test_9_cancellations_as_negative_lines(shop):
    head = ORDER.replace("\n", ",lines.unit_price\n")
    shop.load("order", head + "O1,C1,2026-01-01,P1,6,2.55\nC-O1,C1,2026-01-02,P1,-6,2.55\n")
    assert shop.sql('select number, amount from "order" order by 1') == [("C-O1", -153_000), ("O1", 153_000)]


def test_10_lines_that_are_no_merchandise_can_be_left_out(shop):
    mapping = BY_POSITION + '[where]\n"lines.item" = { not = ["POSTAGE", "FEE"] }\n'
    result = shop.load("order", ORDER + "O1,C1,2026-01-01,P1,1\nO1,C1,2026-01-01,POSTAGE,1\n", mapping)
    assert (result.loaded, result.skipped) == (1, 1)


def test_11_absurd_values_are_no_crash(shop):
    head = ORDER.replace("\n", ",lines.unit_price,lines.discount_pct\n")
    body = "O1,C1,2026-01-01,P1,999999999999,99999999999999,\nO2,C1,2026-01-01,P1,1e999,1,\nO3,C1,9999-12-31,P1,0,0,100\n"
    result = shop.load("order", head + body)
    assert result.read == 3
    assert rejected(result)[0]["number"] == "O2"
    assert "neither price nor amount" in remarks(result) or result.refused >= 1


def test_12_fractions_are_never_cut(shop):
    shop.load("order", ORDER + "O1,C1,2026-01-01,P1,0.333333\nO2,C1,2026-01-01,P1,1.0000005\n")
    assert [row[0] for row in shop.sql("select quantity from order_line order by id")] == [333_333, 1_000_001]


def test_13_footers_and_second_headers_are_refused_with_row_and_column(shop):
    text = ORDER + "O1,C1,2026-01-01,P1,1\nnumber,customer,ordered_on,lines.item,lines.quantity\nTotal,,,,1\n"
    result = shop.load("order", text)
    told = {row["row"]: row["field"] for row in rejected(result)}
    assert (result.loaded, set(told)) == (1, {"3", "4"})
    assert "ordered_on" in told["3"]
    assert "customer" in told["4"]


def test_14_line_ends_marks_separators_and_money_as_written(shop):
    raw = "code\tname\tturnover\r\nK1\tMünchen\t$201.04 \nK2\tÅrhus\t(1,000.50)\r\n".encode("cp1252")
    mapping = '[columns]\ncode = "code"\nname = "name"\nturnover = "turnover"\n'
    result = shop.load("customer", raw, mapping)
    assert shop.sql("select name, turnover from customer where code = 'K1'") == [("München", 2_010_400)]
    assert "'-1000.5' is less than 0" in rejected(result)[0]["reason"]


def test_15_odd_but_possible_values_are_kept_with_a_remark(shop):
    result = shop.load("unit", "serial,item,installed_on\nU1,P1,1893-05-01\n")
    assert (result.loaded, result.refused) == (1, 0)
    assert "lies before 1900" in remarks(result)
