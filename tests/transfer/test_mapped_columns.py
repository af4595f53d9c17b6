"""What a mapping says of one column: templates, patterns, words replaced, forms of days, sums, scale."""

import pytest

from tests.transfer.desk import rejected

CUSTOMERS = "select code, name, industry, level from customer where code <> 'C1' order by code"
REQUEST = """
[columns]
number = { template = "{case}-{row}" }
customer = { column = "Company", default = "C1" }
subject = "what"
opened_at = "opened"
"""


def test_columns_by_name_template_default_and_constant(shop):
    text = "case,Company,what,opened\nA,,Leak,2026-01-01 08:00\nB,C1,Noise,2026-01-02 08:00\n"
    shop.load("service_request", text, REQUEST + '[constants]\nchannel = "mail"\n')
    found = shop.sql(
        "select r.number, c.code, channel from service_request r join customer c on c.id = customer_id order by 1"
    )
    assert found == [("A-2", "C1", "mail"), ("B-3", "C1", "mail")]


def test_a_template_of_empty_columns_is_empty(shop):
    mapping = '[columns]\ncode = "a"\nname = "a"\nindustry = { template = "{x} {y}" }\nlevel = { template = "L{x}" }\n'
    shop.load("customer", "a,x,y\nK1,,\nK2,,z\n", mapping)
    assert shop.sql(CUSTOMERS) == [("K1", "K1", None, None), ("K2", "K2", "z", None)]


def test_values_star_empty_and_what_is_not_listed(shop):
    values = '{ column = "v", values = { "GTXPro" = "GTX Pro", "x" = "" } }'
    star = '{ column = "w", values = { "1" = "high", "*" = "low", "" = "none" } }'
    text = "a,v,w\nK1,GTXPro,1\nK2,Other,2\nK3,x,\n"
    shop.load("customer", text, f'[columns]\ncode = "a"\nname = "a"\nindustry = {values}\nlevel = {star}\n')
    assert shop.sql(CUSTOMERS) == [
        ("K1", "K1", "GTX Pro", "high"),
        ("K2", "K2", "Other", "low"),
        ("K3", "K3", None, "none"),
    ]


def test_a_star_does_not_stand_for_nothing(shop):
    rule = '{ column = "v", values = { "*" = "low" } }'
    shop.load("customer", "a,v\nK1,\nK2,x\n", f'[columns]\ncode = "a"\nname = "a"\nlevel = {rule}\n')
    assert [row[3] for row in shop.sql(CUSTOMERS)] == [None, "low"]


def test_format_timezone_scale_days_since_and_decimal_sign(shop):
    mapping = """
delimiter = ";"
[columns]
number = "n"
customer = "c"
subject = "n"
opened_at = { column = "o", format = "%m/%d/%y %I:%M:%S %p", timezone = "Europe/Paris" }
resolved_at = { column = "r", days_since = "2026-01-01", timezone = "UTC" }
satisfaction = { column = "s", scale = 0.1, decimal = "," }
"""
    shop.load("service_request", "n;c;o;r;s\nR1;C1;01/01/26 01:00:00 AM;2.5;7,5\n", mapping)
    assert shop.sql("select opened_at, resolved_at, satisfaction from service_request") == [
        ("2026-01-01 00:00:00.000000", "2026-01-03 12:00:00.000000", 750000)
    ]


def test_without_a_timezone_a_time_is_the_business_zones(shop):
    shop.load("service_request", "number,customer,subject,opened_at\nR1,C1,x,2026-01-01 08:00\n")
    assert shop.one("select opened_at from service_request") == "2026-01-01 00:00:00.000000"


@pytest.mark.parametrize(
    "quoted", ['"lines.item" = "sku"\n"lines.quantity" = "q"', 'lines.item = "sku"\nlines.quantity = "q"']
)
def test_lines_are_named_quoted_or_not(shop, quoted):
    mapping = f'[columns]\nnumber = "n"\ncustomer = "c"\nordered_on = "d"\n{quoted}\n'
    shop.load("order", "n,c,d,sku,q\nO1,C1,2026-01-01,P1,3\n", mapping)
    assert shop.sql("select quantity, amount from order_line") == [(3_000_000, 3_000_000)]


def test_a_pattern_takes_a_part_and_finds_nothing_elsewhere(shop):
    mapping = """
[columns]
code = { column = "k", pattern = "\\\\[(.+?)\\\\]" }
name = { column = "k", pattern = "[^\\\\]]+$" }
level = { column = "k", pattern = "gold|silver", values = { gold = "A" }, default = "C" }
"""
    shop.load("customer", "k\n[K1] gold\n[K2] silver\n[K3] none\n", mapping)
    assert [(row[0], row[1].strip(), row[3]) for row in shop.sql(CUSTOMERS)] == [
        ("K1", "gold", "A"),
        ("K2", "silver", "silver"),
        ("K3", "none", "C"),
    ]


