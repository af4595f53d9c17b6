"""What happened to a record: who changed what, when, why and by which way, with the steps along its states.

The facts come from the change log (images.py), which the store's triggers keep: changes by plain SQL are here
too, as made from outside.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor, fields_seen
from operational.crud.find import visible_id
from operational.crud.images import Change, header_changes, line_changes
from operational.crud.record import links_of
from operational.entity import Entity, Line, entity
from operational.field import Field, Label
from operational.store.tables import change_context, change_log


@dataclass(frozen=True)
class FieldChange:
    """One field from one value to another; of a line where `line` is its number. Links are RecordLinks."""

    field: Field
    before: Any
    after: Any
    line: int | None = None


@dataclass(frozen=True)
class Step:
    """One move along the state graph, between states by their names; `before` is None for the creation."""

    verb: str
    label: Label
    before: str | None
    after: str
    comment: str


@dataclass
class HistoryEntry:
    """What one transaction did to the record; `kind` is create or change, `who` is empty for plain SQL.

    `version` is the record's before it, None where only lines changed or the record was created.
    """

    at: datetime
    who: str = ""
    reason: str = ""
    channel: str = ""
    kind: str = "change"
    changes: list[FieldChange] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    version: int | None = None


def history(session: Session, actor: Actor, entity_cls: type[Entity], key: str) -> list[HistoryEntry]:
    """All that happened to a record that the actor may read, newest first; NotFound, NotAllowed."""
    record = session.get_one(entity_cls, visible_id(session, actor, entity_cls, key, "read"))
    return entries(session, actor, record)


def entries(session: Session, actor: Actor, record: Entity) -> list[HistoryEntry]:
    """All that happened to a record, newest first, in the fields that the actor may see."""
    found: dict[Any, HistoryEntry] = {}
    _tell_changes(session, actor, type(record), found, header_changes(session, record))
    line_cls = type(record).__lines__
    if line_cls is not None:
        _tell_changes(session, actor, line_cls, found, line_changes(session, record))
    _tell_steps(session, record, found)
    _tell_contexts(session, found)
    if not any(one.kind == "create" for one in found.values()) and record.created_at is not None:
        # brought in by the bulk gate, whose log has no row of its own for each record
        found["created"] = HistoryEntry(record.created_at, record.created_by or "", kind="create")
    told = [one for one in found.values() if one.kind == "create" or one.changes or one.steps]
    return sorted(told, key=lambda one: (one.at, one.kind != "create"), reverse=True)


def _tell_changes(
    session: Session,
    actor: Actor,
    cls: type[Entity | Line],
    found: dict[Any, HistoryEntry],
    changes: list[Change],
) -> None:
    """Add the changes of fields to the entries of their transactions; several of one transaction are one."""
    is_line = issubclass(cls, Line)
    spans: dict[Any, dict[int, list[Change]]] = defaultdict(lambda: defaultdict(list))
    for change in changes:
        # without a context it was plain SQL, and each statement stands alone
        group = change.context_id if change.context_id is not None else f"outside {change.seq}"
        spans[group][change.row_id].append(change)
    links = _Links(session)
    for group, by_row in spans.items():
        for span in by_row.values():
            first, last = span[0], span[-1]
            entry = found.setdefault(group, HistoryEntry(first.at))
            if not is_line:
                entry.version = first.version
                if first.before is None:
                    entry.kind = "create"
            if entry.kind == "create":
                continue  # what a record began with is told by the record
            before, after = first.before or {}, last.after or {}
            for name, about in fields_seen(actor, cls).items():
                if before.get(name) != after.get(name):
                    old, new = links.shown(about, before.get(name)), links.shown(about, after.get(name))
                    entry.changes.append(FieldChange(about, old, new, first.line_no))


class _Links:
    """Ids as links, each asked for once; the id itself where the record is gone."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[tuple[str, int], Any] = {}

    def shown(self, about: Field, value: Any) -> Any:
        if about.target is None or value is None:
            return value
        if (about.target, value) not in self.known:
            named = links_of(self.session, entity(about.target), [value])
            self.known[about.target, value] = named.get(value, value)
        return self.known[about.target, value]


def _tell_steps(session: Session, record: Entity, found: dict[Any, HistoryEntry]) -> None:
    """Add the steps to the entries of the transactions that made them; imported steps stand alone."""
    graph = type(record).__entity__.graph
    if graph is None:
        return
    steps = entity("state_change").__table__
    rows = session.execute(
        select(steps, change_log.c.context_id)
        .join(
            change_log,
            (change_log.c.entity == "state_change")
            & (change_log.c.first_id == steps.c.id)
            & (change_log.c.op == "insert")
            & (change_log.c.last_id == steps.c.id),
            isouter=True,
        )
        .where(steps.c.entity == record.__tablename__, steps.c.record == record.id)
        .order_by(steps.c.sequence)
    )
    verbs = {one.verb: one.label for one in graph.transitions} | {"create": Label("新建", "Create")}
    for row in rows:
        group = row.context_id if row.context_id is not None else f"step {row.sequence}"
        entry = found.setdefault(group, HistoryEntry(row.changed_at, row.changed_by or ""))
        verb = verbs.get(row.verb, Label(row.verb, row.verb))
        entry.steps.append(Step(row.verb, verb, row.from_state, row.to_state, row.comment or ""))


def _tell_contexts(session: Session, found: dict[Any, HistoryEntry]) -> None:
    ids = [group for group in found if isinstance(group, int)]
    for row in session.execute(select(change_context).where(change_context.c.id.in_(ids))):
        entry = found[row.id]
        entry.who, entry.reason, entry.channel = row.actor, row.reason, row.channel
