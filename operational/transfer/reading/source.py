"""A file as read: text columns under the names of its header, and the number that each row has in the file.

How bytes become records is in text_file.py and spreadsheet.py; what the columns mean is the mapping's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.transfer.failure import TransferFailed

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how .xlsx, .xlsb and .ods begin, and how .xls does
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f]")
REJECT_COLUMNS = ("row", "field", "reason")  # the last three columns of every rejects file


@dataclass(frozen=True)
class Layout:
    """How a file is laid out, where that is declared; what is None is found out.

    In a `ragged` file a row ends with its last cell: what is missing to the header's width is empty.
    """

    encoding: str | None = None
    delimiter: str | None = None
    skip_first: int = 0
    skip_last: int = 0
    header: tuple[str, ...] | None = None
    sheet: str | None = None
    ragged: bool = False


@dataclass(frozen=True)
class Misshapen:
    """A record with more or fewer cells than the header."""

    number: int
    cells: int
    text: str


@dataclass(frozen=True)
class Records:
    """Everything in a file, junk and header included, as text columns; record i has number numbers[i], from 1."""

    columns: list[pa.Array]
    numbers: np.ndarray
    misshapen: list[Misshapen]
    encoding: str
    delimiter: str
    typed: bool = False  # from a spreadsheet, whose dates are no matter of format
    layout: Layout | None = None  # where the file itself says how it is laid out

    @classmethod
    def of_rows(cls, rows: list[list[str]], encoding: str, delimiter: str, *, typed: bool = False) -> Records:
        """Records of rows of any lengths; short ones are filled up."""
        columns = [pa.array(column, pa.string()) for column in zip_longest(*rows, fillvalue="")]
        return cls(columns, np.arange(1, len(rows) + 1, dtype=np.int64), [], encoding, delimiter, typed)


@dataclass(frozen=True)
class Source:
    """The rows below the header: columns by name, the row's number in the file (the first record is 1).

    `odd` are the places of rows whose number of cells differs from the header's, with that number and their
    text; `blank` counts rows that hold nothing and were passed over.
    """

    path: Path
    table: pa.Table
    numbers: np.ndarray
    encoding: str
    delimiter: str
    typed: bool
    blank: int
    odd: dict[int, Misshapen] = field(default_factory=dict)


def read_source(path: Path, layout: Layout) -> Source:
    """The file's rows; TransferFailed in one sentence if it cannot be read.

    What a file is, its first bytes say: many a text is called .xls, and many a workbook .csv.
    """
    from operational.transfer.reading.spreadsheet import read_spreadsheet
    from operational.transfer.reading.text_file import read_text_file

    records = read_spreadsheet(path, layout) if _is_spreadsheet(path) else read_text_file(path, layout)
    return _below_header(path, records, records.layout or layout)


def _is_spreadsheet(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(8).startswith(SPREADSHEETS)
    except OSError:  # told where the file is read
        return False


def _below_header(path: Path, records: Records, layout: Layout) -> Source:
    header, names = _header(path, records, layout)
    width = len(names)
    below = np.flatnonzero(records.numbers > header)
    columns = [column.take(pa.array(below)) for column in records.columns[:width]]
    numbers = records.numbers[below]
    wide = _cells_beyond(records, width, below)
    misshapen = [row for row in records.misshapen if not _only_trails(row, width, records.delimiter)]
    odd = {row.number: row for row in (*misshapen, *wide) if row.number > header}
    if records.misshapen:
        columns, numbers = _merged(
            columns, numbers, [row for row in records.misshapen if row.number > header], records
        )
    empty = _blank_rows(columns, len(numbers)) & ~np.isin(numbers, list(odd))
    if empty.any():
        keep = pa.array(np.flatnonzero(~empty))
        columns, numbers = [column.take(keep) for column in columns], numbers[~empty]
    if layout.skip_last:
        end = max(len(numbers) - layout.skip_last, 0)
        columns, numbers = [column[:end] for column in columns], numbers[:end]
    place = {int(number): index for index, number in enumerate(numbers)} if odd else {}
    return Source(
        path,
        pa.table(dict(zip(names, columns, strict=True))),
        numbers,
        records.encoding,
        records.delimiter,
        records.typed,
        int(empty.sum()),
        {place[number]: row for number, row in odd.items() if number in place},
    )


def _header(path: Path, records: Records, layout: Layout) -> tuple[int, list[str]]:
    """The header's number and the names of the columns, every one different."""
    if layout.header:
        return layout.skip_first, list(layout.header)
    place = int(np.searchsorted(records.numbers, layout.skip_first + 1))
    while place < len(records.numbers) and not any(_cells(records, place)):
        place += 1
    if place == len(records.numbers):
        raise TransferFailed(
            f"{path.name} 没有表头；第一行须为列名。",
            f"{path.name} has no header; its first row must hold the names of the columns.",
        )
    cells = _cells(records, place)
    if any(UNPRINTABLE.search(cell) for cell in cells):
        raise TransferFailed(
            f"{path.name} 不是文本表格，或编码不同；请另存为 .csv 或 .xlsx，或在映射中写明 encoding。",
            f"{path.name} is no table of text, or of another encoding: save it as .csv or .xlsx, "
            "or name its encoding in a mapping.",
        )
    while cells and not cells[-1] and (records.typed or _is_blank(records.columns[len(cells) - 1])):
        cells.pop()  # separators at the end of every row make columns that hold nothing
    return int(records.numbers[place]), _different(cells)


