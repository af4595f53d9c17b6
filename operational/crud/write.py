"""Creating, changing and deleting records: checked, numbered, stamped with who and when.

The caller opens it (`with store.writing(actor.login, reason, channel) as session`), so that several writes
may stand or fall together; moves along the state graph are in walk.py.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from operational.crud import defaults, numbers, submission
from operational.crud.access import Actor, fields_withheld, require, row_filter
from operational.crud.clock import now
from operational.crud.conflict import conflict
from operational.crud.find import visible_id
from operational.crud.lines import paired, replace, same_item, stored_lines, values_of
from operational.crud.lock import locked
from operational.crud.record import Record, RecordLink, links_of, record_of
from operational.crud.refusal import Invalid, Refused
from operational.crud.steps import write_step
from operational.crud.validate import Draft, problem, read
from operational.crud.whole import check_whole
from operational.entity import Entity, load_entities
from operational.field import Label
from operational.rules.register import Context, run_effects


def create(
    session: Session,
    actor: Actor,
    entity_cls: type[Entity],
    values: dict[str, Any],
    lines: list[dict[str, Any]] | None = None,
    *,
    token: str | None = None,
) -> Record:
    """A new record from typed values; `token` makes a second submit return the first one's record.

    Raises NotAllowed, Invalid with all problems at once, or Refused by a rule that runs after creation.
    """
    require(actor, "create", entity_cls)
    if token:
        done = submission.begin(session, actor.login, token, entity_cls)
        if done is not None:
            return record_of(session, actor, entity_cls, done)
    draft = read(session, actor, entity_cls, values, lines)
    if draft.lines is None:
        draft.lines = []
    complete(session, actor, entity_cls, draft)
    check_whole(session, entity_cls, draft, None)
    if draft.problems:
        raise Invalid(draft.problems, values, lines)
    return insert(session, actor, entity_cls, draft, token=token)


def complete(session: Session, actor: Actor, cls: type[Entity], draft: Draft) -> None:
    """Fill everything that a new record's empty fields become, in place."""
    defaults.fill(session, actor, cls, draft)
    defaults.fill_lines(session, actor, cls, draft, draft.values)
    defaults.fill_amounts(cls, [(None, line) for line in draft.lines or ()])
    if draft.lines is not None:
        draft.values.update(defaults.total(cls, [line.values for line in draft.lines]))


def insert(
    session: Session, actor: Actor, cls: type[Entity], draft: Draft, *, token: str | None = None
) -> Record:
    """Write a complete, checked draft: number, row, lines, first step of its states, rules after creation."""
    number_field = numbers.number_field(cls)
    if number_field and draft.values.get(number_field) is None:
        day = numbers.day_of(session, cls, draft.values)
        draft.values[number_field] = numbers.next_numbers(session, cls, day)[0]
    at = now()
    columns = {cls.__fields__[name].column: value for name, value in draft.values.items()}
    record = cls(
        **columns, version=1, created_at=at, created_by=actor.login, updated_at=at, updated_by=actor.login
    )
    session.add(record)
    _flush(session, cls)
    replace(session, cls, record.id, [], [(None, line) for line in draft.lines or ()])
    if cls.__entity__.graph is not None:
        write_step(session, actor, record, "create", None, cls.__entity__.graph.initial, "")
    spec = cls.__entity__
    run_effects(session, record, actor, Context("create"), (*spec.after_create, *spec.after_change))
    _stay_inside(session, actor, cls, record, "create")
    if token:
        submission.finish(session, actor.login, token, record.id)
    return record_of(session, actor, cls, record.id).with_warnings(draft.warnings)


