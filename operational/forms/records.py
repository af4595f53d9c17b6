"""The page of a record: new, shown, changed, moved along its states, deleted; the same for every entity.

It turns requests into calls of crud and their answers into pages; drawing is in record_view.py.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from operational.crud import walk as walking
from operational.crud import write
from operational.crud.access import Actor, may
from operational.crud.find import get
from operational.crud.record import Record
from operational.crud.refusal import Conflict, Declined, Invalid, NotFound
from operational.entity import Entity
from operational.field import Label
from operational.forms.address import record_address
from operational.forms.conflict import chosen, conflict_page
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.prefill import prefilled
from operational.forms.record_view import RecordView, show
from operational.forms.routing import entity_or_404
from operational.forms.shell import toast
from operational.forms.shown import state_of
from operational.forms.titles import add_titles
from operational.forms.typed_form import TypedForm, from_post, from_record, to_lines, to_values
from operational.forms.words import word
from operational.rules.record_verbs import verb_named

pages = Blueprint("records", __name__)


@pages.get("/o/<entity_name>/new")
def new_page(entity_name: str) -> str:
    """An empty form, filled as far as the address says (`?customer=C001`)."""
    cls = _creatable(entity_name)
    with yingke().store.reading() as session:
        form = prefilled(session, current_actor(), cls, request.args.items(multi=True))
        return show(session, RecordView(cls, form))


@pages.post("/o/<entity_name>/new")
def create(entity_name: str) -> Response | tuple[str, int]:
    """Make the record, and the first move where that button was pressed; both or neither."""
    cls = _creatable(entity_name)
    actor, form = current_actor(), from_post(cls, request.form.items(multi=True))
    store = yingke().store
    try:
        with store.writing(actor.login) as session:
            record = write.create(
                session,
                actor,
                cls,
                to_values(cls, form),
                to_lines(cls, form),
                token=request.form.get("_once"),
            )
            record = _move(session, actor, cls, record)
    except Declined as declined:
        with store.reading() as session:
            return _again(session, RecordView(cls, form, declined=declined))
    _tell(cls, record)
    if "_and_new" in request.form:
        return redirect(f"/o/{entity_name}/new", 303)
    return redirect(record_address(entity_name, record.key), 303)


@pages.get("/o/<entity_name>/<path:key>", merge_slashes=False)
def record_page(entity_name: str, key: str) -> str:
    """The record, as a form as far as it may be changed, else to read."""
    cls = entity_or_404(entity_name)
    with yingke().store.reading() as session:
        record = _get(session, cls, key)
        form = from_record(record, cls, yingke().settings.zone)
        return show(session, RecordView(cls, form, record, tab=request.args.get("tab", "")))


@pages.post("/o/<entity_name>/<path:key>", merge_slashes=False)
def change(entity_name: str, key: str) -> Response | tuple[str, int]:
    """Save, move, amend or delete, by the button that was pressed; in one transaction."""
    cls = entity_or_404(entity_name)
    actor, form = current_actor(), from_post(cls, request.form.items(multi=True))
    store = yingke().store
    version = _version()
    try:
        with store.writing(actor.login, request.form.get("_comment", "")[:500]) as session:
            if "_delete" in request.form:
                write.delete(session, actor, cls, key, version)
                record = None
            else:
                record = _written(session, actor, cls, key, form, version)
    except NotFound:
        abort(404)
    except Conflict as conflict:
        with store.reading() as session:
            add_titles(session, actor, cls, form)
            return conflict_page(cls, form, conflict), 409
    except Declined as declined:
        with store.reading() as session:
            return _again(session, RecordView(cls, form, _get(session, cls, key), declined, version=version))
    if record is None:
        toast("good", word("deleted", current_language(), name=key))
        return redirect(f"/o/{entity_name}", 303)
    _tell(cls, record)
    return redirect(record_address(entity_name, record.key), 303)


def _written(
    session: Session, actor: Actor, cls: type[Entity], key: str, form: TypedForm, version: int | None
) -> Record:
    """Save what may be changed, then make the move that was asked for."""
    values, lines = to_values(cls, form), to_lines(cls, form)
    if "_choice" in request.form:
        values, lines = chosen(request.form, values, lines)
    if verb := request.form.get("_verb"):
        return _by_verb(session, actor, cls, key, verb)
    if values or lines is not None:
        record = write.update(session, actor, cls, key, values, lines, version)
        return _move(session, actor, cls, record)
    return _move(session, actor, cls, get(session, actor, cls, key), version)


def _by_verb(session: Session, actor: Actor, cls: type[Entity], key: str, verb: str) -> Record:
    known = verb_named(cls.__tablename__, verb)
    if known is None:
        abort(400)
    return known.run(session, actor, key)


def _move(
    session: Session, actor: Actor, cls: type[Entity], record: Record, version: int | None = None
) -> Record:
    verb = request.form.get("_move")
    if not verb:
        return record
    comment = request.form.get("_comment", "")
    moved = walking.walk(session, actor, cls, record.key, verb, comment=comment, version=version)
    return moved.with_warnings(record.warnings)


def _again(session: Session, view: RecordView) -> tuple[str, int]:
    """The same form with what was typed and what is wrong with it."""
    add_titles(session, current_actor(), view.cls, view.form)
    if view.record is not None:
        stored = from_record(view.record, view.cls, yingke().settings.zone)
        view.form.values = stored.values | view.form.values
        view.form.titles = stored.titles | view.form.titles
        if view.form.lines is None:
            view.form.lines = stored.lines
    return show(session, view), 422 if isinstance(view.declined, Invalid) else 409


def _get(session: Session, cls: type[Entity], key: str) -> Record:
    try:
        return get(session, current_actor(), cls, key)
    except NotFound:
        abort(404)


def _creatable(entity_name: str) -> type[Entity]:
    cls = entity_or_404(entity_name)
    if not may(current_actor(), "create", cls):
        abort(403)
    return cls


def _version() -> int | None:
    text = request.form.get("_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _tell(cls: type[Entity], record: Record) -> None:
    """Say on the next page what was done, and what was rounded."""
    language = current_language()
    state = state_of(cls, record.state)
    if request.form.get("_move") and state is not None:
        text = word("moved", language, name=record.key, state=state.label(language))
    else:
        text = word("saved", language, name=record.key)
    toast("good", text, record_address(record.entity, record.key))
    for warning in record.warnings:
        message: Label = warning.message
        toast("warn", message(language))
