"""From typed values to a draft: each field's kind and bounds, and the records that it refers to.

Kinds are in typed.py, what an empty field becomes in defaults.py, checks of the whole record in whole.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from operational.crud.access import Actor, fields_seen, may_see, withheld
from operational.crud.clock import zone
from operational.crud.find import visible
from operational.crud.record import RecordLink, ids_of
from operational.crud.refusal import Problem
from operational.crud.typed import Untyped, typed
from operational.entity import Entity, Line, entity
from operational.field import Field, Label


@dataclass
class LineDraft:
    """A line being written: its place as typed (from 1), the stored line it continues, its typed values."""

    number: int
    id: int | None
    values: dict[str, Any]


@dataclass
class Draft:
    """What was typed, as values by field name with links as ids; None for lines: leave them as they are."""

    values: dict[str, Any]
    lines: list[LineDraft] | None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def is_bad(self, name: str, line: int | None = None) -> bool:
        """Whether a problem with this field is already told."""
        return any(one.field == name and one.line == line for one in self.problems)


def problem(about: Field, line: int | None, message: Label) -> Problem:
    """A problem whose message begins with the line and the field's label."""
    zh = f"第 {line} 行" if line else ""
    en = f"Line {line}, " if line else ""
    return Problem(
        about.name,
        line,
        Label(f"{zh}“{about.label.zh}”：{message.zh}", f"{en}{about.label.en}: {message.en}"),
    )


def read(
    session: Session,
    actor: Actor,
    cls: type[Entity],
    values: dict[str, Any],
    lines: list[dict[str, Any]] | None,
    present: dict[str, Any] | None = None,
) -> Draft:
    """Values as typed turned into a draft with all its problems and warnings.

    `present` are the stored values (links as ids): what equals them is taken without asking whether the
    actor may refer to it. A line may carry the `id` of the stored line that it continues; a line in which
    nothing is filled is left out.
    """
    draft = Draft({}, None)
    draft.values = _read_fields(session, actor, draft, cls, values, None)
    kept = set((present or {}).items())
    _resolve_links(session, actor, draft, cls, [(None, draft.values)], kept)
    _refuse_typed_machine_fields(draft, cls, present)
    if lines is not None:
        draft.lines = _read_lines(session, actor, draft, cls, lines)
    return draft


def _read_lines(
    session: Session, actor: Actor, draft: Draft, cls: type[Entity], lines: list[dict[str, Any]]
) -> list[LineDraft]:
    line_cls = cls.__lines__
    if line_cls is None:
        if lines:
            name = cls.__entity__.label
            draft.problems.append(
                Problem(
                    "lines",
                    None,
                    Label(f"{name.zh}没有明细行，请去掉。", f"{name.en} has no lines; leave them out."),
                )
            )
        return []
    computed = {name for name, about in line_cls.__fields__.items() if about.derived}  # never typed
    drafts = []
    for number, given in enumerate(lines, start=1):
        own = {name: value for name, value in given.items() if name not in ("id", "line_no", *computed)}
        if all(value is None or str(value).strip() == "" for value in own.values()):
            continue
        line_id = str(given.get("id") or "")
        continued = int(line_id) if line_id.isdecimal() else None
        drafts.append(
            LineDraft(number, continued, _read_fields(session, actor, draft, line_cls, own, number))
        )
    _resolve_links(session, actor, draft, line_cls, [(one.number, one.values) for one in drafts], set())
    return drafts


