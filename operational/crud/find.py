"""Lists and single records: filter, search, sort and count, always within the actor's rows.

What a filter may say is in filter.py, type-ahead in lookup.py, permissions in access.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Select, func, literal_column, or_, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor, fields_seen, may, may_see, require, row_filter, withheld
from operational.crud.filter import Where, conditions, contains
from operational.crud.record import Record, ids_of, record_of, to_records
from operational.crud.refusal import Invalid, NotFound, Problem
from operational.entity import Entity, entity
from operational.field import Label

MANY = 1_000  # rows of a list from which it is quicker to read on in its order than to collect and sort them
COUNT_LIMIT = 100_000  # beyond it nobody reads the number, and counting would cost more than the page


@dataclass(frozen=True)
class Page:
    """One page of a list; `more` says that there are more than `total` rows (counting stops there)."""

    rows: list[Record]
    total: int
    more: bool = False


def find(
    session: Session,
    actor: Actor,
    entity_cls: type[Entity],
    *,
    where: Where | None = None,
    search: str = "",
    sort: str = "",
    offset: int = 0,
    limit: int = 50,
    total: int | None = None,
) -> Page:
    """The rows that the actor may read, filtered (grammar: filter.py), searched, sorted, in pages.

    `search`: each word must occur in a searchable field or in the title of a listed link.
    `sort`: a listed field, `-field` descending, several joined by commas; default newest first, else by key.
    `total`: the number of rows, where the caller has counted them already (count.py).
    Raises NotAllowed, or Invalid for an unknown filter, sort field or value.
    """
    require(actor, "read", entity_cls)
    table = entity_cls.__table__
    narrowed = narrowing(session, actor, entity_cls, where or {}, search)
    if total is None:
        counted = select(table.c.id).where(*narrowed).limit(COUNT_LIMIT + 1).subquery()
        total = session.scalar(select(func.count()).select_from(counted)) or 0
    if total > MANY and session.get_bind().dialect.name == "sqlite":
        # SQLite would collect and sort all of them; told that most rows qualify, it reads in the order's index
        narrowed = [_likely(condition) for condition in narrowed]
    statement = _sorted(actor, entity_cls, select(table).where(*narrowed), sort).offset(offset).limit(limit)
    rows = session.execute(statement).mappings().all() if limit else []
    return Page(to_records(session, actor, entity_cls, rows), min(total, COUNT_LIMIT), total > COUNT_LIMIT)


def _likely(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.likelihood(condition, literal_column("0.9"), type_=Integer()) != 0


def narrowing(
    session: Session, actor: Actor, entity_cls: type[Entity], where: Where, search: str
) -> list[ColumnElement[bool]]:
    """Every condition of a list: the rows that the actor may read, the filter, each word searched for."""
    return [
        row_filter(session, actor, "read", entity_cls),
        *conditions(session, actor, entity_cls, where),
        *(_said(actor, entity_cls, word) for word in search.split()),
    ]


def get(session: Session, actor: Actor, entity_cls: type[Entity], key: str) -> Record:
    """The record with this natural key (parts joined by `~`), with lines; NotFound, NotAllowed."""
    return record_of(session, actor, entity_cls, visible_id(session, actor, entity_cls, key, "read"))


def visible_id(session: Session, actor: Actor, entity_cls: type[Entity], key: str, verb: str) -> int:
    """The id of the record with this key, where the actor may read it and has the verb on it.

    A record that may not be seen is NotFound, as if it did not exist; a verb that is lacking is NotAllowed.
    """
    require(actor, "read", entity_cls)
    require(actor, verb, entity_cls)
    table = entity_cls.__table__
    found = ids_of(session, entity_cls, [key]).get(key)
    statement = select(table.c.id).where(table.c.id == found)
    for one in dict.fromkeys(("read", verb)):
        statement = statement.where(row_filter(session, actor, one, entity_cls))
    if found is None or session.scalar(statement) is None:
        name = entity_cls.__entity__.label
        raise NotFound(
            Label(
                f"没有编号为“{key}”的{name.zh}，或您无权查看；请核对编号。",
                f"There is no {name.en.lower()} '{key}', or you may not see it; check the key.",
            )
        )
    return found


def visible(session: Session, actor: Actor, entity_cls: type[Entity], ids: Iterable[int]) -> set[int]:
    """Which of these ids the actor may read."""
    wanted = set(ids)
    if not wanted or not may(actor, "read", entity_cls):
        return set()
    table = entity_cls.__table__
    statement = select(table.c.id).where(table.c.id.in_(wanted))
    return set(session.scalars(statement.where(row_filter(session, actor, "read", entity_cls))))


def title_column(cls: type[Entity], table: FromClause) -> ColumnElement[Any]:
    """What names a row to people; where that is a link, what names the record it leads to."""
    field = cls.__fields__[cls.__entity__.title]
    column: ColumnElement[Any] = table.c[field.column]
    if field.target is None:
        return column
    target = entity(field.target)
    other = target.__table__.alias()
    return select(title_column(target, other)).where(other.c.id == column).scalar_subquery()


def english_column(cls: type[Entity], table: FromClause) -> ColumnElement[Any] | None:
    """What names a row to people in English, where it has a column of its own for that."""
    field = cls.english_title()
    return None if field is None else table.c[field.column]


def titled(cls: type[Entity], table: FromClause, text: str) -> ColumnElement[bool]:
    """Whether a row's title contains a text, in either language."""
    english = english_column(cls, table)
    found = contains(title_column(cls, table), text)
    return found if english is None else or_(found, contains(english, text))


def _said(actor: Actor, cls: type[Entity], word: str) -> ColumnElement[bool]:
    """Whether a word occurs in a searchable field or in the title of a listed link."""
    table = cls.__table__
    found = []
    for field in fields_seen(actor, cls).values():
        column = table.c[field.column]
        if field.searchable:
            found.append(contains(column, word))
        elif field.target is not None and field.listed:
            target = entity(field.target)
            other = target.__table__.alias()
            found.append(column.in_(select(other.c.id).where(titled(target, other, word))))
    return or_(*found)


def _sorted(actor: Actor, cls: type[Entity], statement: Select[Any], sort: str) -> Select[Any]:
    spec = cls.__entity__
    names = [name.strip() for name in sort.split(",") if name.strip()]
    if not names:
        names = [f"-{spec.newest_by}"] if spec.newest_by else list(spec.key)
    table = cls.__table__
    descending = False
    for name in names:
        field = cls.__fields__.get(name.removeprefix("-"))
        if field is None:
            raise Invalid([_no_such_sort(actor, cls, name)])
        if not may_see(actor, field):
            raise Invalid([Problem(name, None, withheld(actor, field))])
        descending = name.startswith("-")
        column: ColumnElement[Any] = table.c[field.column]
        if field.target is not None:
            target = entity(field.target)
            other = target.__table__.alias()
            statement = statement.join(other, other.c.id == column, isouter=True)
            column = title_column(target, other)
        ordered = column.desc() if descending else column.asc()
        statement = statement.order_by(ordered if field.required else ordered.nulls_last())
    return statement.order_by(table.c.id.desc() if descending else table.c.id)


def _no_such_sort(actor: Actor, cls: type[Entity], name: str) -> Problem:
    known = ", ".join(fields_seen(actor, cls))
    return Problem(
        name,
        None,
        Label(
            f"不能按“{name}”排序；可用：{known}。",
            f"There is no field '{name}' to sort by; there are: {known}.",
        ),
    )
