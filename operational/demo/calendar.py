"""Days and instants of the history: counted from its first day in business time, turned into dates and UTC.

Working days leave out weekends and the public holidays; nothing here knows what happens on a day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from operational.demo.size import YEARS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAY = 86_400  # seconds
AHEAD = 400  # days beyond the end that plans may reach into

# First day of the lunar year; offices are closed from its eve for eight days.
SPRING_FESTIVAL = (
    "2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 "
    "2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31"
)
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (5, 3), *((10, day) for day in range(1, 8))}


class Workdays:
    """Which of the days (numbered from 0) are worked, and steps from one working day to another."""

    def __init__(self, is_open: Flags) -> None:
        self.is_open = is_open
        self.days: Ints = np.flatnonzero(is_open)
        self.index: Ints = np.cumsum(is_open) - is_open  # of this day, or else of the next one worked

    def on_or_after(self, day: Ints) -> Ints:
        """The day itself where it is worked, else the next that is."""
        return self.days[self.index[day]]

    def later(self, day: Ints, steps: Any) -> Ints:
        """So many working days after the first one on or after the day."""
        return self.days[np.minimum(self.index[day] + steps, len(self.days) - 1)]

    def without(self, first: int, last: int) -> Workdays:
        """The same but for days that are closed besides, both included."""
        closed = self.is_open.copy()
        closed[first : last + 1] = False
        return Workdays(closed)


class Calendar:
    """The years up to `until`, in a time zone; days count from 0, instants are local seconds since day 0 began."""

    def __init__(self, until: date, zone: ZoneInfo) -> None:
        self.last = until
        leap_day = (until.month, until.day) == (2, 29)
        start = until.replace(year=until.year - YEARS, day=28 if leap_day else until.day)
        self.first = start + timedelta(days=1)
        self.zone = zone
        self.days = (until - self.first).days + 1

    @property
    def end(self) -> int:
        """The instant at which the last day is over."""
        return self.days * DAY

    @cached_property
    def _dates(self) -> NDArray[np.datetime64]:
        return np.datetime64(self.first) + np.arange(self.days + AHEAD).astype("timedelta64[D]")

    @cached_property
    def workdays(self) -> Workdays:
        """Monday to Friday without public holidays."""
        weekday = (self._dates.astype(np.int64) + 3) % 7  # day 0 of the epoch was a Thursday
        holidays = {
            np.datetime64(day) + np.timedelta64(step, "D")
            for day in SPRING_FESTIVAL.split()
            for step in range(-1, 7)
        }
        closed = [
            (one.month, one.day) in FIXED_HOLIDAYS or np.datetime64(one) in holidays
            for one in self._dates.tolist()
        ]
        return Workdays((weekday < 5) & ~np.array(closed))

    @cached_property
    def _offsets(self) -> Ints:
        """Seconds from UTC to local time at noon of each day."""
        noons = (datetime.combine(one, time(12), self.zone) for one in self._dates.tolist())
        return np.array([int(noon.utcoffset().total_seconds()) for noon in noons], dtype=np.int64)  # type: ignore[union-attr]

    def dates(self, day: Ints) -> NDArray[np.datetime64]:
        """Days as dates."""
        return np.datetime64(self.first) + np.asarray(day).astype("timedelta64[D]")

    def moments(self, second: Any, known: Flags | None = None) -> NDArray[np.datetime64]:
        """Local instants as UTC; empty where not `known`."""
        second = np.asarray(second).astype(np.int64)
        day = np.clip(second // DAY, 0, len(self._offsets) - 1)
        utc = np.datetime64(self.first, "s") + (second - self._offsets[day]).astype("timedelta64[s]")
        return utc if known is None else np.where(known, utc, np.datetime64("NaT", "s"))

    def day_of(self, one: date) -> int:
        """The number of a date."""
        return (one - self.first).days

    def date_of(self, day: int) -> date:
        """The date of a number."""
        return self.first + timedelta(days=int(day))

    def years(self, day: Ints) -> Ints:
        """The calendar year of each day."""
        return self.dates(day).astype("datetime64[Y]").astype(np.int64) + 1970

    def months(self, day: Ints) -> Ints:
        """The month of each day, January is 0."""
        return self.dates(day).astype("datetime64[M]").astype(np.int64) % 12

    def months_later(self, day: Ints, months: int) -> Ints:
        """The same day of another month, or its last day where it has no such day."""
        start = self.dates(day)
        month = start.astype("datetime64[M]")
        place = start - month.astype("datetime64[D]")
        last = (month + np.timedelta64(months + 1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
        later = np.minimum((month + np.timedelta64(months, "M")).astype("datetime64[D]") + place, last)
        return (later - np.datetime64(self.first)).astype(np.int64)

    def month(self, back: int) -> tuple[int, int]:
        """First and last day of a whole month: 1 is the last one that is over on the day after the end."""
        end = self.last + timedelta(days=1)
        number = end.year * 12 + end.month - 1 - back
        first = date(number // 12, number % 12 + 1, 1)
        after = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
        return self.day_of(first), self.day_of(after) - 1