def update(
    session: Session,
    actor: Actor,
    entity_cls: type[Entity],
    key: str,
    values: dict[str, Any],
    lines: list[dict[str, Any]] | None = None,
    version: int | None = None,
) -> Record:
    """Change the given fields (others stay) and, where lines are given, make them the record's lines.

    `version` is that of the record as it was shown; Conflict where it has moved on since (None: not asked).
    Nothing is written where nothing differs. Raises NotFound, NotAllowed, Conflict, Invalid, Refused.
    """
    record_id = visible_id(session, actor, entity_cls, key, "edit")
    record = locked(session, entity_cls, record_id)
    if version is not None and record.version != version:
        raise conflict(session, actor, entity_cls, record, values, version)
    return apply(session, actor, record, values, lines, free=editable_fields(record))


def editable_fields(record: Entity) -> set[str]:
    """The fields (and `lines`) that may change in the record's state."""
    cls = type(record)
    graph = cls.__entity__.graph
    current = getattr(record, graph.field) if graph else None
    if graph is None or current is None or graph.state(current).editable:
        return {*cls.__fields__, "lines"}
    return {name for name, field in cls.__fields__.items() if field.always_editable}


def apply(
    session: Session,
    actor: Actor,
    record: Entity,
    values: dict[str, Any],
    lines: list[dict[str, Any]] | None,
    *,
    free: set[str],
    touch_anyway: bool = False,
) -> Record:
    """Change a locked record; only the `free` fields (and `lines`) may differ from what is stored."""
    cls = type(record)
    before = values_of(record)
    draft = read(session, actor, cls, values, lines, before)
    changed = {name: value for name, value in draft.values.items() if value != before[name]}
    _refuse_fixed(cls, record, set(changed), free)
    merged = before | draft.values
    stored = stored_lines(session, cls, record.id)
    pairs = None
    whole = Draft(merged, draft.lines, draft.problems, draft.warnings)
    if draft.lines is not None:
        unseen = fields_withheld(actor, cls.__lines__) if cls.__lines__ is not None else frozenset[str]()
        pairs = paired(stored, draft.lines, unseen)
        defaults.fill_lines(session, actor, cls, draft, merged)
        befores = [values_of(line) if line and same_item(line, typed) else None for line, typed in pairs]
        defaults.fill_amounts(cls, list(zip(befores, draft.lines, strict=True)))
        merged.update(defaults.total(cls, [line.values for line in draft.lines]))
    check_whole(session, cls, whole, record.id)
    if draft.problems:
        raise Invalid(draft.problems, values, lines)
    if pairs is not None and "lines" not in free and _differs(stored, pairs):
        _refuse_fixed(cls, record, {"lines"}, free)
    touched = _set(record, merged)
    if pairs is not None:
        touched = replace(session, cls, record.id, stored, pairs) or touched
    if touched or touch_anyway:
        stamp(record, actor)
        _flush(session, cls)
    if touched:
        run_effects(session, record, actor, Context("change"), cls.__entity__.after_change)
        _stay_inside(session, actor, cls, record, "edit" if "lines" in free else "read")
    return record_of(session, actor, cls, record.id).with_warnings(draft.warnings)


def _differs(stored: list[Any], pairs: list[Any]) -> bool:
    return len(stored) != len(pairs) or any(
        line is None or values_of(line) != draft.values for line, draft in pairs
    )


def _set(record: Entity, values: dict[str, Any]) -> bool:
    touched = False
    for name, value in values.items():
        column = record.__fields__[name].column
        if getattr(record, column) != value:
            setattr(record, column, value)
            touched = True
    return touched


def stamp(record: Entity, actor: Actor) -> None:
    """The next version of a record, changed by this actor now."""
    record.version += 1
    record.updated_at = now()
    record.updated_by = actor.login


def _refuse_fixed(cls: type[Entity], record: Entity, changed: set[str], free: set[str]) -> None:
    fixed = changed - free
    if not fixed:
        return
    graph = cls.__entity__.graph
    state = graph.state(getattr(record, graph.field)).label if graph else cls.__entity__.label
    labels = [
        cls.__fields__[name].label if name in cls.__fields__ else Label("明细", "lines")
        for name in sorted(fixed)
    ]
    zh = "、".join(label.zh for label in labels)
    en = ", ".join(label.en for label in labels)
    raise Refused(
        "editable",
        Label(
            f"处于“{state.zh}”状态，不能再修改{zh}；请用可用的操作（如变更、作废）处理。",
            f"In the state '{state.en}' {en} can no longer be changed; use an action such as amend or void.",
        ),
    )


