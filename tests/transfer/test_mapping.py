"""Every key of a mapping file, and the sentence for every key that cannot be followed."""

import gzip
from pathlib import Path

import pytest

from operational.entity import entity, load_entities
from operational.transfer.failure import MappingError, TransferFailed
from operational.transfer.mapping.mapping_file import JOIN, ROWS, RULE, TOP, UNPIVOT, WHERE, read_mapping
from tests.transfer.desk import rejected, remarks

load_entities()
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


CODES = '[columns]\ncode = "k"\nname = "k"\n'
FAULTS = [
    ('entity = "item"\n' + CODES, "is a mapping for 'item', not for 'customer'"),
    (CODES, "is a mapping for ''"),
    ("entity = ", "no readable TOML"),
    ('entity = "customer"\ncolums = 1\n', "colums is no key of a mapping; did you mean 'columns'"),
    ('entity = "customer"\n', "columns names no field"),
    ('entity = "customer"\n[columns]\nnam = "k"\n', "nam is no field of customer; did you mean 'name'"),
    (f'entity = "customer"\n{CODES}[constants]\nname = "x"\n', "name stands in columns and in constants"),
    ('entity = "customer"\n[columns]\ncode = { colunm = "k" }\n', "code.colunm is no key of a mapping; did you mean 'column'"),
    ('entity = "customer"\n[columns]\ncode = { }\n', "code needs either a column or a template"),
    ('entity = "customer"\n[columns]\ncode = 7\n', "code must be a column's name or a table"),
    ('entity = "customer"\n[columns]\ncode = { column = "k", scale = 2 }\n', "code.scale is for numbers only"),
    ('entity = "customer"\n[columns]\nturnover = { column = "k", format = "%Y" }\n', "turnover.format is for dates"),
    ('entity = "order"\n[columns]\nordered_on = { column = "k", timezone = "UTC" }\n', "timezone is for instants only"),
    ('entity = "complaint"\n[columns]\nopened_at = { column = "k", timezone = "Mars" }\n', "'Mars' is no time zone"),
    ('entity = "order"\n[columns]\nordered_on = { column = "k", days_since = "soon" }\n', "must be a day such as"),
    ('entity = "order"\n[columns]\nordered_on = { column = "k", scale = 2 }\n', "is for numbers only"),
    (f'entity = "customer"\n{CODES}level = {{ column = "k", pattern = "(" }}\n', "is no regular expression"),
    (f'entity = "customer"\n{CODES}[rows]\nragged = "yes"\n', "must be true or false"),
    (f'entity = "customer"\n{CODES}[rows]\nskip_last = "2"\n', "must be a whole number"),
    ('entity = "order"\n[columns]\nordered_on = { column = "k", format = "%Y", days_since = 2000-01-01 }\n', "both format and"),
    ('entity = "customer"\n[columns]\nturnover = { column = "k", scale = "much" }\n', "turnover.scale must be a number"),
    ('entity = "customer"\n[columns]\nturnover = { column = "k", decimal = ";" }\n', 'decimal must be "." or ","'),
    (f'entity = "customer"\n{CODES}[where]\nk = {{ only = 1 }}\n', "where.k.only is no key of a mapping"),
    (f'entity = "customer"\n{CODES}[where]\nk = {{ present = "yes" }}\n', "where.k.present must be true or false"),
    (f'entity = "customer"\n{CODES}[rows]\nskip_first = "2"\n', "skip_first must be a whole number"),
    (f'entity = "customer"\n{CODES}[rows]\nskip = 2\n', "rows.skip is no key of a mapping; did you mean 'skip_last'"),
    (f'entity = "customer"\n{CODES}[join."x.csv"]\n', 'on must say { our_column = "its_column" }'),
    (f'entity = "customer"\n{CODES}[join."x.csv"]\non = {{ }}\n', "on is empty"),
    (f'entity = "customer"\n{CODES}[unpivot]\ncolumns = "1*"\nname = "m"\n', "unpivot.value is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "sentence"), FAULTS)
def test_a_fault_is_told_in_a_sentence(tmp_path, toml, sentence):
    path = tmp_path / "m.toml"
    path.write_text(toml)
    name = next((one for one in ("order", "complaint") if f'"{one}"' in toml), "customer")
    with pytest.raises(MappingError) as caught:
        read_mapping(path, entity(name))
    assert sentence in caught.value.message.en
    assert "m.toml" in caught.value.message.zh
    assert caught.value.exit_code == 2


FILE_FAULTS = [
    ('[columns]\ncode = "kk"\nname = "k"\n', "columns.code: the file customer.csv has no column 'kk'; did you mean 'k'"),
    ('[columns]\ncode = { template = "{kk}" }\nname = "k"\n', "no column 'kk'"),
    ('[columns]\ncode = "k"\nname = "k"\n[where]\nx = "1"\n', "where.x: the file customer.csv has no column 'x'"),
    ('[columns]\ncode = "k"\nname = "k"\n[rows]\ndistinct = ["x"]\n', "rows.distinct: the file"),
    ('[columns]\ncode = "k"\nname = "k"\n[rows]\nrepeat = "kk"\n', "rows.repeat: the file customer.csv has no column 'kk'"),
    ('[columns]\ncode = "k"\nname = "k"\n[join."no.csv"]\non = { k = "k" }\n', "There is no file 'no.csv' to join"),
    ('[columns]\ncode = "k"\nname = "k"\n[unpivot]\ncolumns = "19*"\nname = "m"\nvalue = "v"\n', "no column matches 19*"),
    ('[columns]\nname = "k"\n', "Required columns of customer are missing: code"),
]  # fmt: skip


@pytest.mark.parametrize(("mapping", "sentence"), FILE_FAULTS)
def test_a_mapping_that_does_not_fit_the_file_changes_nothing(shop, mapping, sentence):
    with pytest.raises(TransferFailed) as caught:
        shop.load("customer", "k\nK1\n", mapping)
    assert sentence in caught.value.message.en
    assert shop.one("select count(*) from customer") == 1


def test_a_missing_mapping_is_named(tmp_path):
    with pytest.raises(MappingError, match=r"There is no mapping file .*none\.toml"):
        read_mapping(tmp_path / "none.toml", entity("customer"))


def test_every_key_is_known_to_these_tests():
    """A new key of a mapping is tried here too."""
    source = Path(__file__).read_text(encoding="utf-8")
    for key in (*TOP, *RULE, *WHERE, *ROWS, *JOIN, *UNPIVOT):
        assert f"{key} =" in source or f"[{key}" in source, key


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


def test_the_manual_explains_every_key():
    manual = (Path(__file__).resolve().parents[2] / "docs" / "moving-in" / "README.md").read_text(
        encoding="utf-8"
    )
    for key in (*TOP, *RULE, *WHERE, *ROWS, *UNPIVOT, "on"):
        assert f"`{key}`" in manual or f"`[{key}" in manual or f"`{key} " in manual, key
