"""Files as they come: encodings, delimiters, junk, blank and misshapen rows, spreadsheets, archives that lie."""

import datetime
import gzip
import io
import struct
import zipfile

import openpyxl
import pytest
import xlsxwriter

from operational.transfer.failure import TransferFailed
from operational.transfer.reading import text_file
from operational.transfer.reading.source import Layout, read_source
from operational.transfer.reading.spreadsheet import MAX_ENTRIES
from operational.transfer.reading.text_file import detect_encoding
from tests.transfer.desk import rejected, remarks


def read(tmp_path, content, name="a.csv", **layout):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_source(path, Layout(**layout))


def rows(source):
    return [tuple(row.values()) for row in source.table.to_pylist()]


@pytest.mark.parametrize(
    ("encoding", "text", "found"),
    [
        ("utf-8", "name\nMuñoz 张三\n", "utf-8"),
        ("utf-8-sig", "name\n张三\n", "utf-8-sig"),
        ("utf-16", "name\n张三\n", "utf-16"),
        ("utf-16-le", "name\n张三\n", "utf-16-le"),
        ("utf-16-be", "name\n张三\n", "utf-16-be"),
        ("utf-32", "name\n张三\n", "utf-32"),
        ("gb18030", "name\n上海机械厂有限公司\n广州，水务\n", "gb18030"),
        ("latin-1", "name\nMuñoz\nMéxico D.F.\n", "cp1252"),
        ("cp1252", "name\nMünchen – 'Süd'\n", "cp1252"),
        ("latin-1", "name\n\x81Ñandú\n", "latin-1"),
    ],
)
def test_the_encoding_is_found(tmp_path, encoding, text, found):
    raw = text.encode(encoding)
    assert detect_encoding(raw) == found
    source = read(tmp_path, raw)
    assert source.encoding == found
    assert [row[0] for row in rows(source)] == text.splitlines()[1:]


def test_a_declared_encoding_that_does_not_fit_names_the_line(tmp_path):
    with pytest.raises(TransferFailed, match="line 3 is not utf-8"):
        read(tmp_path, b"name\nok\n\xff\xfe\n", encoding="utf-8")
    with pytest.raises(TransferFailed, match="'klingon' is unknown"):
        read(tmp_path, "name\nok\n", encoding="klingon")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    source = read(tmp_path, f"a{delimiter}b\n1{delimiter}x y\n2{delimiter}z\n")
    assert source.delimiter == delimiter
    assert rows(source) == [("1", "x y"), ("2", "z")]


def test_the_line_in_which_a_spreadsheet_names_the_delimiter_is_no_header(tmp_path):
    for layout in ({}, {"skip_first": 1}, {"delimiter": ";"}):
        source = read(tmp_path, "sep=;\na;b\n1,5;2\n", **layout)
        assert (source.table.column_names, rows(source), source.numbers.tolist()) == (
            ["a", "b"],
            [("1,5", "2")],
            [3],
        )


def test_a_comma_within_cells_does_not_win_over_the_delimiter(tmp_path):
    assert read(tmp_path, "a;b;c\n1,5;2,5;3\n1,5;2,5;3\n").delimiter == ";"


def test_runs_of_blanks_and_long_delimiters_cut_lines(tmp_path):
    blanks = read(tmp_path, " 01  02   3\n 04 05 6\n", delimiter=" ", header=("a", "b", "c"))
    assert rows(blanks) == [("01", "02", "3"), ("04", "05", "6")]
    assert blanks.numbers.tolist() == [1, 2]
    assert rows(read(tmp_path, "a+|b\n1+|2\n", delimiter="+|")) == [("1", "2")]


def test_line_breaks_within_quotes_mixed_line_ends_and_numbers_of_rows(tmp_path):
    source = read(tmp_path, 'a,b\r\n1,"x\ny"\n\r\n2,"say ""hi"""\r\n')
    assert rows(source) == [("1", "x\ny"), ("2", 'say "hi"')]
    assert source.numbers.tolist() == [2, 4]  # as a spreadsheet counts them
    assert source.blank == 1


