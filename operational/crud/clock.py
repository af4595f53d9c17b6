"""What time it is for the business: the one place where the machine looks at the clock.

How times are typed and shown is in typed.py and the forms.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session


def zone(session: Session) -> ZoneInfo:
    """The business time zone of the store that the session belongs to."""
    found: ZoneInfo = session.info["zone"]
    return found


def now() -> datetime:
    """This instant to the second, aware, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


def today(session: Session) -> date:
    """The business day."""
    return datetime.now(zone(session)).date()


def start_of_day(day: date, of_zone: ZoneInfo) -> datetime:
    """The instant at which a business day begins."""
    return datetime.combine(day, time.min, of_zone).astimezone(UTC)


def end_of_day(day: date, of_zone: ZoneInfo) -> datetime:
    """The last second of a business day."""
    return datetime.combine(day, time(23, 59, 59), of_zone).astimezone(UTC)
