"""Days and instants: ISO and year-first forms as they are, any other by a declared format; instants end in UTC.

A day/month order is never guessed. A wall-clock time that came twice (clocks set back) is the earlier one; one
that never was (clocks set forward) is read with the offset before the change; both are counted.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from operational.transfer.converting.numbers import convert_numbers
from operational.transfer.mapping.plan import Rule
from operational.transfer.reading.cells import missing, truth

YEAR_FIRST = (
    r"^(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?|(?P<both>\d{4}))"
    r"(?:[T ]+(?P<hour>\d{1,2})[:时](?P<minute>\d{2})(?:[:分](?P<second>\d{2})秒?(?P<fraction>[.,]\d{1,9})?|分)?)?"
    r" ?(?P<offset>Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$"
)

NOTHING = np.datetime64("NaT", "us")
MICROSECONDS_A_DAY = 86_400_000_000


@dataclass(frozen=True)
class Times:
    """date32 or timestamp[us] values with the masks of cells that have none and of wall-clock times in doubt.

    `bad` cells are unreadable; `beyond` are those whose number of days or seconds leads out of every calendar.
    """

    values: pa.Array
    bad: np.ndarray
    beyond: np.ndarray
    doubtful: np.ndarray


def convert_days(
    text: pa.Array, rule: Rule, zone: ZoneInfo, *, typed: bool = False, added_days: pa.Array | None = None
) -> Times:
    """Days; an instant with an offset becomes the day that it fell on in the business zone.

    `added_days` are numbers as text, times the rule's scale; where one is missing there is no day.
    """
    wall, utc, bad, beyond = _read(text, rule, typed, added_days)
    local = np.where(np.isnat(utc), wall, _to_wall(utc, zone))
    return Times(pa.array(local.astype("datetime64[D]")), bad, beyond, np.zeros(len(local), dtype=bool))


def convert_moments(
    text: pa.Array, rule: Rule, zone: ZoneInfo, *, typed: bool = False, added_days: pa.Array | None = None
) -> Times:
    """Instants in UTC; a time without an offset is wall-clock time in the rule's zone, else the business zone.

    `added_days` as in convert_days: days of the wall clock, so that the hour stays.
    """
    wall, utc, bad, beyond = _read(text, rule, typed, added_days)
    known, doubtful = _to_utc(wall, rule.zone or zone)
    values = np.where(np.isnat(utc), known, utc)
    return Times(pa.array(values), bad, beyond, doubtful & np.isnat(utc))


def _read(
    text: pa.Array, rule: Rule, typed: bool, added_days: pa.Array | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Wall-clock times, instants where an offset was given, which cells are neither, and which lead too far."""
    beyond = np.zeros(len(text), dtype=bool)
    if rule.counts is not None:
        steps, bad, beyond = _steps(text, rule.counts.steps * (rule.scale or Decimal(1)))
        wall = np.datetime64(rule.counts.since, "us") + steps
        return wall, np.full(len(text), NOTHING), bad, beyond
    if rule.formats:
        wall, utc = _by_formats(text, rule.formats)
        if typed:  # a spreadsheet's real date cells have no format
            iso_wall, iso_utc = _year_first(text)
            unread = np.isnat(wall) & np.isnat(utc)
            wall, utc = np.where(unread, iso_wall, wall), np.where(unread, iso_utc, utc)
    else:
        wall, utc = _year_first(text)
    bad = np.isnat(wall) & np.isnat(utc) & ~missing(text)
    if added_days is not None:
        steps, _, beyond = _steps(added_days, MICROSECONDS_A_DAY * (rule.scale or Decimal(1)))
        wall, utc = wall + steps, utc + steps
    return wall, utc, bad, beyond


def _parsed(texts: list[str | None], form: str, *, utc: bool = False) -> np.ndarray:
    import pandas as pd

    read = pd.to_datetime(pd.Series(texts, dtype="str"), format=form, errors="coerce", utc=utc)
    if utc:
        read = read.dt.tz_localize(None)
    return read.astype("datetime64[us]").to_numpy()


