"""Files as other systems write them, each brought in by a mapping alone: the shapes, not the companies, are meant."""

from datetime import date

import openpyxl
import pytest

from tests.transfer.desk import rejected


def test_an_erp_export_with_semicolons_decimal_commas_and_trailing_signs(shop):
    """As SAP lists billing documents: two lines above the header, day first, a total at the end."""
    text = (
        "Faktura-Liste;;;;\nBuchungskreis 1000;;;;\n;;;;\n"
        "Beleg;Debitor;Fakturadatum;Nettowert;Währ.\n"
        "0090000001;C1;03.04.2026;1.234,56;EUR\n"
        "0090000002;C1;04.04.2026;12.000,00-;EUR\n"
        "Summe;;;10.765,44-;EUR\n"
    )
    mapping = """
[columns]
number = "Beleg"
customer = "Debitor"
invoiced_on = { column = "Fakturadatum", format = "%d.%m.%Y" }
amount = { column = "Nettowert", decimal = "," }
[rows]
skip_first = 2
skip_last = 1
"""
    result = shop.load("invoice", text.encode("latin-1"), mapping, history=True)
    assert (result.loaded, result.refused) == (1, 1)
    assert "'-12000' is less than 0" in rejected(result)[0]["reason"]  # a credit is no invoice here
    assert shop.sql("select number, invoiced_on, amount from invoice") == [
        ("0090000001", "2026-04-03", 123456)
    ]


def test_order_lines_with_the_header_on_the_first_one_and_codes_in_brackets(shop):
    """As Odoo exports orders with their lines."""
    text = (
        "Order Reference,Customer/Reference,Order Date,Status,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price\n"
        "S00021,C1,2026-03-05 09:12:44,Sales Order,[P1] Pump,2.0,95.0\n"
        ",,,,[P2] Valve (DN 50),1.0,18.5\n"
        "S00022,C1,2026-03-06 10:00:00,Cancelled,[P1] Pump,1.0,100.0\n"
    )
    mapping = """
[columns]
number = "Order Reference"
customer = "Customer/Reference"
ordered_on = "Order Date"
state = { column = "Status", values = { "Sales Order" = "closed", "Cancelled" = "void", "Quotation" = "draft" } }
"lines.item" = { column = "Order Lines/Product", pattern = "\\\\[(.+?)\\\\]" }
"lines.quantity" = "Order Lines/Quantity"
"lines.unit_price" = "Order Lines/Unit Price"
"""
    result = shop.load("order", text, mapping, history=True)
    assert (result.loaded, result.refused) == (3, 0)
    assert shop.sql('select number, state, amount from "order" order by number') == [
        ("S00021", "closed", 2_085_000),
        ("S00022", "void", 1_000_000),
    ]


def test_a_report_that_says_a_group_once(shop):
    """As pivot tables and printed lists are saved: the group stands above its rows, subtotals between them."""
    text = "Territory,Account,City\nEast,K1,Jinan\n,K2,Qingdao\nEast total,2,\nWest,K3,Xi'an\nWest total,1,\nGrand total,3,\n"
    mapping = """
[columns]
code = "Account"
name = { template = "{Account} {City}" }
level = "Territory"
[rows]
fill_down = ["Territory"]
[where]
Account = { prefix = "K" }
"""
    result = shop.load("customer", text, mapping)
    assert (result.loaded, result.skipped) == (3, 3)
    assert shop.sql("select code, level from customer where code <> 'C1' order by code") == [
        ("K1", "East"),
        ("K2", "East"),
        ("K3", "West"),
    ]


def test_tickets_with_unix_times_and_prefixed_numbers(shop):
    """As ticket systems hand out their data: milliseconds since 1970, a number with a sign before it."""
    text = (
        "id,requester,subject,created,solved,status,priority\n"
        "#35436,C1,Pump is loud,1772701200000,1772787600000,solved,high\n"
        "#35437,C1,No water,1772704800000,,open,-\n"
    )
    mapping = """
[rows]
null = ["-"]
[columns]
number = { column = "id", pattern = "\\\\d+" }
customer = "requester"
subject = "subject"
priority = "priority"
opened_at = { column = "created", seconds_since = "1970-01-01", scale = 0.001, timezone = "UTC" }
resolved_at = { column = "solved", seconds_since = "1970-01-01", scale = 0.001, timezone = "UTC" }
state = { column = "status", values = { solved = "resolved", "*" = "in_progress" } }
"""
    assert shop.load("service_request", text, mapping, history=True).loaded == 2
    assert shop.sql(
        "select number, opened_at, resolved_at, priority from service_request order by number"
    ) == [
        ("35436", "2026-03-05 09:00:00.000000", "2026-03-06 09:00:00.000000", "high"),
        ("35437", "2026-03-05 10:00:00.000000", None, None),
    ]