def test_junk_above_the_header_is_skipped_and_blank_rows_are_none(tmp_path):
    source = read(tmp_path, "1,2\nreport,\n\na,b\n,\nx,1\n,,\ny,2\n", skip_first=2)
    assert source.table.column_names == ["a", "b"]
    assert [row for row in rows(source) if row[0]] == [("x", "1"), ("y", "2")]
    assert source.numbers[0] == 6


def test_rows_of_another_width_are_kept_aside_with_their_number(tmp_path):
    source = read(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n")
    assert source.numbers.tolist() == [2, 3, 4, 5]
    assert {place: (odd.number, odd.cells) for place, odd in source.odd.items()} == {1: (3, 2), 2: (4, 4)}


def test_empty_cells_at_the_end_are_nothing(tmp_path):
    source = read(tmp_path, "a,b,,\n1,2,,\n3,4,,\n")
    assert (source.table.column_names, rows(source)) == (["a", "b"], [("1", "2"), ("3", "4")])
    source = read(tmp_path, "a,b\n1,2,\n3,4\n5,6,,x\n")
    assert rows(source)[:2] == [("1", "2"), ("3", "4")]
    assert [odd.number for odd in source.odd.values()] == [4]


def test_a_row_may_be_longer_than_what_is_read_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(text_file, "BLOCK", 1000)
    long = "x" * 5000
    assert rows(read(tmp_path, f"a,b\n1,2\n3,{long}\n4,5\n")) == [("1", "2"), ("3", long), ("4", "5")]


def test_columns_without_name_or_with_the_same_are_told_apart(tmp_path):
    assert read(tmp_path, "a,,a,a\n1,2,3,4\n").table.column_names == ["a", "#2", "a (2)", "a (3)"]


def test_gzip_is_unpacked_and_a_broken_one_is_refused(tmp_path):
    packed = gzip.compress(b"a,b\n1,2\n")
    assert rows(read(tmp_path, packed, "a.csv.gz")) == [("1", "2")]
    assert rows(read(tmp_path, packed, "packed.csv")) == [("1", "2")]
    assert rows(read(tmp_path, "a,b\n1,2\n", "unpacked.csv.gz")) == [("1", "2")]
    with pytest.raises(TransferFailed, match="cannot be read"):
        read(tmp_path, packed[:-9], "a.csv.gz")
    with pytest.raises(TransferFailed, match="cannot be read"):
        read(tmp_path, packed[:10] + b"\xff" * 20, "a.csv.gz")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n\n\n", "is empty"),
        (",,\n", "no header"),
        ("\x01\x02\x00,b\n1,2\n", "no table of text"),
        ('a,b\n1,"never closed\n', "row 2 is never closed"),
        ('a,b\n"1,x\n2,y\n', "row 2 is never closed"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, content, sentence):
    with pytest.raises(TransferFailed, match=sentence):
        read(tmp_path, content)


def test_a_missing_file_is_named(tmp_path):
    for name in ("none.csv", "none.xlsx"):
        with pytest.raises(TransferFailed, match=name):
            read_source(tmp_path / name, Layout())


def sheet(tmp_path, table, name="a.xlsx", sheets=("one",)):
    path = tmp_path / name
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for title in sheets:
            page = book.add_worksheet(title)
            for number, row in enumerate(table):
                for place, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        page.write_datetime(number, place, cell, day)
                    else:
                        page.write(number, place, cell)
    return path


def test_cells_of_a_spreadsheet_are_text_as_people_see_it(tmp_path):
    path = sheet(tmp_path, [["id", "when", "much", "flag"], [17850.0, datetime.date(2026, 3, 29), 1.15, True],
                            [None, None, None, None], ["007", "2026", 0.1 + 0.2, False]])  # fmt: skip
    source = read_source(path, Layout())
    assert rows(source) == [("17850", "2026-03-29", "1.15", "true"), ("007", "2026", "0.3", "false")]
    assert source.numbers.tolist() == [2, 4]


def test_a_sheet_is_chosen_by_name_and_cells_beyond_the_header_are_misshapen(tmp_path):
    path = sheet(tmp_path, [["a", "b"], [1, 2], [3, 4, 5]], sheets=("first", "second"))
    source = read_source(path, Layout(sheet="second"))
    assert {odd.number: odd.cells for odd in source.odd.values()} == {3: 3}
    with pytest.raises(TransferFailed, match="no sheet 'secnd'; did you mean 'second'"):
        read_source(path, Layout(sheet="secnd"))


def test_what_a_file_is_its_content_says(tmp_path):
    assert rows(read(tmp_path, b"a\tb\n1\t2\n", "a.xls")) == [("1", "2")]
    book = sheet(tmp_path, [["a", "b"], [1, 2]]).rename(tmp_path / "book.csv")
    assert rows(read_source(book, Layout())) == [("1", "2")]
    with pytest.raises(TransferFailed, match="no readable spreadsheet"):
        read(tmp_path, b"PK\x03\x04a,b\n1,2\n", "a.xlsx")


def test_errors_and_formulas_without_result_do_not_pass_for_empty_cells(shop):
    book = openpyxl.Workbook()
    cover, page = book.active, book.create_sheet("data")
    cover["A1"] = "=1+1"
    for row in (
        ["code", "name", "turnover"],
        ["K1", "A", "#N/A"],
        ["K2", "B", "=2*3"],
        ["K3", '="x"&"y"', 5],
        ["K4", "D", 7],
    ):
        page.append(row)
    book.save(shop.folder / "book.xlsx")
    mapping = 'sheet = "data"\n[columns]\ncode = "code"\nname = "name"\nturnover = "turnover"\n'
    result = shop.load("customer", shop.folder / "book.xlsx", mapping)
    assert (result.loaded, result.refused) == (1, 3)
    told = {row["code"]: (row["field"], row["reason"]) for row in rejected(result)}
    assert told["K1"] == ("turnover", "'#N/A' is no number; write one such as 1234.50")
    assert told["K2"][0] == "turnover"
    assert "=2*3 was never computed" in told["K2"][1]
    assert told["K3"][0] == "name"
    assert '="x"&"y" was never computed' in told["K3"][1]


def test_shares_in_a_spreadsheet_may_be_meant_as_percentages(shop):
    head = ["number", "customer", "ordered_on", "lines.item", "lines.quantity", "lines.discount_pct"]
    path = sheet(shop.folder, [head, ["O1", "C1", "2026-01-01", "P1", 1, 0.15]])
    assert "write scale = 100 in a mapping" in remarks(shop.load("order", path, dry_run=True))
    path = sheet(shop.folder, [head, ["O1", "C1", "2026-01-01", "P1", 1, 15]])
    assert remarks(shop.load("order", path, dry_run=True)) == ""


def bomb(tmp_path, entries):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    wide = bomb(tmp_path, [("xl/worksheets/sheet1.xml", b"0" * 60_000_000)])
    with pytest.raises(TransferFailed, match="was refused"):
        read_source(wide, Layout())
    many = bomb(tmp_path, [(f"{number}.xml", b"") for number in range(MAX_ENTRIES + 1)])
    with pytest.raises(TransferFailed, match="parts and was refused"):
        read_source(many, Layout())


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path):
    path = bomb(tmp_path, [("xl/workbook.xml", b"0123456789" * 1000)])
    raw = bytearray(path.read_bytes())
    place = raw.index(b"PK\x01\x02") + 24  # the unpacked size in the directory
    raw[place : place + 4] = struct.pack("<I", 100)
    path.write_bytes(raw)
    assert zipfile.ZipFile(io.BytesIO(raw)).infolist()[0].file_size == 100
    with pytest.raises(TransferFailed, match="was refused"):
        read_source(path, Layout())
