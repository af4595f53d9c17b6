"""The clock that runs in opening hours only, on the wall of the business time zone.

Which calendar a request has, and what was promised by it, is the business of promise_times.py; the warehouse counts
by the same hours (core.calendar_day).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.lines import stored_lines
from operational.crud.refusal import Refusal
from operational.entities.service.service_calendar import ServiceCalendar
from operational.field import Label
from operational.rules.register import Context, effect

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FURTHEST_DAYS = 3660  # a promise beyond ten years is none
NOTHING = timedelta()

Hours = tuple[timedelta, timedelta]  # from midnight to opening and to closing
CLOSED: Hours = (NOTHING, NOTHING)
OFFICE: Hours = (timedelta(hours=9), timedelta(hours=18))


@dataclass(frozen=True)
class OpeningHours:
    """Opening hours by weekday, Monday first, and on special days."""

    week: tuple[Hours, ...]
    special: dict[date, Hours] = field(default_factory=dict)

    def open_on(self, day: date, since: timedelta = NOTHING, until: timedelta = timedelta(days=1)) -> Hours:
        """The opening hours of a day as far as they lie between two times of it."""
        opens, closes = self.special[day] if day in self.special else self.week[day.weekday()]
        opens = max(opens, since)
        return opens, max(min(closes, until), opens)

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """The open time between two instants on the wall, the first not after the second."""
        passed = NOTHING
        for number in range((end.date() - begin.date()).days + 1):
            day = begin.date() + timedelta(days=number)
            opens, closes = self.open_on(day, *_within(day, begin, end))
            passed += closes - opens
        return passed

    def after(self, begin: datetime, duration: timedelta) -> datetime | None:
        """The first instant at which so much open time has passed since `begin`; None where it never does."""
        for number in range(FURTHEST_DAYS):
            day = begin.date() + timedelta(days=number)
            opens, closes = self.open_on(day, *_within(day, begin))
            if closes > opens and duration <= closes - opens:
                return datetime.combine(day, time()) + opens + duration
            duration -= closes - opens
        return None

    def promised(
        self, running: Iterable[tuple[datetime, datetime | None]], duration: timedelta
    ) -> datetime | None:
        """The first instant at which so much open time has passed within spans; the last may be without end."""
        for begin, end in running:
            due = self.after(begin, duration)
            if due is None or end is None or due <= end:
                return due
            duration -= self.between(begin, end)
        return None


STANDARD = OpeningHours((OFFICE,) * 5 + (CLOSED,) * 2)


def _within(day: date, begin: datetime, end: datetime | None = None) -> tuple[timedelta, timedelta]:
    """From when to when a day lies between two instants."""
    midnight = datetime.combine(day, time())
    whole = timedelta(days=1)
    until = whole if end is None else min(end - midnight, whole)
    return max(begin - midnight, NOTHING), until


def opening_hours(session: Session, calendar_id: int | None) -> OpeningHours:
    """The hours of a calendar; without one Monday to Friday, 9 to 18."""
    if calendar_id is None:
        return STANDARD
    calendar = session.get_one(ServiceCalendar, calendar_id)
    week = tuple(_read(getattr(calendar, weekday)) for weekday in WEEKDAYS)
    special = {
        line.day: _read(line.hours) if line.hours else week[0] if line.kind == "working" else CLOSED
        for line in stored_lines(session, ServiceCalendar, calendar_id)
    }
    return OpeningHours(week, special)


def _read(text: str | None) -> Hours:
    """'09:00-18:00' as times of the day; nothing is closed."""
    if text is None:
        return CLOSED
    opens, closes = (
        timedelta(hours=int(hour), minutes=int(minute))
        for hour, _, minute in (part.partition(":") for part in text.split("-"))
    )
    return opens, closes


@effect
def hours_run_forward(
    session: Session, calendar: ServiceCalendar, actor: Actor, context: Context
) -> Refusal | None:
    """Refuse hours that close before they open, and a day that is told twice."""
    lines = stored_lines(session, ServiceCalendar, calendar.id)
    said = [getattr(calendar, weekday) for weekday in WEEKDAYS] + [line.hours for line in lines]
    wrong = [text for text in said if text is not None and _read(text)[0] >= _read(text)[1]]
    if wrong:
        return Refusal(
            Label(
                f"“{wrong[0]}”的结束时间不晚于开始时间；请更正。",
                f"'{wrong[0]}' closes before it opens; correct it.",
            )
        )
    days = [line.day for line in lines]
    twice = sorted({day for day in days if days.count(day) > 1})
    if twice:
        return Refusal(
            Label(f"{twice[0]} 出现了两次；请只留一行。", f"{twice[0]} is there twice; keep one line of it.")
        )
    return None
