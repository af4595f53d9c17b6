"""Paths along links, such as `unit.customer.org_unit`, turned into SQL conditions.

What a path means (scope, owner, filter) is decided by who asks; values along a path are read in defaults.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, select

from operational.entity import Entity, Line, entity
from operational.field import Field

Condition = Callable[[ColumnElement[Any], Field | None], ColumnElement[bool]]


def along(
    cls: type[Entity | Line], table: FromClause, path: str, condition: Condition
) -> ColumnElement[bool]:
    """Whether `condition` holds for the column at the end of a path that starts in `table`.

    `self` is the row itself. `lines.x` holds when any line has it. Where a link on the way is empty the
    condition is NULL. KeyError names an unknown step. (Uncorrelated subqueries let the database begin at
    the selective end: for a branch's invoices among 100,000 that is forty times as fast as EXISTS.)
    """
    if path == "self":
        return condition(table.c.id, None)
    step, _, rest = path.partition(".")
    if step == "lines" and rest and issubclass(cls, Entity) and cls.__lines__ is not None:
        lines = cls.__lines__.__table__.alias()
        inside = along(cls.__lines__, lines, rest, condition)
        return table.c.id.in_(select(lines.c[f"{cls.__tablename__}_id"]).where(inside))
    if step not in cls.__fields__:
        raise KeyError(step)
    field = cls.__fields__[step]
    if not rest:
        return condition(table.c[field.column], field)
    if field.target is None:
        raise KeyError(rest)
    target = entity(field.target)
    other = target.__table__.alias()
    inside = along(target, other, rest, condition)
    return table.c[field.column].in_(select(other.c.id).where(inside))


def passed(cls: type[Entity | Line], path: str) -> list[Field]:
    """The fields that a path leads over, the last one included. KeyError names an unknown step."""
    step, _, rest = path.partition(".")
    if step == "lines" and rest and issubclass(cls, Entity) and cls.__lines__ is not None:
        return passed(cls.__lines__, rest)
    if path == "self":
        return []
    field = cls.__fields__[step]
    if rest and field.target is None:
        raise KeyError(rest)
    return [field, *(passed(entity(str(field.target)), rest) if rest else [])]
