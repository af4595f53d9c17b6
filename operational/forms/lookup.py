"""Suggestions while typing: records for links, values in use or fitting for codes, what empty fields will become.

Finding records by text is crud/lookup.py; drawing the list is the page's script.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from operational.crud.access import Actor, fields_seen, may
from operational.crud.find import visible
from operational.crud.lookup import codes, lookup
from operational.crud.record import links_of
from operational.crud.validate import Draft, read
from operational.crud.write import complete
from operational.entity import Entity, Line, entity
from operational.field import Field
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.routing import entity_or_404
from operational.forms.shown import decimal_text, shown, typed_text
from operational.forms.terms import called, codes_called, vocabulary_of
from operational.forms.typed_form import from_post, to_lines, to_values
from operational.rules.register import offered
from operational.vocabulary import matching

pages = Blueprint("lookup", __name__)

LIMIT = 12


@pages.get("/lookup/<entity_name>/<path:field_path>")
def suggestions(entity_name: str, field_path: str) -> Response:
    """What may be chosen for a field: `[{key, title}]` for the text in `q`."""
    cls = entity_or_404(entity_name)
    one = _field(cls, field_path)
    text = request.args.get("q", "").strip()[:200]
    actor, language = current_actor(), current_language()
    with yingke().store.reading() as session:
        if one.target is not None:
            target = entity(one.target)
            found = lookup(session, actor, target, text, LIMIT) if may(actor, "read", target) else []
            return jsonify([{"key": one.key, "title": one.called(language)} for one in found])
        named = matching(one.vocabulary, text, current_language(), LIMIT) if one.vocabulary else []
        if named:
            return jsonify([{"key": code, "title": name} for code, name in named])
        if one.kind != "code":
            return jsonify([])
        also = codes_called(vocabulary_of(one), text) if text else []
        found_codes = codes(session, actor, cls, field_path, text, LIMIT, also=also)
        return jsonify(
            [{"key": code, "title": _beside(code, called(one, code, language))} for code in found_codes]
        )


@pages.post("/lookup/<entity_name>/<path:field_path>")
def offers(entity_name: str, field_path: str) -> Response:
    """What may be chosen for a field by what else stands in the posted form, `q` in it, best first; `line` from 0."""
    cls = entity_or_404(entity_name)
    one = _field(cls, field_path)
    if not one.offers:
        return suggestions(entity_name, field_path)
    text, place = request.args.get("q", "").strip()[:200], request.form.get("line", "")
    form = from_post(cls, request.form.items(multi=True))
    with yingke().store.reading() as session:
        typed = read(session, current_actor(), cls, to_values(cls, form), to_lines(cls, form))
        line = next((one.values for one in typed.lines or [] if str(one.number - 1) == place), {})
        found = offered(session, one.offers, typed.values, line)
    language = current_language()
    fitting = [(value, said(language)) for value, said in found if text.casefold() in value.casefold()]
    return jsonify([{"key": value, "title": title} for value, title in fitting[:LIMIT]])


def _beside(code: str, name: str) -> str:
    return "" if name == code else name


def _field(cls: type[Entity], path: str) -> Field:
    source: type[Entity | Line] | None = cls
    if path.startswith("lines."):
        source, path = cls.__lines__, path.removeprefix("lines.")
    if source is None or path not in fields_seen(current_actor(), source):
        abort(404)
    return source.__fields__[path]


@pages.post("/defaults/<entity_name>")
def defaults(entity_name: str) -> Response:
    """What the empty fields of the posted form will become, and what its lines add up to.

    `values` and `lines` hold `{field: {key, title}}` for empty fields only; `total` is the sum as text.
    """
    cls = entity_or_404(entity_name)
    form = from_post(cls, request.form.items(multi=True))
    actor = current_actor()
    with yingke().store.reading() as session:
        typed = read(session, actor, cls, to_values(cls, form), to_lines(cls, form))
        given = {name for name, value in typed.values.items() if value is not None}
        given_lines = [
            {name for name, value in one.values.items() if value is not None} for one in typed.lines or []
        ]
        complete(session, actor, cls, typed)
        return jsonify(
            values=_filled(session, actor, cls, typed.values, given),
            lines={
                str(one.number - 1): _filled(session, actor, cls.__lines__, one.values, before)
                for one, before in zip(typed.lines or [], given_lines, strict=True)
                if cls.__lines__ is not None
            },
            total=_total(cls, typed),
        )


def _filled(
    session: Session, actor: Actor, cls: type[Entity | Line], values: dict[str, Any], given: set[str]
) -> dict[str, dict[str, str]]:
    language, zone = current_language(), yingke().settings.zone
    found = {}
    for name, one in fields_seen(actor, cls).items():
        value = values.get(name)
        if name in given or value is None or one.kind == "state":
            continue
        if one.target is None:
            text = shown(cls, one, value, language, zone)
            found[name] = {
                "key": text if one.kind == "choice" else typed_text(one, value, zone),
                "title": text,
            }
            continue
        target = entity(one.target)
        if visible(session, actor, target, [value]):
            link = links_of(session, target, [value])[value]
            found[name] = {"key": link.key, "title": link.called(language)}
    return found


def _total(cls: type[Entity], draft: Draft) -> str | None:
    value = draft.values.get("amount")
    one = cls.__fields__.get("amount")
    if value is None or one is None or not one.derived:
        return None
    return decimal_text(value, least=2, grouped=True)
