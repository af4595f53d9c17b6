"""Service calendars of the demonstration company: office hours with the public holidays, and around the clock.

Counting in open hours is done here on whole columns, independently of the clerks' clock and of the warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from operational.demo.calendar import DAY, Calendar, Floats, Ints
from operational.demo.loading import Loader

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OPENS, CLOSES = 9 * 3_600, 18 * 3_600
OFFICE, AROUND_THE_CLOCK = range(2)

# Weekend days that the State Council declared working days for holidays taken before or after them.
MADE_UP = (
    "2021-02-07 2021-02-20 2021-04-25 2021-05-08 2021-09-18 2021-09-26 2021-10-09 2022-01-29 2022-01-30 2022-04-02 "
    "2022-04-24 2022-05-07 2022-10-08 2022-10-09 2023-01-28 2023-01-29 2023-04-23 2023-05-06 2023-06-25 2023-10-07 "
    "2023-10-08 2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12 2025-01-26 "
    "2025-02-08 2025-04-27 2025-09-28 2025-10-11 2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10"
)


@dataclass(frozen=True)
class OpenHours:
    """Of every day from 0 on: when it opens, and how many seconds were open before it; instants are local seconds."""

    opens: Ints
    length: Ints
    before: Ints

    def passed(self, second: Floats) -> Floats:
        """Open seconds from day 0 to an instant."""
        day = np.floor(second / DAY).astype(np.int64)
        inside: Floats = np.clip(second - day * DAY - self.opens[day], 0, self.length[day])
        return self.before[day] + inside

    def reached(self, passed: Floats) -> Floats:
        """The first instant at which so many open seconds have passed; infinite beyond the days that are known."""
        day = np.searchsorted(self.before + self.length, passed, side="left")
        known = np.minimum(day, len(self.opens) - 1)
        second = known * DAY + self.opens[known] + passed - self.before[known]
        return np.where(day < len(self.opens), second, np.inf)


def write_calendars(loader: Loader, calendar: Calendar) -> Ints:
    """Write both calendars; their ids."""
    office = dict.fromkeys(WEEKDAYS[:5], "09:00-18:00") | dict.fromkeys(WEEKDAYS[5:], None)
    columns: dict[str, Any] = {
        "code": ["CN-5X9", "CN-7X24"],
        "name": ["工作日 9 至 18 点", "全天候"],
        "name_en": ["Working days, 9 to 18", "Around the clock"],
    }
    columns |= {weekday: [hours, "00:00-24:00"] for weekday, hours in office.items()}
    ids = loader.load("service_calendar", columns)
    days, kinds = _special_days(calendar)
    loader.load(
        "service_calendar_line",
        {
            "service_calendar_id": np.repeat(ids[OFFICE], len(days)),
            "line_no": np.arange(1, len(days) + 1),
            "day": days,
            "kind": kinds,
            "name": ["公休假日" if kind == "holiday" else "调休上班" for kind in kinds],
        },
    )
    return ids


def open_hours(calendar: Calendar) -> tuple[OpenHours, OpenHours]:
    """Both calendars, as whole columns."""
    worked = calendar.workdays.is_open.copy()
    days = calendar.dates(np.arange(len(worked)))
    worked[np.isin(days, _made_up())] = True
    office = np.where(worked, CLOSES - OPENS, 0)
    always = np.full(len(worked), DAY)
    return tuple(  # type: ignore[return-value]
        OpenHours(np.full(len(worked), opens), length, np.cumsum(length) - length)
        for opens, length in ((OPENS, office), (0, always))
    )


def _special_days(calendar: Calendar) -> tuple[list[date], list[str]]:
    """Holidays that fall on weekdays, and days that are worked for them, of all days that are planned for."""
    is_open = calendar.workdays.is_open
    days = calendar.dates(np.arange(len(is_open)))
    weekday = (days.astype(np.int64) + 3) % 7
    holidays, made_up = days[(weekday < 5) & ~is_open], days[np.isin(days, _made_up())]
    told = np.concatenate([holidays, made_up])
    order = np.argsort(told, kind="stable")
    kinds = np.repeat(["holiday", "working"], [len(holidays), len(made_up)])[order]
    return told[order].tolist(), kinds.tolist()


def _made_up() -> Any:
    return np.array(MADE_UP.split(), dtype="datetime64[D]")
