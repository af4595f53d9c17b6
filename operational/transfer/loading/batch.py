"""Records on their way into the store: documents gathered from their rows, with their lines, as columns.

What may be in them is checked elsewhere; here rows, records and lines are kept together.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.entity import Entity
from operational.field import Field, Label
from operational.transfer.loading.rows import Fate, Rows
from operational.transfer.mapping.importable import LINES, importable_fields
from operational.transfer.reading.cells import codes, missing, row_codes
from operational.transfer.telling import reasons


@dataclass(frozen=True)
class Stored:
    """The stored values of a batch's existing records (null: new) and of the lines in the same places."""

    header: dict[str, pa.Array]
    lines: dict[str, pa.Array]
    line_counts: pa.Array

    def take(self, records: pa.Array, lines: pa.Array) -> Stored:
        """The same for some of the records and lines."""
        return Stored(
            {name: column.take(records) for name, column in self.header.items()},
            {name: column.take(lines) for name, column in self.lines.items()},
            self.line_counts.take(records),
        )


@dataclass
class Batch:
    """Records by column: `header` by field name, `lines` by the line's field name, both as the store keeps them.

    `first_row[r]` is the row where record r begins, `record_of[row]` the record of a row (-1: none),
    `line_record` and `line_row` say whose and whence each line is. Links are text until they are resolved.
    """

    cls: type[Entity]
    rows: Rows
    header: dict[str, pa.Array]
    lines: dict[str, pa.Array]
    first_row: np.ndarray
    record_of: np.ndarray
    line_record: np.ndarray
    line_row: np.ndarray
    given: frozenset[str]
    words: pa.Array  # the natural key as the file writes it
    existing: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # id in the store, or 0
    stored: Stored | None = None

    def __len__(self) -> int:
        return len(self.first_row)

    @property
    def gives_lines(self) -> bool:
        """Whether the file says anything about lines, so that a document's lines are those of the file."""
        return any(name.startswith(LINES) for name in self.given)

    def refuse(self, mask: np.ndarray, field_name: str, reason: Label, cells: pa.Array | None = None) -> None:
        """Refuse the records of a mask, for what stands in their first row."""
        at = np.flatnonzero(mask)
        self.rows.refuse(self.first_row[at], field_name, reason, _taken(cells, at))

    def refuse_lines(
        self, mask: np.ndarray, field_name: str, reason: Label, cells: pa.Array | None = None
    ) -> None:
        """Refuse the rows of some lines, and with them their documents."""
        at = np.flatnonzero(mask)
        self.rows.refuse(self.line_row[at], f"{LINES}{field_name}", reason, _taken(cells, at))

    def drop_refused(self) -> None:
        """Leave out every record that has a refused row; its other rows are refused as the same document."""
        refused = np.zeros(len(self), dtype=bool)
        mine = np.flatnonzero(self.record_of >= 0)
        bad = mine[self.rows.fate[mine] == Fate.REFUSED]
        if not len(bad):
            return
        refused[self.record_of[bad]] = True
        others = mine[refused[self.record_of[mine]] & (self.rows.fate[mine] == Fate.PENDING)]
        self.rows.refuse(others, "", reasons.same_document())
        self.keep(~refused)

    def settle(self, mask: np.ndarray, fate: Fate) -> None:
        """Give every row of these records its fate and leave the records out."""
        if mask.any():
            self.mark(mask, fate)
            self.keep(~mask)

    def mark(self, mask: np.ndarray, fate: Fate) -> None:
        """Give every row of these records its fate."""
        mine = np.flatnonzero(self.record_of >= 0)
        self.rows.settle(mine[mask[self.record_of[mine]]], fate)

    def keep(self, mask: np.ndarray) -> None:
        """Go on with the records of a mask only."""
        new = np.cumsum(mask) - 1
        at = pa.array(np.flatnonzero(mask))
        self.header = {name: column.take(at) for name, column in self.header.items()}
        self.words = self.words.take(at)
        self.first_row = self.first_row[mask]
        self.existing = self.existing[mask]
        line_mask = mask[self.line_record]
        kept = pa.array(np.flatnonzero(line_mask))
        self.lines = {name: column.take(kept) for name, column in self.lines.items()}
        if self.stored is not None:
            self.stored = self.stored.take(at, kept)
        self.line_row = self.line_row[line_mask]
        self.line_record = new[self.line_record[line_mask]]
        mine = self.record_of >= 0
        left = np.full(len(self.record_of), -1, dtype=np.int64)
        inside = np.zeros(len(self.record_of), dtype=bool)
        inside[mine] = mask[self.record_of[mine]]
        left[inside] = new[self.record_of[inside]]
        self.record_of = left

    def key(self) -> list[pa.Array]:
        """The columns of the natural key."""
        return [self.header[name] for name in self.cls.__entity__.key]


def _key_words(cls: type[Entity], header: dict[str, pa.Array]) -> pa.Array:
    """The natural key as people write it, while links are still text."""
    parts = [header[name].cast(pa.string()) for name in cls.__entity__.key]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "~")


def _taken(cells: pa.Array | None, at: np.ndarray) -> pa.Array | None:
    return None if cells is None else cells.take(pa.array(at))


