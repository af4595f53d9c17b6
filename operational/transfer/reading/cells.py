"""Cells of text columns: trimmed, with the file's words for nothing emptied, and compared as rows.

Which columns there are is shape.py's business; what a cell means is convert.py's.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

UNIT_SEPARATOR = "\x1f"  # between the parts of a compound key: no file holds it
# What formula.py puts in front of a text that a spreadsheet would take for a formula.
NEUTRALISED = r"^'('*[=+\-@\t\r＝＋－＠])"
UNCOMPUTED = "\ufffc"  # before a formula that has no result; no other cell begins so
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"  # what no form lets in and no XML may hold


def clean(column: pa.Array, null: tuple[str, ...]) -> pa.Array:
    """Trimmed text; null where nothing stands or one of the words for nothing; our apostrophes taken off."""
    text = pc.utf8_trim_whitespace(column)
    empty = pc.is_in(text, value_set=pa.array(null, pa.string()))
    if pc.any(empty).as_py():
        text = pc.if_else(empty, pa.scalar(None, pa.string()), text)
    if pc.any(pc.starts_with(text, "'")).as_py():
        text = pc.replace_substring_regex(text, NEUTRALISED, r"\1")
    return text


def without_control_characters(text: pa.Array) -> pa.Array:
    """The text without control characters; line ends and tabs stay."""
    if pc.any(pc.match_substring_regex(text, CONTROL)).as_py():
        text = pc.replace_substring_regex(text, CONTROL, "")
    return text


def truth(mask: pa.Array) -> np.ndarray:
    """An Arrow mask as numpy; null is False."""
    return pc.fill_null(mask, False).to_numpy(zero_copy_only=False)


def missing(column: pa.Array) -> np.ndarray:
    """Which values are null."""
    return pc.is_null(column).to_numpy(zero_copy_only=False)


def joined_key(columns: list[pa.Array]) -> pa.Array:
    """Several text columns as one key; null where any part is null."""
    if len(columns) == 1:
        return columns[0]
    return pc.binary_join_element_wise(*columns, UNIT_SEPARATOR)


def codes(column: pa.Array) -> np.ndarray:
    """A number for each distinct value in the order of first appearance; -1 for null."""
    indices = column.dictionary_encode().indices
    return pc.fill_null(indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)


def row_codes(columns: list[pa.Array]) -> np.ndarray:
    """A number for each distinct row; equal rows have the same, null being a value like any other."""
    combined = np.zeros(len(columns[0]), dtype=np.int64) if columns else np.zeros(0, dtype=np.int64)
    for column in columns:
        part = codes(column) + 1
        combined = combined * (int(part.max(initial=0)) + 1) + part
        combined = np.unique(combined, return_inverse=True)[1].astype(np.int64)
    return combined


def first_of_each(group: np.ndarray) -> np.ndarray:
    """Which rows are the first of their group."""
    first = np.zeros(len(group), dtype=bool)
    first[np.unique(group, return_index=True)[1]] = True
    return first
