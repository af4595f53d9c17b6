"""Text of one field into the form that the store keeps, by the field's kind, with what could not be read.

Each distinct text is converted once. Bounds, lengths and references are checked in checks.py and references.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.entity import Entity
from operational.field import Field, Label
from operational.transfer.converting.numbers import convert_numbers
from operational.transfer.converting.sums import Total, as_text, with_total
from operational.transfer.converting.times import convert_days, convert_moments
from operational.transfer.mapping.plan import Rule
from operational.transfer.reading.cells import UNCOMPUTED, missing, truth, without_control_characters
from operational.transfer.telling import reasons

YES = ("true", "1", "yes", "y", "t", "on", "是", "真", "x", "✓", "1.0")
NO = ("false", "0", "no", "n", "f", "off", "否", "假", "0.0")
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
LINE_BREAK = r"\s*[\r\n]\s*"
NUMBERS = ("money", "quantity", "percent", "number", "integer")


@dataclass
class Converted:
    """Stored values, why some cells have none (reason by mask), and what was changed (remark by mask)."""

    values: pa.Array
    refused: list[tuple[np.ndarray, Label]]
    remarks: list[tuple[np.ndarray, Label]]


def convert(
    text: pa.Array,
    field: Field,
    cls: type[Entity],
    rule: Rule,
    zone: ZoneInfo,
    *,
    typed: bool = False,
    added: Total | None = None,
) -> Converted:
    """The field's values for all rows; links stay text until references.py resolves them.

    What is `added` to a number, or to a count of days or seconds, is added before it is scaled; to a date or an
    instant it is a number of days.
    """
    if added is not None and (field.kind in NUMBERS or rule.counts is not None):
        percent = field.kind == "percent"
        text = with_total(text, added.amounts, rule, percent=percent, typed=typed)
        return convert(text, field, cls, replace(rule, decimal="."), zone, typed=typed)
    days = None if added is None else as_text(added.amounts)
    encoded = text.dictionary_encode() if days is None else _each(text)
    formula = truth(pc.match_substring(encoded.dictionary, UNCOMPUTED))
    if formula.any():
        at = formula[pc.fill_null(encoded.indices, 0).to_numpy(zero_copy_only=False)] & ~missing(text)
        done = convert(
            pc.if_else(pa.array(at), pa.scalar(None, text.type), text),
            field,
            cls,
            rule,
            zone,
            typed=typed,
            added=added,
        )
        return Converted(done.values, [*done.refused, (at, reasons.never_computed())], done.remarks)
    distinct = _distinct(encoded.dictionary, field, cls, rule, zone, typed, days)
    indices = encoded.indices
    at = pc.fill_null(indices, 0).to_numpy(zero_copy_only=False)
    there = ~missing(text)

    def spread(masks: list[tuple[np.ndarray, Label]]) -> list[tuple[np.ndarray, Label]]:
        return [(mask[at] & there, reason) for mask, reason in masks if mask.any()]

    return Converted(distinct.values.take(indices), spread(distinct.refused), spread(distinct.remarks))


def _each(text: pa.Array) -> pa.DictionaryArray:
    """Every cell for itself: equal ones may get different days added."""
    return pa.DictionaryArray.from_arrays(pa.array(np.arange(len(text), dtype=np.int32)), text)


def _distinct(
    words: pa.Array,
    field: Field,
    cls: type[Entity],
    rule: Rule,
    zone: ZoneInfo,
    typed: bool,
    added_days: pa.Array | None,
) -> Converted:
    if field.kind in NUMBERS:
        return _numbers(words, field, rule, typed)
    if field.kind == "date":
        days = convert_days(words, rule, zone, typed=typed, added_days=added_days)
        return Converted(
            days.values,
            [(days.bad, _unread_day(rule)), (days.beyond, reasons.beyond_calendar())],
            [_unlikely(days.values)],
        )
    if field.kind == "moment":
        moments = convert_moments(words, rule, zone, typed=typed, added_days=added_days)
        doubt = (moments.doubtful, reasons.clock_change(str(rule.zone or zone)))
        return Converted(
            moments.values,
            [(moments.bad, _unread_moment(rule)), (moments.beyond, reasons.beyond_calendar())],
            [doubt, _unlikely(moments.values)],
        )
    if field.kind == "flag":
        return _flags(words)
    if field.kind in ("choice", "state"):
        return _choices(words, field, cls)
    return _texts(words, field)


def _numbers(words: pa.Array, field: Field, rule: Rule, typed: bool) -> Converted:
    decimals = field.decimals or 0
    read = convert_numbers(
        words,
        decimals,
        scale=rule.scale,
        decimal_sign=rule.decimal,
        percent=field.kind == "percent",
        typed=typed,
    )
    refused = [(read.bad, reasons.no_number()), (read.large, reasons.too_large())]
    if field.kind == "integer":
        return Converted(read.values, [*refused, (read.rounded, reasons.not_whole())], [])
    remarks = [(read.rounded, reasons.rounded(decimals))]
    if typed and field.kind == "percent" and rule.scale is None:
        # a spreadsheet keeps 15 % as 0.15, and its reader does not tell how the cell is shown
        most = pc.max(pc.abs(read.values))
        if most.is_valid and 0 < most.as_py() <= 10**decimals:
            remarks.append((truth(pc.not_equal(read.values, 0)), reasons.perhaps_shares()))
    return Converted(read.values, refused, remarks)


def _unread_day(rule: Rule) -> Label:
    if rule.counts is not None:
        return reasons.no_number()
    return reasons.not_in_format(" / ".join(rule.formats)) if rule.formats else reasons.no_day()


def _unread_moment(rule: Rule) -> Label:
    if rule.counts is not None:
        return reasons.no_number()
    return reasons.not_in_format(" / ".join(rule.formats)) if rule.formats else reasons.no_moment()


def _unlikely(times: pa.Array) -> tuple[np.ndarray, Label]:
    years = pc.year(times)
    return truth(pc.or_(pc.less(years, 1900), pc.greater(years, 2200))), reasons.unlikely_year()


def _flags(words: pa.Array) -> Converted:
    folded = pc.utf8_lower(words)
    yes = truth(pc.is_in(folded, value_set=pa.array(YES)))
    no = truth(pc.is_in(folded, value_set=pa.array(NO)))
    values = pa.array(yes, mask=~(yes | no))
    return Converted(values, [(~(yes | no), reasons.no_flag())], [])


def _choices(words: pa.Array, field: Field, cls: type[Entity]) -> Converted:
    """A choice or state by its value or by its label in either language."""
    known: dict[str, str] = {}
    graph = cls.__entity__.graph
    options = (
        [(state.name, state.label) for state in graph.states]
        if field.kind == "state" and graph
        else [(choice.value, choice.label) for choice in field.choices]
    )
    for value, label in options:
        for said in (value, label.zh, label.en):
            known.setdefault(said.casefold(), value)
    values = [known.get(word.casefold()) for word in words.to_pylist()]
    bad = np.array([value is None for value in values], dtype=bool)
    listed = ", ".join(value for value, _ in options)
    return Converted(pa.array(values, pa.string()), [(bad, reasons.not_among(listed))], [])


def _texts(words: pa.Array, field: Field) -> Converted:
    text = without_control_characters(words)
    remarks = [(truth(pc.not_equal(text, words)), reasons.control_characters())]
    if field.kind != "longtext":
        broken = truth(pc.match_substring_regex(text, LINE_BREAK))
        if broken.any():
            text = pc.replace_substring_regex(text, LINE_BREAK, " ")
            remarks.append((broken, reasons.line_break()))
    if field.kind == "email":
        remarks.append((~truth(pc.match_substring_regex(text, EMAIL)), reasons.unlikely_email()))
    refused = []
    if field.pattern is not None:
        unlike = ~truth(pc.match_substring_regex(text, f"^(?:{field.pattern})$"))
        refused.append((unlike, reasons.unlike(field.example)))
    if field.length is not None:
        refused.append(
            (truth(pc.greater(pc.utf8_length(text), field.length)), reasons.too_long(field.length))
        )
    return Converted(text, refused, remarks)
