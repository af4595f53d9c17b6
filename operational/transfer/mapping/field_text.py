"""The text that a mapping's rule finds for one of our fields in every row: column, template, values, default.

What the text means for the field's kind is settled in convert.py.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from operational.transfer.mapping.plan import Rule
from operational.transfer.mapping.shape import Shaped
from operational.transfer.reading.cells import missing

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
ROW = "row"
COPY = "copy"


def field_text(shaped: Shaped, name: str, rule: Rule) -> pa.Array:
    """One text per row, null where there is nothing; TransferFailed names a column that the file lacks."""
    if rule.constant is not None:
        return _repeated(rule.constant, len(shaped))
    asked_by = f"columns.{name}"
    if rule.template is not None:
        text = _filled_in(shaped, rule.template, asked_by)
    elif rule.column is not None:
        text = shaped.cells(rule.column, asked_by)
    else:
        text = pa.nulls(len(shaped), pa.string())
    if rule.pattern is not None:
        text = _found(text, rule.pattern)
    if rule.values is not None:
        text = _replaced(text, rule.values)
    if rule.default is not None:
        text = pc.fill_null(text, rule.default)
    return text


def term_cells(shaped: Shaped, name: str, rule: Rule) -> dict[str, pa.Array]:
    """The cells of the columns that the rule adds or takes away, by column."""
    columns = dict.fromkeys(term.column for term in rule.terms if term.column is not None)
    return {column: shaped.cells(column, f"columns.{name}") for column in columns}


def _repeated(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text or None, pa.string()), count)


def _filled_in(shaped: Shaped, template: str, asked_by: str) -> pa.Array:
    """The template with each column's cell in its place; null where none of its columns holds anything."""
    parts: list[pa.Array | pa.Scalar] = []
    columns: list[pa.Array] = []
    for place, piece in enumerate(PLACEHOLDER.split(template)):
        if place % 2 == 0:
            parts.append(pa.scalar(piece))
        elif piece == ROW:
            parts.append(pa.array(shaped.numbers).cast(pa.string()))
        elif piece == COPY and shaped.copy is not None:
            parts.append(pa.array(shaped.copy).cast(pa.string()))
        else:
            columns.append(shaped.cells(piece, asked_by))
            parts.append(pc.fill_null(columns[-1], ""))
    if all(isinstance(part, pa.Scalar) for part in parts):
        return _repeated(template, len(shaped))
    text = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*parts, pa.scalar("")))
    if columns:
        nothing = missing(columns[0])
        for column in columns[1:]:
            nothing &= missing(column)
        text = pc.if_else(pa.array(nothing), pa.scalar(None, pa.string()), text)
    return text


def _found(text: pa.Array, pattern: re.Pattern[str]) -> pa.Array:
    """What the pattern finds in each text, its first group where it has one; null where it finds nothing."""
    encoded = text.dictionary_encode()
    found = [pattern.search(word) for word in encoded.dictionary.to_pylist()]
    words = [one[min(1, pattern.groups)] if one else None for one in found]
    return pa.array([word or None for word in words], pa.string()).take(encoded.indices)


def _replaced(text: pa.Array, values: dict[str, str]) -> pa.Array:
    """Their words by ours: "*" for every other word, "" for an empty cell; without "*" others stay."""
    encoded = text.dictionary_encode()
    other = values.get("*")
    words = [values.get(word, word if other is None else other) for word in encoded.dictionary.to_pylist()]
    replaced = pa.array([word or None for word in words], pa.string()).take(encoded.indices)
    nothing = values.get("")
    if nothing:
        replaced = pc.if_else(pc.is_null(text), pa.scalar(nothing), replaced)
    return replaced
