"""Records into a CSV or Excel file: what the actor may see, nothing live in it, fit to be imported again.

How rows are made flat is in writing/flat_rows.py.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa

from operational.crud.access import Actor, may, require, row_filter
from operational.crud.filter import Where
from operational.crud.find import narrowing
from operational.entity import Entity, entity
from operational.field import Field
from operational.store.session import Store
from operational.transfer.failure import TransferFailed, WrongUsage
from operational.transfer.mapping.importable import importable_by
from operational.transfer.writing.flat_rows import FlatRows, Value
from operational.transfer.writing.formula import harmless

SHEET_ROWS = 1_048_576
EXACT_DIGITS = 15  # of a number in a spreadsheet
FIRST_SHEET_DAY = date(1900, 3, 1)  # before it spreadsheets count days wrongly


def export_file(
    store: Store,
    actor: Actor,
    entity_name: str,
    path: Path,
    where: Where | None = None,
    *,
    search: str = "",
    bom: bool = False,
) -> int:
    """Write the records of the list with this `where` (grammar: crud/filter.py) and `search`; the number of rows.

    `.csv` (also `.csv.gz`) is UTF-8, with `bom` a mark for spreadsheets in front; `.xlsx` has real numbers and
    dates where a spreadsheet keeps them exactly, else text. Private fields are there for those who may edit.
    Raises crud's NotAllowed and Invalid, and TransferFailed where the file cannot be written.
    """
    cls = entity(entity_name)
    require(actor, "export", cls)
    path = Path(path)
    if not path.name.lower().endswith((".csv", ".csv.gz", ".xlsx")):
        raise WrongUsage(
            f"无法导出为 {path.name}；文件名须以 .csv、.csv.gz 或 .xlsx 结尾。",
            f"Cannot export to {path.name}; its name must end in .csv, .csv.gz or .xlsx.",
        )
    fields = exported_fields(actor, cls)
    with store.reading() as session:
        allowed = row_filter(session, actor, "export", cls)
        flat = FlatRows(session, cls, fields, store.settings.zone)
        parts = flat.parts(allowed, *narrowing(session, actor, cls, where or {}, search))
        try:
            return _written(path, list(fields), parts, bom=bom)
        except OSError as error:
            raise TransferFailed(
                f"无法写入 {path}：{error.strerror}。", f"{path} cannot be written: {error.strerror}."
            ) from error


def exported_fields(actor: Actor, cls: type[Entity]) -> dict[str, Field]:
    """The fields that an export has, by the names that an import understands."""
    sees_private = may(actor, "edit", cls)
    return {
        name: field for name, field in importable_by(actor, cls).items() if sees_private or not field.private
    }


def _written(path: Path, names: list[str], parts: Iterator[list[list[Value]]], *, bom: bool) -> int:
    """The whole file or none: written beside, flushed to the disk, then put in place."""
    beside = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        beside.touch()  # a place that cannot be written to is told before anything is read
        if path.suffix.lower() == ".xlsx":
            count = _sheet(beside, names, parts)
        else:
            with _text(beside, bom=bom) as stream:
                count = _csv(stream, names, parts)
        with beside.open("rb") as stream:
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count


def _text(path: Path, *, bom: bool) -> TextIO:
    encoding = "utf-8-sig" if bom else "utf-8"
    if path.suffix.lower() == ".gz":
        return io.TextIOWrapper(gzip.GzipFile(path, "wb"), encoding=encoding, newline="")
    return path.open("w", encoding=encoding, newline="")


def _csv(stream: TextIO, names: list[str], parts: Iterator[list[list[Value]]]) -> int:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    count = 0
    for part in parts:
        columns = [
            harmless(pa.array([as_text(value) for value in column], pa.string())).to_pylist()
            for column in part
        ]
        writer.writerows(zip(*columns, strict=True))
        count += len(columns[0])
    return count


def as_text(value: Value) -> str:
    """A value as a CSV has it: plain numbers, ISO dates, instants in the business zone with their offset."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _sheet(path: Path, names: list[str], parts: Iterator[list[list[Value]]]) -> int:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    literal = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with Workbook(str(path), {"constant_memory": True} | literal) as book:
            return _filled(book, names, parts)
    except FileCreateError as error:  # it holds the OSError that our caller tells about
        raise error.args[0] from error


def _filled(book: Any, names: list[str], parts: Iterator[list[list[Value]]]) -> int:
    sheet = book.add_worksheet()
    formats: dict[type, Any] = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    sheet.write_row(0, 0, names, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    count = 0
    for part in parts:
        for row in zip(*part, strict=True):
            count += 1
            if count == SHEET_ROWS:
                raise TransferFailed(
                    f"超过 Excel 的 {SHEET_ROWS} 行上限；请导出为 .csv 或缩小筛选范围。",
                    f"There are more than Excel's {SHEET_ROWS} rows; export to .csv or filter further.",
                )
            for place, value in enumerate(row):
                _cell(sheet, count, place, value, formats)
    return count


def _cell(sheet: Any, row: int, place: int, value: Value, formats: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= EXACT_DIGITS:
        sheet.write_number(row, place, value)
    elif isinstance(value, datetime) and _is_plain(value):
        sheet.write_datetime(row, place, value.replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_SHEET_DAY:
        sheet.write_datetime(row, place, value, formats[date])
    else:
        sheet.write_string(row, place, as_text(value))


def _is_plain(moment: datetime) -> bool:
    """Whether a cell without a zone, exact to the second, tells this instant without doubt."""
    once = moment.replace(fold=0).utcoffset() == moment.replace(fold=1).utcoffset()
    return once and moment.microsecond == 0 and moment.date() >= FIRST_SHEET_DAY
