"""Type-ahead: the few records or codes that somebody who has typed a part most likely means.

Lists with filters and pages are in find.py; the initials of Chinese names in pinyin.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, true
from sqlalchemy.orm import Session

from operational.crud.access import Actor, may_see, require, row_filter, withheld
from operational.crud.filter import contains
from operational.crud.find import english_column, title_column, titled
from operational.crud.path import passed
from operational.crud.pinyin import matching
from operational.crud.record import RecordLink, links_of
from operational.crud.refusal import NotAllowed
from operational.entity import Entity

CHUNK = 2_000  # candidates asked about at once


def lookup(
    session: Session, actor: Actor, entity_cls: type[Entity], text: str, limit: int = 10
) -> list[RecordLink]:
    """Records that the actor may read, found by key, title in either language, or the title's pinyin initials.

    What begins with the text comes before what contains it. Raises NotAllowed.
    """
    require(actor, "read", entity_cls)
    allowed = row_filter(session, actor, "read", entity_cls)
    ids = _by_text(session, entity_cls, text.strip(), allowed, limit)
    if len(ids) < limit and text.strip().isascii() and text.strip().isalpha():
        ids += _by_initials(session, entity_cls, text.strip(), allowed, set(ids), limit - len(ids))
    links = links_of(session, entity_cls, ids)
    return [links[one] for one in ids]


def _by_text(
    session: Session, cls: type[Entity], text: str, allowed: ColumnElement[bool], limit: int
) -> list[int]:
    table = cls.__table__
    key: ColumnElement[Any] = table.c[cls.__fields__[cls.__entity__.key[0]].column]
    title = title_column(cls, table)
    by_key = len(cls.__entity__.key) == 1
    statement = select(table.c.id).where(allowed)
    if text:
        keyed = contains(key, text) if by_key else ~true()
        english = english_column(cls, table)
        begins = or_(*(one.istartswith(text, autoescape=True) for one in (title, english) if one is not None))
        ranks = [(key.istartswith(text, autoescape=True), 0)] if by_key else []
        statement = statement.where(or_(keyed, titled(cls, table, text)))
        statement = statement.order_by(case(*ranks, (begins, 1), else_=2), func.length(title))
    return list(session.scalars(statement.order_by(key, table.c.id).limit(limit)))


def _by_initials(
    session: Session,
    cls: type[Entity],
    letters: str,
    allowed: ColumnElement[bool],
    without: set[int],
    limit: int,
) -> list[int]:
    candidates = [one for one in matching(session, cls, letters) if one not in without]
    table = cls.__table__
    found: list[int] = []
    for start in range(0, len(candidates), CHUNK):
        part = candidates[start : start + CHUNK]
        seen = set(session.scalars(select(table.c.id).where(table.c.id.in_(part), allowed)))
        found += [one for one in part if one in seen]
        if len(found) >= limit:
            break
    return found[:limit]


def codes(
    session: Session,
    actor: Actor,
    entity_cls: type[Entity],
    name: str,
    text: str = "",
    limit: int = 20,
    also: Sequence[str] = (),
) -> list[str]:
    """Values in use of a code (`fault`, `lines.lot`) on rows that the actor may read, the most used first.

    Those that contain the text, and those of `also`, which are called so though they are written otherwise.
    KeyError for a field that there is not; NotAllowed also for one that the actor may not see.
    """
    require(actor, "read", entity_cls)
    if unseen := [one for one in passed(entity_cls, name) if not may_see(actor, one)]:
        raise NotAllowed(withheld(actor, unseen[0]))
    table = entity_cls.__table__
    allowed = row_filter(session, actor, "read", entity_cls)
    if name.startswith("lines.") and entity_cls.__lines__ is not None:
        source: Any = entity_cls.__lines__
        owner = source.__table__.c[f"{entity_cls.__tablename__}_id"]
        statement = select(source.__table__.c[source.__fields__[name.removeprefix("lines.")].column])
        statement = statement.join(table, table.c.id == owner)
    else:
        statement = select(table.c[entity_cls.__fields__[name].column])
    column = statement.selected_columns[0]
    statement = statement.where(allowed, column.is_not(None))
    if text.strip():
        statement = statement.where(or_(contains(column, text.strip()), column.in_(also)))
    statement = statement.group_by(column).order_by(func.count().desc(), column).limit(limit)
    return list(session.scalars(statement))