def _is_blank(column: pa.Array) -> bool:
    return bool(pc.all(pc.equal(pc.utf8_trim_whitespace(column), "")).as_py())


def _only_trails(row: Misshapen, width: int, delimiter: str) -> bool:
    """Whether a row is longer than the header by empty cells only."""
    from operational.transfer.reading.text_file import cells_of

    return row.cells > width and not any(cell.strip() for cell in cells_of(row.text, delimiter)[width:])


def _cells(records: Records, place: int) -> list[str]:
    return [column[place].as_py().strip() for column in records.columns]


def _different(cells: list[str]) -> list[str]:
    """Names made unique: a nameless column is called by its place (#3), the second of a name `name (2)`."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = cell or f"#{place}"
        again = 1
        while name in names:
            again += 1
            name = f"{cell} ({again})"
        names.append(name)
    return names


def _cells_beyond(records: Records, width: int, below: np.ndarray) -> list[Misshapen]:
    """Rows of a spreadsheet that go on to the right of the header."""
    rows = np.zeros(len(records.numbers), dtype=np.int64)
    for place, column in enumerate(records.columns[width:], start=width + 1):
        filled = pc.not_equal(pc.utf8_trim_whitespace(column), "").to_numpy(zero_copy_only=False)
        rows[filled] = place
    return [
        Misshapen(int(records.numbers[place]), int(rows[place]), " | ".join(_cells(records, int(place))))
        for place in below[rows[below] > 0]
    ]


def _merged(
    columns: list[pa.Array], numbers: np.ndarray, odd: list[Misshapen], records: Records
) -> tuple[list[pa.Array], np.ndarray]:
    """The misshapen rows put back in their places, cells as far as they go; those of no cell are blank lines."""
    from operational.transfer.reading.text_file import cells_of

    odd = [row for row in odd if row.text.strip()]
    if not odd:
        return columns, numbers
    width = len(columns)
    padded = [(cells_of(row.text, records.delimiter) + [""] * width)[:width] for row in odd]
    joined = np.concatenate([numbers, np.array([row.number for row in odd], dtype=np.int64)])
    order = np.argsort(joined, kind="stable")
    merged = [
        pa.concat_arrays([column, pa.array([row[place] for row in padded], pa.string())]).take(
            pa.array(order)
        )
        for place, column in enumerate(columns)
    ]
    return merged, joined[order]


def _blank_rows(columns: list[pa.Array], count: int) -> np.ndarray:
    """Which rows hold nothing but blanks; each column is looked at only where the ones before were empty."""
    left = np.arange(count)
    for column in columns:
        if not len(left):
            break
        cells = column if len(left) == count else column.take(pa.array(left))
        empty = pc.equal(pc.utf8_trim_whitespace(cells), "").to_numpy(zero_copy_only=False)
        left = left[empty]
    blank = np.zeros(count, dtype=bool)
    blank[left] = True
    return blank
