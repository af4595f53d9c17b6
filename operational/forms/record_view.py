"""What the page of a record shows: steps, buttons, boxes, lines, messages, related records, history.

It only draws; requests are answered in records.py.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from operational.crud.access import Actor, may
from operational.crud.history import history
from operational.crud.record import Record
from operational.crud.refusal import Declined, Invalid, Problem, Refused
from operational.crud.walk import moves
from operational.entity import Entity
from operational.forms.box import Box, Drawing, total_field
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.history_view import shown_entries
from operational.forms.related import related
from operational.forms.shell import render_page
from operational.forms.shown import decimal_text, state_of
from operational.forms.stepper import by_weight, steps
from operational.forms.typed_form import TypedForm
from operational.forms.words import role_name, word
from operational.rules.record_verbs import verbs_offered
from operational.states import Transition


@dataclass
class RecordView:
    """One showing of a record: what is typed, what is stored, and what was declined."""

    cls: type[Entity]
    form: TypedForm
    record: Record | None = None
    declined: Declined | None = None
    version: int | None = None
    tab: str = ""

    @property
    def state(self) -> str | None:
        """The present state; a new record is drawn in its first one."""
        graph = self.cls.__entity__.graph
        if graph is None:
            return None
        return (self.record.state if self.record else None) or graph.initial


def show(session: Session, view: RecordView) -> str:
    """The page, within the shell."""
    actor, language, zone = current_actor(), current_language(), yingke().settings.zone
    spec, record = view.cls.__entity__, view.record
    drawing = Drawing(
        actor, view.cls, view.form, record, _errors(view, language), free_fields(actor, view), language, zone
    )
    boxes = drawing.boxes()
    can_save = any(not one.readonly for one in boxes) or "lines" in drawing.free
    here, others = _moves(session, actor, view)
    name = spec.label(language)
    return render_page(
        f"{name} {record.key}" if record else word("new_title", language, name=name.lower()),
        "record.html",
        view=view,
        spec=spec,
        entity=view.cls.__tablename__,
        record=record,
        state=state_of(view.cls, view.state),
        steps=steps(spec.graph, view.state) if spec.graph and view.state else [],
        boxes=boxes,
        drawing=drawing,
        line_count=len(view.form.lines or []),
        can_edit_lines="lines" in drawing.free,
        can_save=can_save,
        can_create=may(actor, "create", view.cls),
        can_delete=record is not None and _deletable(actor, view),
        moves=by_weight(here),
        other_moves=[(one.label(language), _who(one, language)) for one in others],
        verbs=verbs_offered(actor, view.cls, record) if record else [],
        problems=_summary(view, boxes, language),
        refusal=view.declined if isinstance(view.declined, Refused) else None,
        declined=view.declined.message(language) if view.declined else "",
        version=view.version if view.version is not None else (record.version if record else None),
        once=secrets.token_urlsafe(18),
        total=_total(view),
        related=related(session, actor, record, language) if record and view.tab != "history" else [],
        history=shown_entries(view.cls, history(session, actor, view.cls, record.key), language, zone)
        if record and view.tab == "history"
        else [],
    )


def free_fields(actor: Actor, view: RecordView) -> frozenset[str]:
    """What the person may type here and now: all of an editable record, else what is always editable."""
    graph = view.cls.__entity__.graph
    if view.record is None:
        return frozenset({*view.cls.__fields__, "lines"} if may(actor, "create", view.cls) else ())
    if not may(actor, "edit", view.cls):
        return frozenset()
    if graph is None or graph.state(view.state or graph.initial).editable:
        return frozenset({*view.cls.__fields__, "lines"})
    return frozenset(name for name, one in view.cls.__fields__.items() if one.always_editable)


def _deletable(actor: Actor, view: RecordView) -> bool:
    graph = view.cls.__entity__.graph
    return may(actor, "delete", view.cls) and (graph is None or view.state == graph.initial)


def _moves(session: Session, actor: Actor, view: RecordView) -> tuple[list[Transition], list[Transition]]:
    """The moves that this person may make now, and those that are others' to make."""
    graph = view.cls.__entity__.graph
    if graph is None or view.state is None:
        return [], []
    leaving = [one for one in graph.leaving(view.state) if not one.by_system]
    if view.record is None:
        own = [one for one in leaving if actor.role == "admin" or actor.role in one.roles]
        return [one for one in own if one.tone == "primary"], []
    here = moves(session, actor, view.cls, view.record)
    return here, [one for one in leaving if one not in here]


def _who(move: Transition, language: str) -> str:
    return ("、" if language == "zh" else ", ").join(role_name(one, language) for one in move.roles)


def _errors(view: RecordView, language: str) -> dict[tuple[str, int | None], str]:
    if not isinstance(view.declined, Invalid):
        return {}
    return {(one.field, one.line): _at_field(view, one, language) for one in view.declined.problems}


def _at_field(view: RecordView, problem: Problem, language: str) -> str:
    """The message without the name of line and field that it begins with: beside the input they are plain."""
    source = view.cls if problem.line is None else view.cls.__lines__
    one = source.__fields__.get(problem.field) if source is not None else None
    text = problem.message(language)
    if one is None:
        return text
    head, mark, rest = text.partition("：" if language == "zh" else ": ")
    named = one.label(language) in head and len(head) < len(one.label(language)) + 12
    return rest[:1].upper() + rest[1:] if mark and named else text


def _summary(view: RecordView, boxes: list[Box], language: str) -> list[tuple[str, str]]:
    """Each problem with the address of its input on this page, '' where it has none."""
    if not isinstance(view.declined, Invalid):
        return []
    ids = {one.field.name: one.id for one in boxes if not one.readonly}
    found = []
    for one in view.declined.problems:
        target = ids.get(one.field, "") if one.line is None else f"line-{one.line - 1}-{one.field}"
        if one.field == "lines":
            target = "lines"
        found.append((f"#{target}" if target else "", one.message(language)))
    return found


def _total(view: RecordView) -> str | None:
    """The total of the lines as text, None where they have none."""
    name = total_field(view.cls)
    if name is None:
        return None
    value = view.record.values.get(name) if view.record else None
    return decimal_text(value or Decimal(0), least=2, grouped=True)
