"""Whether a record as a whole may be stored: what is required, the order of times, its key, its trees.

Single values are checked in validate.py, before; state and permission in write.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.numbers import number_field
from operational.crud.refusal import Problem
from operational.crud.validate import Draft, problem
from operational.entity import Entity
from operational.field import Label


def check_whole(session: Session, cls: type[Entity], draft: Draft, record_id: int | None) -> None:
    """Required fields, the order of times, the natural key and trees, over the complete values of a draft."""
    for name, about in cls.__fields__.items():
        missing = about.required and draft.values.get(name) is None and name != number_field(cls)
        if missing and not draft.is_bad(name):
            draft.problems.append(problem(about, None, _REQUIRED))
    if cls.__lines__ is not None:
        for line in draft.lines or ():
            for name, about in cls.__lines__.__fields__.items():
                if about.required and line.values.get(name) is None and not draft.is_bad(name, line.number):
                    draft.problems.append(problem(about, line.number, _REQUIRED))
    draft.problems.extend(order_of_times(cls, draft.values))
    _check_key(session, cls, draft, record_id)
    _check_trees(session, cls, draft, record_id)


_REQUIRED = Label("必填，请填写。", "is required; fill it in.")


def order_of_times(cls: type[Entity], values: dict[str, Any]) -> Iterable[Problem]:
    """A problem for each time that comes before one that must not be after it."""
    for names in cls.__entity__.order_of_times:
        latest: str | None = None
        for name in names:
            if values.get(name) is None:
                continue
            if latest is not None and values[name] < values[latest]:
                before = cls.__fields__[latest].label
                yield problem(
                    cls.__fields__[name],
                    None,
                    Label(
                        f"不能早于“{before.zh}”，请更正。",
                        f"must not be before {before.en}; correct one of them.",
                    ),
                )
            else:
                latest = name


def _check_key(session: Session, cls: type[Entity], draft: Draft, record_id: int | None) -> None:
    names = cls.__entity__.key
    if any(draft.values.get(name) is None for name in names):
        return
    table = cls.__table__
    statement = select(table.c.id).where(
        *(table.c[cls.__fields__[name].column] == draft.values[name] for name in names)
    )
    other = session.scalar(statement)
    if other is not None and other != record_id:
        draft.problems.append(
            problem(
                cls.__fields__[names[0]],
                None,
                Label("已被使用，请换一个。", "is already in use; choose another.")
                if len(names) == 1
                else Label(
                    "此组合已存在，请修改原记录。",
                    "this combination exists; change that record.",
                ),
            )
        )


def _check_trees(session: Session, cls: type[Entity], draft: Draft, record_id: int | None) -> None:
    """A link to the entity's own kind (parent, manager) must not lead back to the record."""
    if record_id is None:
        return
    for name, about in cls.__fields__.items():
        if about.target != cls.__tablename__ or about.derived:
            continue
        column = cls.__table__.c[about.column]
        above = draft.values.get(name)
        seen: set[int] = set()
        while above is not None and above not in seen:
            if above == record_id:
                message = Label("形成循环，请选择另一个上级。", "leads back to this record; choose another.")
                draft.problems.append(problem(about, None, message))
                break
            seen.add(above)
            above = session.scalar(select(column).where(cls.__table__.c.id == above))
