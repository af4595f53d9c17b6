"""A file brought into the shape of our records: joined, made long, repeated, filtered and freed of equal rows.

Cells stay text under the file's own column names; which field they fill is decided in field_text.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.transfer.failure import TransferFailed, nearest
from operational.transfer.mapping.plan import Condition, Join, Mapping, Unpivot
from operational.transfer.mapping.repeat import Refusals, counts
from operational.transfer.reading.cells import clean, first_of_each, joined_key, missing, row_codes, truth
from operational.transfer.reading.source import Source, read_source


@dataclass
class Shaped:
    """Rows as the mapping sees them: `origin` is the row of the source, `numbers` its number in the file.

    Where rows are repeated, `copy` numbers those of one row from 1, one after the other; it is 0 for a row that
    comes no times.
    """

    source: Source
    table: pa.Table
    origin: np.ndarray
    null: tuple[str, ...]
    ambiguous: dict[str, np.ndarray] = field(default_factory=dict)  # joined file -> rows that meet it twice
    copy: np.ndarray | None = None
    miscounted: Refusals = field(default_factory=list)  # rows whose number of copies cannot be taken
    _clean: dict[str, pa.Array] = field(default_factory=dict)

    @property
    def numbers(self) -> np.ndarray:
        """The number of each row in the file."""
        return self.source.numbers[self.origin]

    def __len__(self) -> int:
        return len(self.origin)

    def cells(self, name: str, asked_by: str) -> pa.Array:
        """The clean cells of a column; TransferFailed, naming who asked for it, if there is none."""
        if name not in self._clean:
            if name not in self.table.column_names:
                hint = nearest(name, self.table.column_names)
                raise TransferFailed(
                    f"{asked_by}：文件 {self.source.path.name} 中没有列“{name}”{hint.zh}。",
                    f"{asked_by}: the file {self.source.path.name} has no column '{name}'{hint.en}.",
                )
            self._clean[name] = clean(_one_chunk(self.table.column(name)), self.null)
        return self._clean[name]


def shape(source: Source, mapping: Mapping) -> Shaped:
    """The source joined with its second files, made long and repeated, no row taken away yet."""
    shaped = Shaped(source, source.table, np.arange(len(source.numbers)), mapping.null)
    for join in mapping.joins:
        _join(shaped, join, mapping)
    for name in mapping.fill_down:
        _fill_down(shaped, name)
    if mapping.unpivot is not None:
        shaped = _long(shaped, mapping.unpivot)
    if mapping.repeat is not None:
        shaped = _repeated(shaped, mapping.repeat, ~skipped(shaped, mapping))
    return shaped


def skipped(shaped: Shaped, mapping: Mapping) -> np.ndarray:
    """Which rows do not satisfy the mapping's conditions, or come no times."""
    out = np.zeros(len(shaped), dtype=bool) if shaped.copy is None else shaped.copy == 0
    return out | ~_satisfying(shaped, mapping.where)


def duplicates(shaped: Shaped, mapping: Mapping) -> np.ndarray:
    """Which rows repeat an earlier one in every column of the file, or in the columns that are to differ."""
    if mapping.distinct is False:
        return np.zeros(len(shaped), dtype=bool)
    if mapping.distinct is True:
        source = shaped.source.table
        again = ~first_of_each(row_codes([_one_chunk(source.column(name)) for name in source.column_names]))
        return again[shaped.origin]
    columns = [shaped.cells(name, "rows.distinct") for name in mapping.distinct]
    if shaped.copy is None:
        return ~first_of_each(row_codes(columns))
    first = shaped.copy <= 1  # copies are no repetition of each other, and share the fate of the first
    again = ~first_of_each(row_codes([column.filter(pa.array(first)) for column in columns]))
    return again[np.cumsum(first) - 1]


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)


def _join(shaped: Shaped, join: Join, mapping: Mapping) -> None:
    """Add the second file's columns; rows that meet two different rows of it are noted as ambiguous."""
    second = read_source(_beside(join.file, shaped.source.path, mapping), join.layout)
    place = f'join."{join.file}"'
    theirs = Shaped(second, second.table, np.arange(len(second.numbers)), mapping.null)
    single = first_of_each(row_codes([_one_chunk(column) for column in second.table.columns]))
    kept = pa.array(np.flatnonzero(single & _satisfying(theirs, join.where, f"{place}.")))
    key = joined_key([theirs.cells(column, place).take(kept) for column in join.on.values()])
    ours = joined_key([shaped.cells(column, place) for column in join.on])
    found = pc.index_in(ours, value_set=key)
    found = pc.if_else(pc.is_null(ours), pa.scalar(None, found.type), found)
    counts = pc.value_counts(key.drop_null())
    twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    shaped.ambiguous[join.file] = truth(pc.is_in(ours, value_set=twice)) & ~missing(ours)
    for name in second.table.column_names:
        column = _one_chunk(second.table.column(name)).take(kept).take(found)
        column = pc.fill_null(column, "")
        if name not in shaped.table.column_names:
            shaped.table = shaped.table.append_column(name, column)
        shaped.table = shaped.table.append_column(f"{join.file}:{name}", column)