def gather(
    rows: Rows, cls: type[Entity], columns: dict[str, pa.Array], live: np.ndarray, per_row: frozenset[str]
) -> Batch:
    """The records that converted columns of the live rows make; `per_row` are fields that a column gives.

    An entity without lines has one record per row. A document gathers every row with its key; a row that has
    no key and nothing else of the header goes on with the document above it.
    """
    header = {name: column for name, column in columns.items() if not name.startswith(LINES)}
    lines = {name.removeprefix(LINES): column for name, column in columns.items() if name.startswith(LINES)}
    given = frozenset(columns)
    if cls.__lines__ is None:
        record_of = np.full(len(rows), -1, dtype=np.int64)
        record_of[live] = np.arange(len(live))
        nothing = np.zeros(0, dtype=np.int64)
        words = _key_words(cls, header)
        batch = Batch(cls, rows, header, {}, live, record_of, nothing, nothing, given, words)
    else:
        batch = _documents(rows, cls, header, lines, live, given, per_row)
    batch.existing = np.zeros(len(batch), dtype=np.int64)
    return batch


def _documents(
    rows: Rows,
    cls: type[Entity],
    header: dict[str, pa.Array],
    lines: dict[str, pa.Array],
    live: np.ndarray,
    given: frozenset[str],
    per_row: frozenset[str],
) -> Batch:
    has_line = _any_value(
        [lines[name] for name in lines if f"{LINES}{name}" in per_row] or list(lines.values()), live
    )
    document = _document_codes(cls, header, has_line, per_row, len(live))
    rows.refuse(live[document < 0], cls.__entity__.key[0], reasons.required())
    order = np.argsort(document, kind="stable")
    order = order[document[order] >= 0]
    sorted_codes = document[order]
    starts = np.flatnonzero(np.diff(sorted_codes, prepend=-1))
    record_of = np.full(len(rows), -1, dtype=np.int64)
    record = np.cumsum(np.diff(sorted_codes, prepend=-1) > 0) - 1 if len(order) else order
    record_of[live[order]] = record
    first_row = live[order[starts]] if len(order) else np.zeros(0, dtype=np.int64)
    fields = importable_fields(cls)
    whole = {
        name: _one_value(column.take(pa.array(order)), starts, order, live, rows, fields[name])
        for name, column in header.items()
    }
    with_line = has_line[order]
    at = pa.array(order[with_line])
    return Batch(
        cls,
        rows,
        whole,
        {name: column.take(at) for name, column in lines.items()},
        first_row,
        record_of,
        record[with_line],
        live[order[with_line]],
        given,
        _key_words(cls, whole),
    )


def _any_value(columns: list[pa.Array], live: np.ndarray) -> np.ndarray:
    found = np.zeros(len(live), dtype=bool)
    for column in columns:
        found |= ~missing(column)
    return found


def _document_codes(
    cls: type[Entity], header: dict[str, pa.Array], has_line: np.ndarray, per_row: frozenset[str], count: int
) -> np.ndarray:
    """The document of each row in order of first appearance; -1 where a row names none."""
    key = [header[name] for name in cls.__entity__.key]
    keyless = _any_missing(key)
    code = row_codes(key) if len(key) > 1 else codes(key[0])
    if keyless.any():
        bare = np.ones(count, dtype=bool)
        for name, column in header.items():
            if name in per_row:
                bare &= missing(column)
        goes_on = keyless & bare & has_line
        above = np.maximum.accumulate(np.where(goes_on, -1, np.arange(count)))
        code = np.where(keyless, -1, code)
        code = np.where(goes_on & (above >= 0), code[np.maximum(above, 0)], code)
    return code


def _any_missing(columns: list[pa.Array]) -> np.ndarray:
    found = missing(columns[0]).copy()
    for column in columns[1:]:
        found |= missing(column)
    return found


def _one_value(
    column: pa.Array, starts: np.ndarray, order: np.ndarray, live: np.ndarray, rows: Rows, field: Field
) -> pa.Array:
    """The one value that a document's rows give for a header field; rows that differ are refused."""
    count = len(column)
    if not count:
        return column
    code = codes(column)
    empty = code < 0
    first = np.minimum.reduceat(np.where(empty, count, np.arange(count)), starts)
    least = np.minimum.reduceat(np.where(empty, count, code), starts)
    most = np.maximum.reduceat(code, starts)
    for record in np.flatnonzero((most > least) & (most >= 0) & (least < count)):
        stop = starts[record + 1] if record + 1 < len(starts) else count
        places = np.arange(starts[record], stop)
        differing = places[(code[places] >= 0) & (code[places] != code[first[record]])]
        words = dict.fromkeys(column.take(pa.array(places[~empty[places]])).cast(pa.string()).to_pylist())
        said = " / ".join(list(words)[:4])
        rows.refuse(
            live[order[differing]], field.name, reasons.header_differs(field.label), _same(said, differing)
        )
    return column.take(pa.array(np.where(first < count, first, -1), mask=first >= count))


def _same(text: str, places: np.ndarray) -> pa.Array:
    return pa.repeat(pa.scalar(text), len(places))


def line_numbers(batch: Batch) -> np.ndarray:
    """Each line's number within its document, from 1, in the order of the file."""
    if not len(batch.line_record):
        return batch.line_record
    starts = np.flatnonzero(np.diff(batch.line_record, prepend=-1))
    lengths = np.diff(np.append(starts, len(batch.line_record)))
    return np.arange(len(batch.line_record)) - np.repeat(starts, lengths) + 1
