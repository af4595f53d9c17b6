"""Records as JSON and JSON bodies as values: links by key, decimals with all their digits, times with offset.

Which records, and whether they may be written, is decided in crud.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from flask import Response, request

from operational.crud.record import Record, RecordLink
from operational.crud.refusal import Conflict, Declined, Invalid, Problem, Refused
from operational.field import Label


def answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    made = Response(orjson.dumps(content, default=_plain), status, mimetype="application/json")
    made.headers.update(headers or {})
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value.normalize():f}".encode())
    raise TypeError(type(value).__name__)


def record_json(record: Record, zone: ZoneInfo, *, with_lines: bool) -> dict[str, Any]:
    """A record: its key and version, its fields, its lines where asked for."""
    found: dict[str, Any] = {"key": record.key, "version": record.version}
    found |= {name: _value(value, zone) for name, value in record.values.items()}
    if with_lines:
        found["lines"] = [
            {"id": line.id, "line_no": line.line_no}
            | {name: _value(value, zone) for name, value in line.values.items()}
            for line in record.lines
        ]
    if record.warnings:
        found["warnings"] = [_problem(one, "en") | {"message_zh": one.message.zh} for one in record.warnings]
    return found


def _value(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, RecordLink):
        return value.key
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _problem(one: Problem, language: str) -> dict[str, Any]:
    return {"field": one.field, "line": one.line, "message": one.message(language)}


def declined_json(declined: Declined, language: str, zone: ZoneInfo) -> dict[str, Any]:
    """`{error: {message, fields}}`, with what a refusal or a conflict has to tell besides."""
    error: dict[str, Any] = {"message": declined.message(language), "fields": []}
    if isinstance(declined, Invalid):
        error["fields"] = [_problem(one, language) for one in declined.problems]
    if isinstance(declined, Refused):
        error["guard"] = declined.guard
        error["blockers"] = [
            {"entity": one.entity, "key": one.key, "title": one.title} for one in declined.blockers
        ]
    if isinstance(declined, Conflict):
        error["changed_by"] = declined.changed_by
        error["changed_at"] = _value(declined.changed_at, zone) if declined.changed_at else None
        error["theirs"] = record_json(declined.theirs, zone, with_lines=True)
        error["yours"] = {
            name: str(value) if value is not None else None for name, value in declined.yours.items()
        }
    return {"error": error}


class Malformed(Declined):
    """A request that cannot be read, whoever asks."""


NO_OBJECT = Label("请求正文须为 JSON 对象（UTF-8）。", "The body must be a JSON object, in UTF-8.")
NO_LINES = Label("lines 须为对象的列表。", "'lines' must be a list of objects.")


def body() -> dict[str, Any]:
    """The request's JSON object, numbers as exact decimals; Malformed for anything else."""
    if not request.data:
        return {}
    try:
        found = json.loads(request.get_data(), parse_float=Decimal)
        text = json.dumps(found, ensure_ascii=False, default=str)
        text.encode()
    except (ValueError, RecursionError):
        raise Malformed(NO_OBJECT) from None
    if not isinstance(found, dict) or "\\u0000" in text:
        raise Malformed(NO_OBJECT)
    return found


def lines_of(values: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Take the lines out of a body; Malformed where they are no list of objects."""
    lines = values.pop("lines", None)
    if lines is not None and not (isinstance(lines, list) and all(isinstance(one, dict) for one in lines)):
        raise Malformed(NO_LINES)
    return lines
