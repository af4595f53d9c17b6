"""The grammar of filters, shared by lists, exports, the API and links from dashboards.

A filter is `where: {"field": [texts]}`; several texts of one entry are "or", several entries are "and":

    field          equal to one of the texts; "" is empty; links by natural key, choices by value or label
    field!=        equal to none of them (an empty field is then not excluded, unless "" is among the texts)
    field>=  field>  field<=  field<     numbers, dates and moments; a day means the whole day for a moment
    field~         contains the text, whatever the case

`customer.region` goes along links, `lines.item` holds when any line has it. In an address the `=` of an
operator is the `=` of the query, so that `?ordered_on>=2026-01-01&state!=draft` reads as it is written:
`where_from_query` and `query_from_where` translate.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, true
from sqlalchemy.orm import Session

from operational.crud.access import Actor, fields_seen, may_see, withheld
from operational.crud.clock import zone
from operational.crud.path import along, passed
from operational.crud.record import ids_of
from operational.crud.refusal import Invalid, Problem
from operational.crud.typed import Untyped, only_a_day, typed
from operational.entity import Entity, entity
from operational.field import Field, Label

_ENTRY = re.compile(r"([\w.]+)(!=|>=|<=|>|<|~)?")
_STRICT = re.compile(r"([\w.]+)([<>])(.+)")
_ORDER = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}
_ORDERED_KINDS = ("date", "moment", "money", "quantity", "percent", "number", "integer")
_TEXT_KINDS = ("text", "longtext", "email", "code", "choice", "state")
Where = dict[str, list[str]]


def where_from_query(pairs: Iterable[tuple[str, str]]) -> Where:
    """The filter that the pairs of an address's query say, in the order they stand there."""
    where: Where = {}
    for name, value in pairs:
        strict = _STRICT.fullmatch(name)
        if strict and not value:
            name, value = strict[1] + strict[2], strict[3]
        elif name.endswith((">", "<", "!")):
            name += "="
        where.setdefault(name, []).append(value)
    return where


def query_from_where(where: Where) -> list[tuple[str, str]]:
    """The pairs for an address's query; `where_from_query` gives the same filter back."""
    pairs = []
    for name, values in where.items():
        for value in values:
            if name.endswith((">=", "<=", "!=")):
                pairs.append((name[:-1], value))
            elif name.endswith((">", "<")):
                pairs.append((name + value, ""))
            else:
                pairs.append((name, value))
    return pairs


def conditions(session: Session, actor: Actor, cls: type[Entity], where: Where) -> list[ColumnElement[bool]]:
    """The filter as SQL conditions on the entity's table; Invalid names an unknown field or a bad value.

    What the actor may not see cannot be filtered by either: how many rows pass would tell it.
    """
    found = []
    problems = []
    for name, texts in where.items():
        entry = _ENTRY.fullmatch(name)
        try:
            if entry is None:
                raise KeyError(name)
            if unseen := [one for one in passed(cls, entry[1]) if not may_see(actor, one)]:
                problems.append(Problem(name, None, withheld(actor, unseen[0])))
                continue
            found.append(_entry(session, cls, entry[1], entry[2] or "=", texts))
        except KeyError:
            problems.append(_unknown(actor, cls, name))
        except Untyped as untyped:
            said = untyped.message
            problems.append(
                Problem(
                    name, None, Label(f"筛选“{name}”：{said.zh}", f"Filter '{name}': the value {said.en}")
                )
            )
    if problems:
        raise Invalid(problems, dict(where))
    return found


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether a text column contains a text, whatever the case; `%` and `_` mean themselves."""
    if text.upper() == text.lower():  # digits and Chinese have no case, and LIKE alone is twice as fast
        return column.contains(text, autoescape=True)
    return column.icontains(text, autoescape=True)


def _unknown(actor: Actor, cls: type[Entity], name: str) -> Problem:
    known = ", ".join(fields_seen(actor, cls))
    return Problem(
        name,
        None,
        Label(
            f"没有可筛选的字段“{name}”；可用：{known}。",
            f"There is no field '{name}' to filter by; there are: {known}.",
        ),
    )


def _entry(
    session: Session, cls: type[Entity], path: str, sign: str, texts: list[str]
) -> ColumnElement[bool]:
    def condition(column: ColumnElement[Any], field: Field | None) -> ColumnElement[bool]:
        if field is None:
            raise KeyError(path)
        if sign == "~":
            if field.kind not in _TEXT_KINDS:
                raise Untyped(
                    "此字段不是文字，不能按“包含”筛选。", "is asked for in a field that is no text."
                )
            return or_(*(contains(column, text) for text in texts)) if texts else true()
        if sign in _ORDER:
            if field.kind not in _ORDERED_KINDS:
                raise Untyped("此字段不能比大小。", "of this field cannot be compared by size.")
            return and_(*(_compared(session, column, field, sign, text) for text in texts if text.strip()))
        return _equal(session, column, field, texts)

    if sign == "!=":
        # "none of": also along links and lines the positive is negated as a whole
        positive = along(cls, cls.__table__, path, condition)
        if "." in path:
            return not_(func.coalesce(positive, false()))
        return _not_null_safe(cls, path, positive, texts)
    return along(cls, cls.__table__, path, condition)


def _not_null_safe(
    cls: type[Entity], path: str, positive: ColumnElement[bool], texts: list[str]
) -> ColumnElement[bool]:
    column = cls.__table__.c[cls.__fields__[path].column]
    negative = not_(positive)
    return negative if "" in texts else or_(negative, column.is_(None))


def _equal(
    session: Session, column: ColumnElement[Any], field: Field, texts: list[str]
) -> ColumnElement[bool]:
    given = [text.strip() for text in texts if text.strip()]
    parts: list[ColumnElement[bool]] = []
    if field.target is not None:
        parts.append(column.in_(ids_of(session, entity(field.target), given).values()) if given else false())
    elif field.kind == "moment":
        parts.extend(_compared(session, column, field, "=", text) for text in given)
    elif given:
        parts.append(column.in_([typed(field, text, zone(session)).value for text in given]))
    if len(given) < len(texts):
        parts.append(column.is_(None))
    return or_(*parts) if parts else true()


def _compared(
    session: Session, column: ColumnElement[Any], field: Field, sign: str, text: str
) -> ColumnElement[bool]:
    value = typed(field, text, zone(session)).value
    if field.kind != "moment" or not only_a_day(text):
        return column == value if sign == "=" else _ORDER[sign](column, value)
    next_day = (value.astimezone(zone(session)) + timedelta(days=1)).astimezone(value.tzinfo)
    if sign == "=":
        return and_(column >= value, column < next_day)
    return {">=": column >= value, ">": column >= next_day, "<": column < value, "<=": column < next_day}[
        sign
    ]
