"""Columns and numbers that are added to a cell or taken from it, exactly: what `plus` and `minus` of a mapping say.

What the sum means for a field's kind, and how it is scaled and rounded, is convert.py's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.field import Label
from operational.transfer.converting.numbers import exact_numbers
from operational.transfer.mapping.plan import Rule
from operational.transfer.reading.cells import UNCOMPUTED, missing, truth
from operational.transfer.telling import reasons

EXACT = Context(prec=100)  # more digits than a float writes or any of our fields holds


@dataclass(frozen=True)
class Total:
    """What is to be added in each row (None where a column is empty), and the rows whose cells are no number.

    `refused` holds masks with the reason and the column's cells.
    """

    amounts: list[Decimal | None]
    refused: list[tuple[np.ndarray, Label, pa.Array]]


def total(
    rule: Rule, cells: Mapping[str, pa.Array], count: int, *, percent: bool = False, typed: bool = False
) -> Total:
    """The sum of the rule's terms in each of `count` rows; `cells` are those of the columns that it names."""
    amounts: list[Decimal | None] = [Decimal(0)] * count
    refused = []
    for term in rule.terms:
        if term.column is None:
            each: list[Decimal | None] = [term.number] * count
        else:
            text = cells[term.column]
            each = _numbers(text, rule, percent, typed)
            unread = np.array([one is None for one in each], dtype=bool) & ~missing(text)
            formula = truth(pc.match_substring(text, UNCOMPUTED))
            refused += [
                (unread & formula, reasons.never_computed(), text),
                (unread & ~formula, reasons.no_number_in(term.column), text),
            ]
        amounts = [_add(one, other, term.sign) for one, other in zip(amounts, each, strict=True)]
    return Total(amounts, refused)


def with_total(
    text: pa.Array, amounts: list[Decimal | None], rule: Rule, *, percent: bool = False, typed: bool = False
) -> pa.Array:
    """The cells' numbers with these amounts added, as plain text; a cell that is no number stays as it is."""
    numbers = _numbers(text, rule, percent, typed)
    words = as_text([_add(one, other, 1) for one, other in zip(numbers, amounts, strict=True)])
    unread = pa.array([one is None for one in numbers], pa.bool_())
    return pc.if_else(unread, text, words)


def as_text(amounts: list[Decimal | None]) -> pa.Array:
    """The amounts as the text of a column."""
    return pa.array([None if one is None else format(one, "f") for one in amounts], pa.string())


def _numbers(text: pa.Array, rule: Rule, percent: bool, typed: bool) -> list[Decimal | None]:
    encoded = text.dictionary_encode()
    words = exact_numbers(encoded.dictionary, decimal_sign=rule.decimal, percent=percent, typed=typed)
    return [None if place is None else words[place] for place in encoded.indices.to_pylist()]


def _add(one: Decimal | None, other: Decimal | None, sign: int) -> Decimal | None:
    return None if one is None or other is None else EXACT.add(one, sign * other)
