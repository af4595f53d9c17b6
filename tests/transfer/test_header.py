"""Headers that are recognised, and what a mapping declares of the file as a whole: names, sheet, encoding."""

import pytest

from operational.transfer.failure import TransferFailed
from tests.transfer.desk import remarks

CUSTOMERS = "select code, name, industry, level from customer where code <> 'C1' order by code"


def test_a_header_is_recognised_by_name_and_by_label_in_either_language(shop):
    for number, header in enumerate(["code,name,level", "客户编号,客户名称,等级", "Code,NAME,Level"]):
        shop.load("customer", f"{header}\nK{number},A,x\n")
    assert [row[3] for row in shop.sql(CUSTOMERS)] == ["x", "x", "x"]


def test_lines_are_recognised_with_and_without_prefix(shop):
    for number, header in enumerate(
        ["lines.item,lines.quantity", "明细.物料,明细.数量", "item,quantity", "Item,Quantity"]
    ):
        shop.load("order", f"number,customer,ordered_on,{header}\nO{number},C1,2026-01-01,P1,2\n")
    assert shop.one("select count(*) from order_line where quantity = 2000000") == 4
    shop.load(
        "order", "Number,Customer,Ordered on,Item,Quantity,Amount\nO9,C1,2026-01-01,P1,1,7\n"
    )  # not the total
    assert shop.one("select amount from order_line where amount <> 2000000") == 70_000


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("code,nmae", "The column 'nmae' is no field of customer; did you mean 'name'"),
        ("code,name,id", "The column 'id' is no field of customer"),
        ("code,name,Name", "'name' and 'Name' both mean name"),
        ("code,level", "Required columns of customer are missing: name"),
    ],
)
def test_a_header_that_does_not_fit_is_refused_before_anything_is_written(shop, header, sentence):
    with pytest.raises(TransferFailed) as caught:
        shop.load("customer", f"{header}\n{','.join('x' * len(header.split(',')))}\n")
    assert sentence in caught.value.message.en
    assert caught.value.exit_code == 3


def test_what_was_found_out_about_the_file_is_told(shop):
    result = shop.load("customer", "code;name\nK1;Muñoz\n\nK2;x\n".encode("latin-1"))
    assert "encoding was found to be cp1252" in remarks(result)
    assert "delimiter was found to be ;" in remarks(result)
    assert "blank rows were passed over" in remarks(result)


def test_a_file_without_header_gets_its_names(shop):
    mapping = 'header = ["k", "n"]\ndelimiter = " "\n[columns]\ncode = "k"\nname = "n"\n'
    assert shop.load("customer", " K1   A\n K2   B\n", mapping).loaded == 2


def test_a_sheet_is_named(shop, tmp_path):
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("notes")
        page = book.add_worksheet("data")
        page.write_row(0, 0, ["k", "n"])
        page.write_row(1, 0, ["K1", 12.0])
    shop.load("customer", path, 'sheet = "data"\n[columns]\ncode = "k"\nname = "n"\n')
    assert shop.sql(CUSTOMERS) == [("K1", "12", None, None)]


def test_encoding_is_declared(shop):
    shop.load(
        "customer",
        "k,n\nK1,上海\n".encode("gb18030"),
        'encoding = "gb18030"\n[columns]\ncode = "k"\nname = "n"\n',
    )
    assert shop.sql(CUSTOMERS)[0][1] == "上海"
