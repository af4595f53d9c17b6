"""The lines of a document compared with what was typed, so that only lines that changed are written.

The values of a line are checked in validate.py and filled in defaults.py.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from operational.crud.refusal import Invalid, Problem
from operational.crud.validate import LineDraft
from operational.entity import Entity, Line
from operational.field import Label

Pair = tuple[Any, LineDraft]  # the stored line, or None


def document_column(line_cls: type[Line]) -> ColumnElement[int]:
    """The column by which lines belong to their document."""
    column: ColumnElement[int] = line_cls.__table__.c[f"{line_cls.__document__}_id"]
    return column


def stored_lines(session: Session, cls: type[Entity], record_id: int) -> list[Any]:
    """The lines of a record in their order; each is of the entity's own class of lines."""
    if cls.__lines__ is None:
        return []
    statement = select(cls.__lines__).where(document_column(cls.__lines__) == record_id)
    return list(session.scalars(statement.order_by(cls.__lines__.line_no, cls.__lines__.id)))


def values_of(record: Entity | Line) -> dict[str, Any]:
    """The stored values by field name, links as ids."""
    return {name: getattr(record, field.column) for name, field in record.__fields__.items()}


def paired(stored: list[Any], drafts: list[LineDraft], unseen: frozenset[str]) -> list[Pair]:
    """Each typed line with the stored line that it continues, or None for a new one.

    By `id`; where no line carries one, those that are equal, then those with the same item, then in their
    order. A line
    that is continued by `id`, or equal in all that is given, keeps what is not given; of any other reused
    line nothing stays. Fields that are `unseen` by whoever typed are never given: they stay as long as the line is
    about the same item. Invalid where an `id` names no line of this document.
    """
    free = {line.id: line for line in stored}
    found: dict[int, Line] = {}
    for place, draft in enumerate(drafts):
        if draft.id is not None:
            if draft.id not in free:
                raise Invalid([_gone(draft)])
            line = found[place] = free.pop(draft.id)
            draft.values = values_of(line) | draft.values
            if not same_item(line, draft):
                draft.values |= dict.fromkeys(unseen)
    values = {line_id: values_of(line) for line_id, line in free.items()}
    for same in () if found else (_equal, _same_item, _any):
        for place, draft in enumerate(drafts):
            if place in found:
                continue
            match = next((one for one in free if same(values[one], draft)), None)
            if match is not None:
                found[place] = free.pop(match)
                stays = values[match] if same is _equal else dict.fromkeys(values[match])
                if same is _same_item:
                    stays |= {name: values[match][name] for name in unseen}
                draft.values = stays | draft.values
    return [(found.get(place), draft) for place, draft in enumerate(drafts)]


def _gone(draft: LineDraft) -> Problem:
    number = draft.number
    return Problem(
        "",
        number,
        Label(
            f"第 {number} 行在此单据中已不存在，请重新载入后再填。",
            f"Line {number} is no longer in this document; load it again, then enter the line.",
        ),
    )


def _equal(stored: dict[str, Any], draft: LineDraft) -> bool:
    return all(stored[name] == value for name, value in draft.values.items())


def _same_item(stored: dict[str, Any], draft: LineDraft) -> bool:
    item = draft.values.get("item")
    return item is not None and stored.get("item") == item


def same_item(line: Line, draft: LineDraft) -> bool:
    """Whether both are about the same item, so that the one may be called the other's change."""
    return _same_item(values_of(line), draft)


def _any(_stored: dict[str, Any], _draft: LineDraft) -> bool:
    return True


def replace(
    session: Session, cls: type[Entity], record_id: int, stored: list[Any], pairs: list[Pair]
) -> bool:
    """Write what differs: new, changed and removed lines. Whether anything did.

    A stored line keeps its number while that is in order, so that it stays untouched.
    """
    line_cls = cls.__lines__
    if line_cls is None:
        return False
    changed = False
    kept = {line.id for line, _ in pairs if line is not None}
    for line in stored:
        if line.id not in kept:
            session.delete(line)
            changed = True
    number = 0
    for line, draft in pairs:
        columns = {line_cls.__fields__[name].column: value for name, value in draft.values.items()}
        if line is None:
            number += 1
            owner = {f"{cls.__tablename__}_id": record_id, "line_no": number}
            session.add(line_cls(**owner, **columns))
            changed = True
            continue
        number = max(line.line_no, number + 1)
        columns["line_no"] = number
        for column, value in columns.items():
            if getattr(line, column) != value:
                setattr(line, column, value)
                changed = True
    return changed