def delete(
    session: Session, actor: Actor, entity_cls: type[Entity], key: str, version: int | None = None
) -> None:
    """Remove a record that nothing refers to; a document only while it is still in its first state.

    Raises NotFound, NotAllowed, Conflict, or Refused naming what refers to it.
    """
    record_id = visible_id(session, actor, entity_cls, key, "delete")
    record = locked(session, entity_cls, record_id)
    if version is not None and record.version != version:
        raise conflict(session, actor, entity_cls, record, {}, version)
    graph = entity_cls.__entity__.graph
    if graph is not None and getattr(record, graph.field) != graph.initial:
        raise Refused(
            "initial_state",
            Label(
                "只有初始状态的单据可以删除；请作废或取消。",
                "Only a document in its first state can be deleted; void or cancel it.",
            ),
        )
    blockers = referring(session, entity_cls, record_id)
    if blockers:
        keys = [one.key for one in blockers]
        raise Refused(
            "not_in_use",
            Label(
                f"仍被引用，不能删除：{'、'.join(keys)}；请先更改这些记录。",
                f"It is still in use and cannot be deleted: {', '.join(keys)}; change those records first.",
            ),
            blockers,
        )
    for line in stored_lines(session, entity_cls, record_id):
        session.delete(line)
    session.flush()
    session.delete(record)
    try:
        session.flush()
    except IntegrityError as error:  # a login, or a record that was made this very moment
        in_use = Label(
            "仍被登录名或新记录引用，不能删除。",
            "A login or a new record refers to it, so it cannot be deleted.",
        )
        raise Refused("not_in_use", in_use) from error


def referring(session: Session, cls: type[Entity], record_id: int, limit: int = 5) -> tuple[RecordLink, ...]:
    """The first few records that refer to this one, by their own links or their lines'."""
    found: dict[tuple[str, int], RecordLink] = {}
    for other in load_entities().values():
        for source in (other, other.__lines__):
            if source is None:
                continue
            owner = source.__table__.c["id" if source is other else f"{other.__tablename__}_id"]
            for field in source.__fields__.values():
                if field.target != cls.__tablename__ or len(found) >= limit:
                    continue
                statement = select(owner).where(source.__table__.c[field.column] == record_id).limit(limit)
                for one, link in links_of(session, other, session.scalars(statement)).items():
                    found[other.__tablename__, one] = link
    return tuple(found.values())[:limit]


def _flush(session: Session, cls: type[Entity]) -> None:
    """Write now; a natural key that somebody else took meanwhile is a problem, not a failure."""
    try:
        session.flush()
    except IntegrityError as error:
        if "unique" not in str(error.orig).lower():
            raise
        taken = Label("刚被他人使用，请换一个。", "was just taken by somebody else; choose another.")
        raise Invalid([problem(cls.__fields__[cls.__entity__.key[0]], None, taken)]) from error


def _stay_inside(session: Session, actor: Actor, cls: type[Entity], record: Entity, verb: str) -> None:
    """Refuse to write a record out of the actor's own rows."""
    session.flush()
    table = cls.__table__
    inside = select(table.c.id).where(table.c.id == record.id, row_filter(session, actor, verb, cls))
    if verb != "read":
        inside = inside.where(row_filter(session, actor, "read", cls))
    if session.scalar(inside) is not None:
        return
    spec = cls.__entity__
    paths = (*spec.scope, *((spec.owner,) if spec.owner else ()))
    first = next((path.partition(".")[0] for path in paths if path != "self"), spec.key[0])
    outside = Label(
        "这样保存后将不属于您可管理的范围；请选择您的单位或客户。",
        "saved so, the record would be outside your rows; choose within your unit or customers.",
    )
    raise Invalid([problem(cls.__fields__[first], None, outside)])
