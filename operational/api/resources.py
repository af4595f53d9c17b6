"""The resources: list, create, read, change, delete and move records of any entity, as the token's owner may.

Paths and answers are described by openapi.py; JSON is made and read in encoding.py.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from operational.api.encoding import Malformed, answer, body, declined_json, lines_of, record_json
from operational.api.openapi import document
from operational.crud import walk, write
from operational.crud.filter import where_from_query
from operational.crud.find import find, get
from operational.crud.record import Record
from operational.crud.refusal import Declined, Invalid, NotAllowed, NotFound
from operational.entity import Entity, load_entities
from operational.field import Label
from operational.forms.context import current_actor, current_language, yingke
from operational.rules.record_verbs import verb_named

pages = Blueprint("api", __name__, url_prefix="/api/v1")

MOST = 1000  # rows of one answer
FURTHEST = 10_000_000
CODES = {Malformed: 400, NotFound: 404, NotAllowed: 403, Invalid: 422}
LONG_KEY = Label("Idempotency-Key 须为 1 到 80 个字符。", "An Idempotency-Key has 1 to 80 characters.")
NO_VERSION = Label(
    "版本须为整数，来自记录的 version 或 ETag。",
    "A version is a whole number, as the record's 'version' or ETag gives it.",
)


@pages.errorhandler(Declined)
def declined(error: Declined) -> Response:
    """Every refusal with its status: 400, 403, 404, 422, and 409 for rules and conflicts."""
    said = declined_json(error, current_language(), yingke().settings.zone)
    return answer(said, CODES.get(type(error), 409))


@pages.get("/openapi.json")
def openapi() -> Response:
    """The description of this API, made from the declarations."""
    described = document(current_language(), current_actor().role)
    return answer(described | {"paths": described["paths"] | yingke().api_paths})


@pages.get("/<entity_name>")
def list_records(entity_name: str) -> Response:
    """`{total, rows}`; filters as `where=FIELD=VALUE` or simply `FIELD=VALUE`."""
    cls = _entity(entity_name)
    named = []
    for name, value in request.args.items(multi=True):
        if name == "where":
            field, _, text = value.partition("=")
            named.append((field, text))
        elif name not in ("search", "sort", "limit", "offset"):
            named.append((name, value))
    with yingke().store.reading() as session:
        page = find(
            session,
            current_actor(),
            cls,
            where=where_from_query(named),
            search=request.args.get("search", "")[:200],
            sort=request.args.get("sort", ""),
            offset=_number("offset", 0, FURTHEST),
            limit=_number("limit", 100, MOST),
        )
    rows = [record_json(one, yingke().settings.zone, with_lines=False) for one in page.rows]
    return answer({"total": page.total, "rows": rows})


@pages.post("/<entity_name>")
def create(entity_name: str) -> Response:
    """A new record, 201; with an Idempotency-Key the same request gives the same record again."""
    cls = _entity(entity_name)
    values = body()
    lines = lines_of(values)
    token = request.headers.get("Idempotency-Key")
    if token is not None and not 0 < len(token) <= 80:
        raise Malformed(LONG_KEY)
    actor = current_actor()
    with yingke().store.writing(actor.login, channel="api") as session:
        record = write.create(session, actor, cls, values, lines, token=token)
    return _one(record, 201)


@pages.get("/<entity_name>/<path:key>", merge_slashes=False)
def read(entity_name: str, key: str) -> Response:
    """The record with its lines; its version is the ETag."""
    cls = _entity(entity_name)
    with yingke().store.reading() as session:
        return _one(get(session, current_actor(), cls, key))


@pages.patch("/<entity_name>/<path:key>", merge_slashes=False)
def change(entity_name: str, key: str) -> Response:
    """Change the given fields; `lines`, where given, become the record's lines."""
    cls = _entity(entity_name)
    values = body()
    lines = lines_of(values)
    version = _version(values.pop("version", None))
    actor = current_actor()
    with yingke().store.writing(actor.login, channel="api") as session:
        return _one(write.update(session, actor, cls, key, values, lines, version))


@pages.delete("/<entity_name>/<path:key>", merge_slashes=False)
def delete(entity_name: str, key: str) -> Response:
    """Delete a record that nothing refers to; a document only in its first state."""
    cls = _entity(entity_name)
    actor = current_actor()
    with yingke().store.writing(actor.login, channel="api") as session:
        write.delete(session, actor, cls, key, _version(None))
    return Response(status=204)


@pages.post("/<entity_name>/<path:key>/<verb>", merge_slashes=False)
def move(entity_name: str, key: str, verb: str) -> Response:
    """Make a move of the state graph, or another verb of the entity; `comment` and needed fields in the body."""
    cls = _entity(entity_name)
    values = body()
    comment = values.pop("comment", None) or values.pop("reason", None) or ""
    version = _version(values.pop("version", None))
    actor = current_actor()
    other = verb_named(entity_name, verb)
    with yingke().store.writing(actor.login, str(comment)[:500], channel="api") as session:
        if other is not None:
            return _one(other.run(session, actor, key))
        if not _is_move(cls, verb):
            abort(404)
        moved = walk.walk(
            session, actor, cls, key, verb, comment=str(comment), values=values or None, version=version
        )
        return _one(moved)


def _is_move(cls: type[Entity], verb: str) -> bool:
    graph = cls.__entity__.graph
    return graph is not None and any(one.verb == verb and not one.by_system for one in graph.transitions)


def _entity(name: str) -> type[Entity]:
    cls = load_entities().get(name)
    if cls is None or cls.__entity__.hidden:
        abort(404)
    return cls


def _one(record: Record, status: int = 200) -> Response:
    content = record_json(
        record, yingke().settings.zone, with_lines=bool(load_entities()[record.entity].__lines__)
    )
    return answer(content, status, {"ETag": f'"{record.version}"'})


def _version(given: object) -> int | None:
    """The version that the caller saw: If-Match, else `version` of the body; Malformed if it is none."""
    text = request.headers.get("If-Match", "" if given is None else str(given))
    text = text.strip().removeprefix("W/").strip('"')
    if text in ("", "*"):
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Malformed(NO_VERSION)
    return int(text)


def _number(name: str, usual: int, most: int) -> int:
    text = request.args.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Malformed(Label(f"{name} 须为不小于 0 的整数。", f"'{name}' must be a whole number from 0."))
    return min(int(text), most)
