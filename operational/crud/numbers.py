"""Numbers of documents: `SO-2026-000001`, one series per prefix and year, unique and never used twice.

A number is taken in the transaction that uses it, so that a refused document leaves no gap.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from operational.crud.clock import today, zone
from operational.crud.tables import number_series
from operational.entity import Entity

DIGITS = 6


def number_field(cls: type[Entity]) -> str | None:
    """The field that a number is put into where it is left empty; None for entities without a series."""
    return cls.__entity__.key[0] if cls.__entity__.series else None


def next_numbers(
    session: Session, cls: type[Entity], day: date | None = None, how_many: int = 1
) -> list[str]:
    """The next numbers of the entity's series in the year of `day` (default: the business day).

    Concurrent takers wait for each other until the end of the transaction. Numbers that were typed or
    imported in the same form are skipped.
    """
    prefix = cls.__entity__.series
    if prefix is None:
        raise ValueError(f"{cls.__tablename__} has no series of numbers")
    year = (day or today(session)).year
    _begin_series(session, cls, prefix, year)
    taken: list[str] = []
    while len(taken) < how_many:
        wanted = how_many - len(taken)
        last = session.scalar(
            update(number_series)
            .where(number_series.c.prefix == prefix, number_series.c.year == year)
            .values(last=number_series.c.last + wanted)
            .returning(number_series.c.last)
        )
        assert last is not None  # noqa: S101 - the series was begun above, and rows are never deleted
        fresh = [f"{prefix}-{year}-{one:0{DIGITS}d}" for one in range(last - wanted + 1, last + 1)]
        used = _used(session, cls, fresh)
        taken.extend(one for one in fresh if one not in used)
    return taken


def day_of(session: Session, cls: type[Entity], values: dict[str, Any]) -> date | None:
    """The business day of a document by the field that dates it, where it is filled."""
    value = values.get(cls.__entity__.newest_by or "")
    if value is None:
        return None
    return value.astimezone(zone(session)).date() if hasattr(value, "astimezone") else value


def _begin_series(session: Session, cls: type[Entity], prefix: str, year: int) -> None:
    """Make the row of a series on first use, after the numbers of its form that records already have."""
    key = (number_series.c.prefix == prefix, number_series.c.year == year)
    if session.scalar(select(number_series.c.last).where(*key)) is not None:
        return
    start = f"{prefix}-{year}-"
    column = cls.__table__.c[cls.__entity__.key[0]]
    highest = session.scalar(
        select(func.max(column)).where(
            column.startswith(start, autoescape=True), func.length(column) == len(start) + DIGITS
        )
    )
    digits = (highest or "").removeprefix(start)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(number_series)
        .values(prefix=prefix, year=year, last=int(digits) if digits.isdecimal() else 0)
        .on_conflict_do_nothing()
    )


def _used(session: Session, cls: type[Entity], numbers: list[str]) -> set[str]:
    column = cls.__table__.c[cls.__entity__.key[0]]
    found: set[str] = set()
    for start in range(0, len(numbers), 10_000):
        found.update(session.scalars(select(column).where(column.in_(numbers[start : start + 10_000]))))
    return found