def _by_formats(text: pa.Array, forms: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Each cell by the first form that fits it."""
    wall, utc = _by_format(text, forms[0])
    for form in forms[1:]:
        unread = np.isnat(wall) & np.isnat(utc)
        more_wall, more_utc = _by_format(text, form)
        wall, utc = np.where(unread, more_wall, wall), np.where(unread, more_utc, utc)
    return wall, utc


def _by_format(text: pa.Array, form: str) -> tuple[np.ndarray, np.ndarray]:
    nothing = np.full(len(text), NOTHING)
    values = _parsed(text.to_pylist(), form, utc="%z" in form)
    return (nothing, values) if "%z" in form else (values, nothing)


def _year_first(text: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """2026-03-29, 2026/3/29, 2026.3.29, 2026年3月29日 or 20260329, with or without a time and an offset."""
    part = pc.extract_regex(text, YEAR_FIRST)
    names = ("year", "month", "day", "both", "hour", "minute", "second", "fraction", "offset")
    year, month, day, both, hour, minute, second, fraction, offset = (
        pc.struct_field(part, one) for one in names
    )
    month = pc.if_else(pc.equal(both, ""), month, pc.utf8_slice_codeunits(both, 0, 2))
    day = pc.if_else(pc.equal(both, ""), day, pc.utf8_slice_codeunits(both, 2, 4))
    two = [pc.utf8_lpad(one, 2, "0") for one in (month, day, hour, minute, second)]
    micro = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.utf8_slice_codeunits(fraction, 1), 6, "0"), 0, 6)
    iso = pc.binary_join_element_wise(
        year, "-", two[0], "-", two[1], "T", two[2], ":", two[3], ":", two[4], ".", micro, ""
    )
    wall = _parsed(iso.to_pylist(), "%Y-%m-%dT%H:%M:%S.%f")
    minutes = _offset_minutes(offset)
    with_offset = truth(pc.not_equal(offset, ""))
    utc = np.where(with_offset, wall - minutes.astype("timedelta64[m]"), NOTHING)
    return np.where(with_offset, NOTHING, wall), utc


def _offset_minutes(offset: pa.Array) -> np.ndarray:
    encoded = pc.fill_null(offset, "").dictionary_encode()
    minutes = []
    for word in encoded.dictionary.to_pylist():
        digits = word.strip("+-Z UTC").replace(":", "").ljust(4, "0")
        amount = int(digits[:2]) * 60 + int(digits[2:]) if digits.isdigit() else 0
        minutes.append(-amount if word.startswith("-") else amount)
    return np.array(minutes, dtype=np.int64)[encoded.indices.to_numpy()]


def _steps(text: pa.Array, microseconds: Decimal) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of so many microseconds each, as spans; which cells are no number, and which lead too far."""
    micro = convert_numbers(text, 0, scale=microseconds)
    usable = pc.if_else(pa.array(micro.bad | micro.large), pa.scalar(None, pa.int64()), micro.values)
    within = truth(pc.less(pc.abs(usable), 10**17))  # some 3,000 years: beyond it no calendar goes
    steps = pc.fill_null(usable, 0).to_numpy(zero_copy_only=False).astype("timedelta64[us]")
    beyond = ~within & ~micro.bad & ~missing(text)
    return np.where(within, steps, np.timedelta64("NaT", "us")), micro.bad, beyond


def _to_wall(utc: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    import pandas as pd

    return pd.Series(utc).dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None).to_numpy()


def _to_utc(wall: np.ndarray, zone: ZoneInfo) -> tuple[np.ndarray, np.ndarray]:
    """Wall-clock times of a zone as instants, and which of them came twice or never."""
    import pandas as pd

    local = pd.Series(wall).dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    utc = local.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[us]").to_numpy().copy()
    doubtful = np.isnat(utc) & ~np.isnat(wall)
    for place in np.flatnonzero(doubtful):
        moment = wall[place].item().replace(tzinfo=zone, fold=0)
        utc[place] = np.datetime64(moment.astimezone(datetime.UTC).replace(tzinfo=None), "us")
    return utc, doubtful