def _fill_down(shaped: Shaped, name: str) -> None:
    """An empty cell of the column takes what stands above it."""
    filled = pc.fill_null_forward(shaped.cells(name, "rows.fill_down"))
    place = shaped.table.column_names.index(name)
    shaped.table = shaped.table.set_column(place, name, pc.fill_null(filled, ""))
    del shaped._clean[name]


def _beside(file: str, path: Path, mapping: Mapping) -> Path:
    """The second file: beside the imported one, beside the mapping, or by path."""
    for candidate in (path.parent / file, Path(mapping.directory) / file, Path(file)):
        if candidate.is_file():
            return candidate
    raise TransferFailed(
        f"找不到要连接的文件“{file}”；请放在 {path.name} 旁边或写明路径。",
        f"There is no file '{file}' to join; put it beside {path.name} or give its path.",
    )


def _long(shaped: Shaped, unpivot: Unpivot) -> Shaped:
    names = shaped.table.column_names
    wide = [name for name in names if any(fnmatchcase(name, pattern) for pattern in unpivot.columns)]
    if not wide:
        hint = nearest(unpivot.columns[0], names)
        raise TransferFailed(
            f"unpivot.columns：没有与 {', '.join(unpivot.columns)} 相符的列{hint.zh}。",
            f"unpivot.columns: no column matches {', '.join(unpivot.columns)}{hint.en}.",
        )
    rows, width = len(shaped), len(wide)
    origin = np.repeat(np.arange(rows), width)
    each = pa.array(origin)
    cells = pa.concat_arrays([_one_chunk(shaped.table.column(name)) for name in wide])
    place = (np.arange(width)[None, :] * rows + np.arange(rows)[:, None]).ravel()
    columns = {name: shaped.table.column(name).take(each) for name in names if name not in wide}
    columns[unpivot.name] = pa.array(wide).take(pa.array(np.tile(np.arange(width), rows)))
    columns[unpivot.value] = cells.take(pa.array(place))
    ambiguous = {file: mask[origin] for file, mask in shaped.ambiguous.items()}
    return Shaped(shaped.source, pa.table(columns), shaped.origin[origin], shaped.null, ambiguous)


def _repeated(shaped: Shaped, column: str, taken: np.ndarray) -> Shaped:
    """Each row that is taken as many times as it counts; one that comes no times, or is refused, stays once."""
    place = "rows.repeat"
    times, refused = counts(shaped.cells(column, place), taken, place)
    stay = np.maximum(times, 1)
    each = np.repeat(np.arange(len(shaped)), stay)
    copy = np.arange(len(each)) - np.repeat(np.cumsum(stay) - stay, stay) + 1
    return Shaped(
        shaped.source,
        shaped.table.take(pa.array(each)),
        shaped.origin[each],
        shaped.null,
        {file: mask[each] for file, mask in shaped.ambiguous.items()},
        np.where(times[each] == 0, 0, copy),
        [(mask[each], reason) for mask, reason in refused],
    )


def _satisfying(shaped: Shaped, where: dict[str, Condition], place: str = "") -> np.ndarray:
    """Which rows satisfy all conditions."""
    holds = np.ones(len(shaped), dtype=bool)
    for column, condition in where.items():
        holds &= _holds(shaped.cells(column, f"{place}where.{column}"), condition)
    return holds


def _holds(cells: pa.Array, condition: Condition) -> np.ndarray:
    """Which cells satisfy every part of the condition."""
    empty = missing(cells)
    holds = np.ones(len(cells), dtype=bool)
    if condition.present is not None:
        holds &= ~empty if condition.present else empty
    if condition.among is not None:
        holds &= truth(pc.is_in(cells, value_set=pa.array(condition.among, pa.string()))) & ~empty | (
            empty & ("" in condition.among)
        )
    if condition.excluded is not None:
        holds &= ~(truth(pc.is_in(cells, value_set=pa.array(condition.excluded, pa.string()))) & ~empty)
        if "" in condition.excluded:
            holds &= ~empty
    if condition.prefixes is not None:
        holds &= _starts(cells, condition.prefixes)
    if condition.not_prefixes is not None:
        holds &= ~_starts(cells, condition.not_prefixes)
    for bound, compare in ((condition.least, pc.greater_equal), (condition.most, pc.less_equal)):
        if isinstance(bound, str):
            holds &= truth(compare(cells, bound))
        elif bound is not None:
            holds &= truth(compare(_as_floats(cells), float(bound)))
    return holds


def _starts(cells: pa.Array, prefixes: tuple[str, ...]) -> np.ndarray:
    found = np.zeros(len(cells), dtype=bool)
    for prefix in prefixes:
        found |= truth(pc.starts_with(cells, prefix))
    return found


def _as_floats(cells: pa.Array) -> pa.Array:
    """Numbers for comparing; null where a cell is none."""
    plain = pc.replace_substring_regex(cells, r"[\s,]", "")
    number = pc.match_substring_regex(plain, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    return pc.if_else(number, plain, pa.scalar(None, pa.string())).cast(pa.float64())