def test_a_workbook_of_several_sheets_joined_with_itself(shop):
    """Lines on one sheet, headers on another, real date cells, a remark at the end."""
    book = openpyxl.Workbook()
    heads = book.active
    heads.title = "Bestellungen"
    lines = book.create_sheet("Positionen")
    for row in (
        ["Nr", "Kunde", "Datum"],
        ["A1", "C1", date(2026, 5, 1)],
        ["A2", "C1", date(2026, 5, 2)],
    ):
        heads.append(row)
    for row in (
        ["Nr", "Artikel", "Menge"],
        ["A1", "P1", 2],
        ["A2", "P2", 3.5],
        ["A1", "P2", 1],
        [],
        ["erstellt am 3.5."],
    ):
        lines.append(row)
    path = shop.folder / "book.xlsx"
    book.save(path)
    mapping = """
sheet = "Positionen"
[columns]
number = "Nr"
customer = "Kunde"
ordered_on = "Datum"
"lines.item" = "Artikel"
"lines.quantity" = "Menge"
[rows]
skip_last = 1
[join."book.xlsx"]
sheet = "Bestellungen"
on = { Nr = "Nr" }
"""
    result = shop.load("order", path, mapping)
    assert (result.loaded, result.refused) == (3, 0)
    assert shop.sql('select number, ordered_on from "order" order by number') == [
        ("A1", "2026-05-01"),
        ("A2", "2026-05-02"),
    ]


def test_a_chinese_file_with_blank_header_cells(shop):
    """As finance software writes it: GB18030, the date in characters, columns without a name."""
    text = '单据号,客户,,开票日期,价税合计（元）\n FP-001,C1,备注,2026年3月9日,"1,130.00元"\nFP-002,C1,,2026年3月10日,￥99\n'
    mapping = """
[columns]
number = "单据号"
customer = "客户"
invoiced_on = "开票日期"
amount = "价税合计（元）"
[where]
"#3" = { not = ["作废"] }
"""
    assert shop.load("invoice", text.encode("gb18030"), mapping, history=True).loaded == 2
    assert shop.sql("select number, amount from invoice order by number") == [
        ("FP-001", 113_000),
        ("FP-002", 9_900),
    ]


def test_months_across_newest_first_under_an_order_of_one_item(shop):
    """As planning sheets are written: a row per material, a column per month, blanks where nothing is known."""
    text = "Material,Min,Stock,2026-03-01,2026-02-01,2026-01-01\nP1,1,4,2.0,0.0,\nP2,,,1.0,,3.0\n"
    mapping = """
[columns]
number = { template = "{Material} {month}" }
ordered_on = "month"
"lines.item" = "Material"
"lines.quantity" = "units"
[constants]
customer = "C1"
[unpivot]
columns = "20*"
name = "month"
value = "units"
[where]
units = { min = 0.5 }
"""
    result = shop.load("order", text, mapping, history=True)
    assert (result.loaded, result.skipped) == (3, 3)
    assert shop.one("select sum(quantity) from order_line") == 6_000_000


@pytest.mark.parametrize(
    ("day", "form"),
    [("05-Mar-2026", "%d-%b-%Y"), ("March 5, 2026", "%B %d, %Y"), ("05/03/26", "%d/%m/%y"), ("2026-064", "%Y-%j"),
     ("20260305T1423", "%Y%m%dT%H%M"), ("Thu 5 Mar 2026", "%a %d %b %Y")],
)  # fmt: skip
def test_days_however_they_are_written(shop, day, form):
    mapping = f"""
[columns]
number = "n"
customer = "c"
ordered_on = {{ column = "d", format = "{form}" }}
lines.item = "i"
lines.quantity = "q"
"""
    shop.load("order", f'n,c,d,i,q\nO1,C1,"{day}",P1,1\n', mapping)
    assert shop.one('select ordered_on from "order"') == "2026-03-05"
