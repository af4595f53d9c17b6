"""The rejects file: every refused row as it stood in the file, with its number, the fields and the reasons.

It is a plain CSV whatever the file was; text_file.py knows it by its last columns, so that, once mended, it is
imported with the same mapping.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pyarrow as pa

from operational.field import Label
from operational.transfer.failure import TransferFailed
from operational.transfer.loading.rows import Rows
from operational.transfer.reading.source import REJECT_COLUMNS
from operational.transfer.writing.formula import harmless_copy


def write_rejects(path: Path, rows: Rows, language: str) -> int:
    """Write the refused rows of the file to `path` in one step and return how many there are."""
    told = _reasons(rows, language)
    source = rows.shaped.source
    places = np.array(sorted(told), dtype=np.int64)
    table = source.table.take(pa.array(places))
    columns = [harmless_copy(_text(column)).to_pylist() for column in table.columns]
    header = [*_without_own(source.table.column_names), *REJECT_COLUMNS]
    columns = columns[: len(header) - len(REJECT_COLUMNS)]
    said = [told[int(place)] for place in places]
    body = (
        zip(*columns, source.numbers[places].tolist(), *zip(*said, strict=True), strict=True)
        if said
        else iter(())
    )
    try:
        _replace(path, header, list(body))
    except OSError as error:
        raise TransferFailed(
            f"无法写入被拒行文件 {path}：{error.strerror}；请用 --rejects 指定可写的文件。",
            f"The rejects cannot be written to {path}: {error.strerror}; name a writable file with --rejects.",
        ) from error
    return len(places)


def _without_own(names: list[str]) -> list[str]:
    """The columns of a rejects file that is imported again are not repeated."""
    last = tuple(name.split(" (")[0] for name in names[-3:])
    return names[:-3] if last == REJECT_COLUMNS else names


def _text(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)


def _reasons(rows: Rows, language: str) -> dict[int, tuple[str, str]]:
    """Fields and reasons of every refused row of the source, in the order in which they were found."""
    fields: dict[int, dict[str, None]] = {}
    sentences: dict[int, dict[str, None]] = {}
    for problem in rows.problems:
        sentence = problem.reason(language)
        cells = problem.cells.to_pylist() if problem.cells is not None else None
        for place, origin in enumerate(rows.shaped.origin[problem.rows].tolist()):
            cell = cells[place] if cells is not None else None
            said = sentence.replace("{value}", shortened(cell)) if "{value}" in sentence else sentence
            fields.setdefault(origin, {})[problem.field] = None
            sentences.setdefault(origin, {})[said] = None
    return {
        origin: ("; ".join(filter(None, fields[origin])), "; ".join(sentences[origin])) for origin in fields
    }


def shortened(cell: object) -> str:
    """A cell's text for a sentence, cut where it would drown it."""
    text = "" if cell is None else str(cell)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _replace(path: Path, header: list[str], body: list[tuple[object, ...]]) -> None:
    """The whole file or none: written beside, flushed to the disk, then put in place.

    UTF-8, with a mark for spreadsheets where there is more than ASCII.
    """
    plain = all(str(cell).isascii() for row in (header, *body) for cell in row)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w", encoding="utf-8" if plain else "utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(body)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)


def commonest(rows: Rows, limit: int = 10) -> list[tuple[str, Label, int]]:
    """The reasons met most often, each with its field and the number of rows."""
    counts: dict[tuple[str, Label], int] = {}
    for problem in rows.problems:
        key = (problem.field, problem.reason)
        counts[key] = counts.get(key, 0) + len(problem.rows)
    ordered = sorted(counts.items(), key=lambda item: -item[1])[:limit]
    return [(field, reason, count) for (field, reason), count in ordered]
