"""Exports: back as they were for every entity, nothing live in them, whole or not at all."""

import csv
import datetime
import gzip
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from operational.crud.access import SYSTEM_ACTOR
from operational.crud.refusal import Invalid
from operational.entity import ENTITIES, Entity, entity, load_entities
from operational.field import Field
from operational.transfer import export_file as module
from operational.transfer.export_file import as_text, export_file
from operational.transfer.failure import TransferFailed
from operational.transfer.mapping.importable import importable_fields
from operational.transfer.template import template, write_template
from tests.transfer.desk import Desk

load_entities()
NAMES = [name for name, cls in ENTITIES.items() if not cls.__entity__.hidden]
NASTY = [
    "=1+1",
    "+49 30",
    "-cmd|x",
    "@SUM(A1)",
    "'=quoted",
    "''",
    "a,b",
    'say "hi"',
    "张三",
    "0017",
    "１２",
    "null",
    "a\nb",
]


def order_of_need() -> list[str]:
    """Entities so that every link points to one that came before."""
    done: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        cls = ENTITIES[name]
        for owner in (cls, *((cls.__lines__,) if cls.__lines__ else ())):
            for field in owner.__fields__.values():
                if field.target and field.target != name:
                    visit(field.target)
        done.append(name)

    for name in NAMES:
        visit(name)
    return done


def sample(name: str, field: Field, number: int, keys: dict[str, list[str]], cls: type[Entity]) -> str:
    """A cell for a field: awkward, but right."""
    if field.target:
        known = keys.get(field.target, [])
        return known[number % len(known)] if known else ""
    if field.pattern is not None:
        return field.example
    graph = cls.__entity__.graph
    kinds = {
        "choice": lambda: field.choices[number % len(field.choices)].value,
        "state": lambda: graph.states[number % len(graph.states)].name,
        "date": lambda: f"2026-03-{number + 1:02d}" if name != "due_on" else f"2027-01-{number + 1:02d}",
        "moment": lambda: f"2026-{3 + 2 * (number % 2):02d}-{number + 1:02d} 02:30:00.{number}5",
        "flag": lambda: "true" if number % 2 else "false",
        "integer": lambda: str(number),
        "percent": lambda: f"{number}.5",
        "code": lambda: NASTY[number % len(NASTY)].replace("\n", " "),
        "longtext": lambda: NASTY[number % len(NASTY)],
        "email": lambda: f"a{number}@example.com",
    }
    if field.decimals is not None and field.kind != "percent":
        return str(Decimal(number * 7 + 1).scaleb(-min(field.decimals, 4)))
    return kinds.get(field.kind, lambda: f"{NASTY[number % len(NASTY)]} {number}".replace("\n", " "))()