def _read_fields(
    session: Session,
    actor: Actor,
    draft: Draft,
    cls: type[Entity | Line],
    given: dict[str, Any],
    line: int | None,
) -> dict[str, Any]:
    """Everything but links, which stay as keys; what the actor may not see is not taken, not even as it is."""
    found: dict[str, Any] = {}
    for name, raw in given.items():
        about = cls.__fields__.get(name)
        if about is None:
            draft.problems.append(_unknown(actor, cls, name, line))
            continue
        if not may_see(actor, about):
            draft.problems.append(problem(about, line, withheld(actor, about)))
            continue
        if about.target is not None:
            found[name] = _key(raw)
            continue
        try:
            result = typed(about, raw, zone(session))
            _check_bounds(about, result.value)
        except Untyped as untyped:
            draft.problems.append(problem(about, line, untyped.message))
            continue
        found[name] = result.value
        if result.warning is not None:
            draft.warnings.append(problem(about, line, result.warning))
        if about.seldom_below is not None and result.value is not None and result.value < about.seldom_below:
            draft.warnings.append(problem(about, line, _seldom(about.seldom_below)))
    return found


def _seldom(limit: Decimal) -> Label:
    return Label(
        f"小于 {limit}，已保留；如为笔误请更正。",
        f"is below {limit} and was kept; correct it if it is a slip.",
    )


def _key(raw: Any) -> str | None:
    if isinstance(raw, RecordLink):
        return raw.key
    text = "" if raw is None else str(raw).strip()
    return text or None


def _unknown(actor: Actor, cls: type[Entity | Line], name: str, line: int | None) -> Problem:
    known = ", ".join(fields_seen(actor, cls))
    where_zh, where_en = (f"第 {line} 行：", f"Line {line}: ") if line else ("", "")
    return Problem(
        name,
        line,
        Label(
            f"{where_zh}没有字段“{name}”；可用：{known}。",
            f"{where_en}there is no field '{name}'; there are: {known}.",
        ),
    )


def _check_bounds(about: Field, value: Any) -> None:
    if value is None:
        return
    if about.minimum is not None and value < about.minimum:
        raise Untyped(
            f"不能小于 {about.minimum}，请更正。", f"must not be below {about.minimum}; correct it."
        )
    if about.maximum is not None and value > about.maximum:
        raise Untyped(
            f"不能大于 {about.maximum}，请更正。", f"must not be above {about.maximum}; correct it."
        )


def _resolve_links(
    session: Session,
    actor: Actor,
    draft: Draft,
    cls: type[Entity | Line],
    rows: list[tuple[int | None, dict[str, Any]]],
    kept: set[tuple[str, Any]],
) -> None:
    """Replace keys by ids, in place; what does not exist or may not be seen is a problem."""
    for name, about in cls.__fields__.items():
        if about.target is None:
            continue
        keys = {values[name] for _, values in rows if values.get(name) is not None}
        if not keys:
            continue
        target = entity(about.target)
        found = ids_of(session, target, keys)
        seen = visible(session, actor, target, found.values())
        for line, values in rows:
            key = values.get(name)
            if key is None:
                continue
            one = found.get(key)
            if one is not None and (one in seen or (name, one) in kept):
                values[name] = one
                continue
            del values[name]
            label = target.__entity__.label
            draft.problems.append(
                problem(
                    about,
                    line,
                    Label(
                        f"没有{label.zh}“{key}”，或您无权查看；请从列表中选择。",
                        f"there is no {label.en.lower()} '{key}', or you may not see it; choose another.",
                    ),
                )
            )


def _refuse_typed_machine_fields(draft: Draft, cls: type[Entity], present: dict[str, Any] | None) -> None:
    """The state and derived fields may come back as they are, but are not set by typing."""
    graph = cls.__entity__.graph
    for name in list(draft.values):
        about = cls.__fields__[name]
        is_state = graph is not None and name == graph.field
        if not (is_state or about.derived):
            continue
        value = draft.values.pop(name)
        stored = present.get(name) if present is not None else (graph.initial if graph and is_state else None)
        if value is None or value == stored:
            continue
        message = (
            Label(
                "状态只能通过操作按钮改变，请勿直接填写。",
                "the state changes by its actions only; do not type it.",
            )
            if is_state
            else Label("此项由系统计算，请勿填写。", "this is computed; do not type it.")
        )
        draft.problems.append(problem(about, None, message))
