"""What is planted in the company for analysts to find: where, when and how strong.

Whoever makes the records asks here what to do to them; the truth file names the records concerned.
"""

from __future__ import annotations

from dataclasses import dataclass

from operational.demo.calendar import Calendar, Flags, Floats, Ints
from operational.demo.words.places import AREAS, PROVINCES

SILENT_AREA, SILENT_DAYS_BACK = "HB", 70
SLOW_AREA, SLOW_MONTH_BACK, SLOW_FACTOR = "HN", 3, 3.0
DROP_PROVINCE, DROP_MONTHS_BACK, DROP_FACTOR = "JS", (4, 3), 0.25
STOPS_PAYING_DAYS_BACK = 150
BAD_MODEL, BAD_FAILURES, BAD_WITHIN_DAYS = "DR-30", 1.4, 75.0
OVERBOUGHT, OVERBOUGHT_DAYS_BACK = ("LG-08", "BR-6205", "BR-6316"), 25
OVERBOUGHT_USE_DAYS, OVERBOUGHT_DAYS_LEFT = (
    365,
    80,
)  # so much use at once; days from the end to its expiry, if any

_AREA_CODES = [area.code for area in AREAS]


@dataclass(frozen=True)
class Anomalies:
    """The days (both included) and places of what is known before any record is made."""

    silent_area: int
    silent_days: tuple[int, int]  # Monday to Sunday without an entry
    slow_area: int
    slow_days: tuple[int, int]
    drop_province: int
    drop_days: tuple[int, int]
    stops_paying_on: int

    def dropped(self, province: Ints, day: Ints | Floats) -> Flags:
        """Which orders lie in the province and the days of the drop."""
        first, last = self.drop_days
        return (province == self.drop_province) & (day >= first) & (day < last + 1)


def plan(calendar: Calendar) -> Anomalies:
    """Where in the calendar they lie."""
    monday = calendar.days - SILENT_DAYS_BACK
    monday -= calendar.date_of(monday).weekday()
    return Anomalies(
        silent_area=_AREA_CODES.index(SILENT_AREA),
        silent_days=(monday, monday + 6),
        slow_area=_AREA_CODES.index(SLOW_AREA),
        slow_days=calendar.month(SLOW_MONTH_BACK),
        drop_province=[code for code, *_ in PROVINCES].index(DROP_PROVINCE),
        drop_days=(calendar.month(DROP_MONTHS_BACK[0])[0], calendar.month(DROP_MONTHS_BACK[1])[1]),
        stops_paying_on=calendar.days - STOPS_PAYING_DAYS_BACK,
    )