def samples(name: str, keys: dict[str, list[str]]) -> str:
    """A file of thirteen records with everything filled that can be, some of them with two lines."""
    cls = ENTITIES[name]
    fields = {one: field for one, field in importable_fields(cls).items() if not field.derived}
    rows = []
    pairs = len(cls.__entity__.key) > 1
    for number in range(2 if pairs else len(NASTY)):
        cells = {one: sample(one, field, number, keys, cls) for one, field in fields.items()}
        cells |= {one: "" for one in ("parent", "manager", "stage") if one in cells and number == 0}
        rows.append(cells)
        if cls.__lines__ and number % 2:
            rows.append(
                cells
                | {
                    one: sample(one, fields[one], number + 1, keys, cls)
                    for one in fields
                    if one.startswith("lines.")
                }
            )
        key = "~".join(cells[one] for one in cls.__entity__.key)
        keys.setdefault(name, []).append(key)
    lines = [list(fields), *([row[one] for one in fields] for row in rows)]
    return "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines) + "\n"


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A store with records of every entity."""
    keys: dict[str, list[str]] = {}
    for name in order_of_need():
        result = desk.load(name, samples(name, keys), history=True)
        assert (result.refused, result.skipped) == (0, 0), (name, result.summary("en"))
    return desk


def contents(desk: Desk, name: str, folder: Path) -> str:
    path = folder / "now.csv"
    export_file(desk.store, SYSTEM_ACTOR, name, path)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".csv.gz"])
def test_every_entity_goes_out_and_comes_back_as_it_was(filled, tmp_path, suffix, empty_sqlite_file):
    from operational.settings import Settings
    from operational.store.session import Store

    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "store.sqlite").write_bytes(empty_sqlite_file.read_bytes())
    other = Desk(Store.open(Settings(data=tmp_path / "other")), tmp_path / "other")
    for name in order_of_need():
        path = tmp_path / f"{name}{suffix}"
        assert export_file(filled.store, SYSTEM_ACTOR, name, path) > 0
        again = filled.load(name, path, history=True, on_conflict="update")
        assert again.unchanged == again.read > 0, (name, again.summary("en"))
        moved = other.load(name, path, history=True)
        assert moved.loaded == moved.read, (name, moved.summary("en"))
        assert contents(other, name, tmp_path) == contents(filled, name, tmp_path)
    other.store.close()


def test_nothing_that_leaves_is_live(filled, tmp_path):
    for name in NAMES:
        csv_path, sheet_path = tmp_path / "a.csv", tmp_path / "a.xlsx"
        export_file(filled.store, SYSTEM_ACTOR, name, csv_path)
        export_file(filled.store, SYSTEM_ACTOR, name, sheet_path)
        with csv_path.open(newline="", encoding="utf-8") as stream:
            for cell in (cell for row in csv.reader(stream) for cell in row):
                assert not cell.startswith(tuple("=+-@\t\r＝＋－＠")) or float(cell) < 0, (name, cell)
        import zipfile

        with zipfile.ZipFile(sheet_path) as book:
            assert not any(b"<f>" in book.read(part) for part in book.namelist())


def test_numbers_stay_numbers_and_texts_stay_texts(quick_desk, tmp_path):
    quick_desk.load("item", "code,name,list_price\n007,-5,12.5\n")
    quick_desk.load("depot", "code,name,org_unit\nD1,A,HQ\n")
    quick_desk.load(
        "stock_movement",
        "number,item,depot,quantity,moved_at\nM1,007,D1,5,2026-01-01\nM2,007,D1,-5,2026-01-02\n",
        history=True,
    )
    export_file(quick_desk.store, SYSTEM_ACTOR, "stock_movement", tmp_path / "m.csv")
    assert ",-5," in (tmp_path / "m.csv").read_text()
    export_file(quick_desk.store, SYSTEM_ACTOR, "item", tmp_path / "i.xlsx")
    head, row = CalamineWorkbook.from_path(str(tmp_path / "i.xlsx")).get_sheet_by_index(0).to_python()
    cells = dict(zip(head, row, strict=True))
    assert (cells["code"], cells["name"], cells["list_price"]) == ("007", "-5", 12.5)


def test_a_filter_limits_the_rows(quick_desk, tmp_path):
    quick_desk.load("customer", "code,name,level\nK1,A,x\nK2,B,y\nK3,C,\n")
    path = tmp_path / "c.csv"
    assert export_file(quick_desk.store, SYSTEM_ACTOR, "customer", path, {"level": ["x", "y"]}) == 2
    assert export_file(quick_desk.store, SYSTEM_ACTOR, "customer", path, {"level": [""]}) == 1
    with pytest.raises(Invalid, match="levle"):
        export_file(quick_desk.store, SYSTEM_ACTOR, "customer", path, {"levle": ["x"]})
    assert "K3" in path.read_text()  # the last good one


def test_a_mark_for_spreadsheets_and_gzip(quick_desk, tmp_path):
    export_file(quick_desk.store, SYSTEM_ACTOR, "org_unit", tmp_path / "a.csv", bom=True)
    assert (tmp_path / "a.csv").read_bytes().startswith("\ufeffcode,name".encode())
    export_file(quick_desk.store, SYSTEM_ACTOR, "org_unit", tmp_path / "a.csv.gz")
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()).startswith(b"code,name")


def test_what_cannot_be_written_is_told_and_leaves_nothing(quick_desk, tmp_path, monkeypatch):
    for name, sentence in (
        ("a.pdf", "must end in .csv"),
        ("none/a.csv", "cannot be written"),
        ("none/a.xlsx", "cannot be written"),
    ):
        with pytest.raises(TransferFailed, match=sentence):
            export_file(quick_desk.store, SYSTEM_ACTOR, "org_unit", tmp_path / name)
    monkeypatch.setattr(module, "SHEET_ROWS", 1)
    with pytest.raises(TransferFailed, match="more than Excel's 1 rows"):
        export_file(quick_desk.store, SYSTEM_ACTOR, "org_unit", tmp_path / "a.xlsx")
    assert list(tmp_path.glob("*.xlsx")) == []
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_many_records_leave_in_parts(quick_desk, tmp_path, monkeypatch):
    from operational.transfer.writing import flat_rows as export_rows

    monkeypatch.setattr(export_rows, "TOGETHER", 3)
    quick_desk.load("item", "code,name\n" + "".join(f"I{n},A\n" for n in range(10)))
    head = "number,customer,ordered_on,lines.item,lines.quantity\n"
    body = "".join(f"O{n % 7},K,2026-01-01,I{n},1\n" for n in range(10))
    quick_desk.load("order", head + body, create_missing=True)
    assert export_file(quick_desk.store, SYSTEM_ACTOR, "order", tmp_path / "o.csv") == 10
    with (tmp_path / "o.csv").open(newline="") as stream:
        found = [(row["number"], row["lines.item"]) for row in csv.DictReader(stream)]
    assert sorted(found) == sorted((f"O{n % 7}", f"I{n}") for n in range(10))


def test_instants_and_numbers_are_told_exactly():
    berlin = ZoneInfo("Europe/Berlin")
    second = datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC).astimezone(berlin)
    assert as_text(second) == "2026-10-25 02:30:00+01:00"
    assert [as_text(Decimal(text)) for text in ("1E+3", "12.500", "0.000", "-0.1")] == [
        "1000",
        "12.5",
        "0",
        "-0.1",
    ]


def test_a_template_names_what_a_file_may_have(quick_desk, tmp_path):
    for name in NAMES:
        columns = template(SYSTEM_ACTOR, name)
        fields = importable_fields(entity(name))
        assert {column.name for column in columns} == {
            one for one, field in fields.items() if not field.derived
        }
        assert all(column.takes.zh and column.takes.en for column in columns)
        path = tmp_path / f"{name}.xlsx"
        write_template(SYSTEM_ACTOR, name, path, "zh")
        header = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[0]
        assert header == [column.name for column in columns]
        assert quick_desk.load(name, path, history=True).read == 0  # nothing filled in, but all understood
