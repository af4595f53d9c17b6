"""Rows that stand for several alike: brought in as many times as a column counts, the copies numbered from 1.

Which rows are taken at all is shape.py's business; how the number of a copy gets into a text is field_text.py's.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from operational.field import Label
from operational.transfer.converting.numbers import convert_numbers
from operational.transfer.failure import TransferFailed
from operational.transfer.reading.cells import missing
from operational.transfer.telling import reasons

MOST_COPIES = 1_000_000  # of one row: a greater count is rather a code or an amount
MOST_ROWS = 10_000_000  # of a whole file

Refusals = list[tuple[np.ndarray, Label]]


def counts(cells: pa.Array, taken: np.ndarray, asked_by: str) -> tuple[np.ndarray, Refusals]:
    """How many times each row comes, from 0; and which rows have no such count, with the reason.

    Rows that are not `taken` come once, whatever they count, and so do those that are refused. TransferFailed
    if all of them together are too many.
    """
    read = convert_numbers(cells, 0)
    number = read.values.fill_null(0).to_numpy(zero_copy_only=False)
    refused = [
        (missing(cells), reasons.required()),
        (read.bad, reasons.no_number()),
        (read.rounded, reasons.not_whole()),
        (number < 0, reasons.too_small("0")),
        (read.large | (number > MOST_COPIES), reasons.too_great(str(MOST_COPIES))),
    ]
    refused = [(mask & taken, reason) for mask, reason in refused]
    plain = taken & ~np.logical_or.reduce([mask for mask, _ in refused])
    times = np.where(plain, number, 1)
    total = int(times.sum())
    if total > MOST_ROWS:
        raise TransferFailed(
            f"{asked_by}：该文件将成为 {total} 行，最多 {MOST_ROWS} 行；请核对该列或拆分文件。",
            f"{asked_by}: the file would become {total} rows, {MOST_ROWS} are the most; "
            "check that column, or divide the file.",
        )
    return times, refused