def test_of_several_formats_the_first_that_fits(shop):
    mapping = '[columns]\nnumber = "n"\ncustomer = "c"\nlines.item = "i"\nlines.quantity = "q"\n'
    mapping += 'ordered_on = { column = "d", format = ["%d.%m.%Y", "%d-%b-%y", "%B %d, %Y"] }\n'
    days = ["03.04.2026", "5-Apr-26", '"April 6, 2026"', "2026-04-07"]
    text = "n,c,d,i,q\n" + "".join(f"O{place},C1,{day},P1,1\n" for place, day in enumerate(days))
    result = shop.load("order", text, mapping)
    assert shop.sql('select ordered_on from "order" order by number') == [
        ("2026-04-03",),
        ("2026-04-05",),
        ("2026-04-06",),
    ]
    assert "%d.%m.%Y / %d-%b-%y" in rejected(result)[0]["reason"]


def test_seconds_and_scaled_days_are_counted(shop):
    mapping = """
[columns]
number = "n"
customer = "c"
subject = "n"
opened_at = { column = "o", seconds_since = 1970-01-01, scale = 0.001, timezone = "UTC" }
resolved_at = { column = "r", days_since = "1970-01-01", scale = 7 }
"""
    shop.load("service_request", "n,c,o,r\nR1,C1,1767225600250,3000.5\n", mapping)
    assert shop.sql("select opened_at, resolved_at from service_request") == [
        ("2026-01-01 00:00:00.250000", "2027-07-04 04:00:00.000000")
    ]


SALES = """
[columns]
number = "n"
customer = "c"
ordered_on = { column = "d", plus = 30 }
lines.item = "i"
lines.quantity = { column = "q", minus = ["spoiled", "lost"], scale = 0.5 }
lines.amount = { column = "sales", minus = "profit" }
"""


def test_columns_are_added_and_taken_away_exactly(shop):
    text = "n,c,d,i,q,spoiled,lost,sales,profit\n"
    text += 'O1,C1,2026-01-31,P1,10,1,2.5,"$1,000.10",(0.0005)\nO2,C1,2026-02-01,P1,4,0,0,.3,0.1\n'
    shop.load("order", text, SALES)
    found = shop.sql(
        'select ordered_on, quantity, l.amount from "order" o join order_line l on l.order_id = o.id order by number'
    )
    assert found == [("2026-03-02", 3_250_000, 10_001_005), ("2026-03-03", 2_000_000, 2_000)]


def test_a_sum_with_an_empty_part_is_empty_and_one_that_is_no_number_names_its_column(shop):
    text = "n,c,d,i,q,spoiled,lost,sales,profit\nO1,C1,2026-01-31,P1,10,,0,5,1\nO2,C1,2026-01-31,P1,3,1,some,5,1\n"
    text += "O3,C1,2026-01-31,P1,3,1,1,5,?\nO4,C1,soon,P1,3,1,1,much,4\n"
    result = shop.load("order", text, SALES)
    assert (result.loaded, result.refused) == (0, 4)
    found = [(row["row"], row["field"], row["reason"]) for row in rejected(result)]
    assert found[0] == ("2", "lines.quantity", "is required, but empty; fill it in")
    assert found[1][1:] == (
        "lines.quantity",
        "'some' in the column 'lost' is no number; write one such as 1234.50",
    )
    assert found[2][1:] == (
        "lines.amount",
        "'?' in the column 'profit' is no number; write one such as 1234.50",
    )
    assert found[3][1] == "ordered_on; lines.amount"
    assert "'soon' is no date" in found[3][2]
    assert "'much' is no number" in found[3][2]


LIVES = """
[columns]
number = "n"
customer = "c"
subject = "n"
opened_at = { default = "2026-03-29 12:00", minus = "observed", timezone = "Europe/Paris" }
resolved_at = { default = "2026-03-29 12:00", minus = "observed", plus = "age", timezone = "Europe/Paris" }
"""


def test_days_are_added_to_a_day_by_the_clock_on_the_wall(shop):
    text = "n,c,observed,age\nR1,C1,2,1.5\nR2,C1,30,\n"
    shop.load("service_request", text, LIVES)
    assert shop.sql("select opened_at, resolved_at from service_request order by number") == [
        ("2026-03-27 11:00:00.000000", "2026-03-28 23:00:00.000000"),
        ("2026-02-27 11:00:00.000000", None),
    ]


def test_days_with_a_scale_and_counted_days_take_their_sum_first(shop):
    mapping = """
[columns]
number = "n"
customer = "c"
subject = "n"
opened_at = { column = "o", plus = "hours", scale = 0.125 }
resolved_at = { column = "since", minus = "back", days_since = 2026-01-01, scale = 7 }
"""
    text = "n,c,o,hours,since,back\nR1,C1,2026-01-01 08:00,4,5,2\nR2,C1,2026-01-01,1e9,1,1\n"
    result = shop.load("service_request", text, mapping)
    assert shop.sql("select opened_at, resolved_at from service_request") == [
        ("2026-01-01 12:00:00.000000", "2026-01-21 16:00:00.000000")
    ]
    assert "leads to a day beyond every calendar" in rejected(result)[0]["reason"]


def test_rows_that_differ_in_what_is_taken_away_are_not_the_same(shop):
    mapping = '[columns]\ncode = "k"\nname = "k"\nturnover = { column = "a", minus = "b" }\n[rows]\ndistinct = true\n'
    result = shop.load("customer", "k,a,b,x\nK1,3,1,p\nK1,3,1,q\nK2,3,2,p\n", mapping)
    assert (result.loaded, result.duplicates) == (2, 1)
