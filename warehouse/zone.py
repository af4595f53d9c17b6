"""The business time zone inside DuckDB: the macros that turn a UTC instant into local time and day.

Nothing else here; which instants are turned is the business of the tables.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FIRST_FIXED_YEAR, LAST_FIXED_YEAR = 1992, 2060


def fixed_offset(zone: str) -> timedelta | None:
    """The zone's offset where it does not change from 1992 to 2060, else None."""
    here = ZoneInfo(zone)
    offsets = {
        datetime(year, month, 1, tzinfo=UTC).astimezone(here).utcoffset()
        for year in range(FIRST_FIXED_YEAR, LAST_FIXED_YEAR)
        for month in range(1, 13)
    }
    return offsets.pop() if len(offsets) == 1 else None


def zone_macros(zone: str) -> str:
    """Statements that create `local_time(ts)` and `local_date(ts)` for naive UTC timestamps.

    ICU's conversion costs 0.6 µs a row; zones without clock changes since 1992 (China, Japan, India …)
    are served by an addition, a hundred times cheaper, with ICU for the years before.
    """
    by_icu = f"timezone('{ZoneInfo(zone).key}', timezone('UTC', ts))"
    offset = fixed_offset(zone)
    local = by_icu
    if offset is not None:
        seconds = int(offset.total_seconds())
        local = (
            f"case when ts >= timestamp '{FIRST_FIXED_YEAR}-01-02' "
            f"then ts + interval '{seconds} seconds' else {by_icu} end"
        )
    return (
        f"create or replace macro main.local_time(ts) as {local};"
        f"create or replace macro main.local_date(ts) as cast({local} as date);"
    )
