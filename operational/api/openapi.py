"""The OpenAPI 3.1 description of the API, made from the declarations of the entities.

It says what resources.py does; a test sends requests by it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from operational.crud.access import Actor, fields_seen
from operational.entity import Entity, Line, load_entities
from operational.field import Field
from operational.rules.record_verbs import RECORD_VERBS

TYPES: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "integer": {"type": "integer"},
    "flag": {"type": "boolean"},
    "email": {"type": "string", "format": "email"},
} | {kind: {"type": "number"} for kind in ("money", "quantity", "percent", "number")}

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "fields"],
            "properties": {
                "message": {"type": "string"},
                "fields": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["field", "line", "message"],
                        "properties": {
                            "field": {"type": "string"},
                            "line": {"type": ["integer", "null"]},
                            "message": {"type": "string"},
                        },
                    },
                },
            },
        }
    },
}

SAID = {
    "400": "The request is not understood",
    "401": "No token, or one that is not valid",
    "403": "The role may not do this",
    "404": "No such record, or it may not be seen",
    "409": "A rule refuses, or somebody else changed the record",
    "413": "The request is too large",
    "422": "Values that cannot be taken, each with field, line and message",
    "503": "The store cannot be reached or is busy",
}


@cache
def document(language: str, role: str) -> dict[str, Any]:
    """The whole description, its labels in one language, with the fields that the role may see."""
    actor = Actor("", role, None, None)
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"error": ERROR}
    for name, cls in load_entities().items():
        if not cls.__entity__.hidden:
            schemas[name] = _read_schema(actor, cls, language)
            schemas[f"{name}_write"] = _write_schema(actor, cls, language)
            paths |= _paths(name, cls, language)
    return {
        "openapi": "3.1.0",
        "info": {"title": {"zh": "盈客接口", "en": "Yingke API"}[language], "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
        "paths": paths,
    }


def _schema(one: Field, language: str) -> dict[str, Any]:
    found = dict(TYPES.get(one.kind, {"type": "string"}))
    found["title"] = one.label(language)
    if one.target:
        found["description"] = f"key of {one.target}"
    elif one.help:
        found["description"] = one.help(language)
    return found


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return schema | {"type": [schema["type"], "null"]}


def _read_schema(actor: Actor, cls: type[Entity], language: str) -> dict[str, Any]:
    properties: dict[str, Any] = {"key": {"type": "string"}, "version": {"type": "integer"}}
    properties |= {name: _nullable(_plain(one, language)) for name, one in fields_seen(actor, cls).items()}
    if cls.__lines__ is not None:
        line = {
            name: _nullable(_plain(one, language)) for name, one in fields_seen(actor, cls.__lines__).items()
        }
        line |= {"id": {"type": "integer"}, "line_no": {"type": "integer"}}
        properties["lines"] = {"type": "array", "items": {"type": "object", "properties": line}}
    return {
        "type": "object",
        "title": cls.__entity__.label(language),
        "required": ["key", "version"],
        "properties": properties,
    }


def _plain(one: Field, language: str) -> dict[str, Any]:
    """As it is read: stored texts are given as they are, so no format is promised."""
    return {
        name: said for name, said in _schema(one, language).items() if name != "format" or one.kind != "email"
    }


def _write_schema(actor: Actor, cls: type[Entity], language: str) -> dict[str, Any]:
    graph_field = cls.__entity__.graph.field if cls.__entity__.graph else None
    properties = {name: one for name, one in _written(actor, cls, language).items() if name != graph_field}
    if cls.__lines__ is not None:
        line = _written(actor, cls.__lines__, language) | {"id": {"type": ["integer", "null"]}}
        properties["lines"] = {"type": "array", "items": {"type": "object", "properties": line}}
    return {"type": "object", "properties": properties}


def _written(actor: Actor, cls: type[Entity | Line], language: str) -> dict[str, Any]:
    found = {}
    for name, one in fields_seen(actor, cls).items():
        if one.derived:
            continue
        schema = _schema(one, language)
        if one.choices:
            schema["enum"] = [choice.value for choice in one.choices] + [None]
        if one.length:
            schema["maxLength"] = one.length
        if one.pattern:
            schema |= {"pattern": f"^(?:{one.pattern})?$", "examples": [one.example]}
        if one.minimum is not None:
            schema["minimum"] = int(one.minimum)
        if one.maximum is not None:
            schema["maximum"] = int(one.maximum)
        found[name] = _nullable(schema)
    return found


def _paths(name: str, cls: type[Entity], language: str) -> dict[str, Any]:
    label = cls.__entity__.label(language)
    key = {"name": "key", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    match = {"name": "If-Match", "in": "header", "schema": {"type": "string", "pattern": '^"?[0-9]{1,9}"?$'}}
    once = {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "minLength": 1, "maxLength": 80},
    }
    one = {"$ref": f"#/components/schemas/{name}"}
    write = {"$ref": f"#/components/schemas/{name}_write"}
    change = {
        "allOf": [write, {"type": "object", "properties": {"version": {"type": "integer", "minimum": 1}}}]
    }
    item: dict[str, Any] = {
        "parameters": [key],
        "get": _operation(name, "read", label, "200", one, ["404"]),
        "patch": _operation(
            name, "change", label, "200", one, ["400", "404", "409", "413", "422", "503"], change, [match]
        ),
        "delete": _operation(name, "delete", label, "204", None, ["400", "404", "409", "503"], None, [match]),
    }
    found: dict[str, Any] = {
        f"/{name}": {
            "get": _operation(name, "list", label, "200", _page(one), ["400", "422"], None, _query()),
            "post": _operation(
                name, "create", label, "201", one, ["400", "409", "413", "422", "503"], write, [once]
            ),
        },
        f"/{name}/{{key}}": item,
    }
    for verb, verb_label in _verbs(name, cls, language):
        body = {"type": "object", "properties": {"comment": {"type": "string", "maxLength": 500}}}
        found[f"/{name}/{{key}}/{verb}"] = {
            "parameters": [key],
            "post": _operation(
                name,
                verb,
                f"{verb_label} · {label}",
                "200",
                one,
                ["400", "404", "409", "413", "422", "503"],
                body,
            ),
        }
    return found


def _verbs(name: str, cls: type[Entity], language: str) -> list[tuple[str, str]]:
    graph = cls.__entity__.graph
    moves = graph.transitions if graph else ()
    found = {one.verb: one.label(language) for one in moves if not one.by_system}
    found |= {one.name: one.label(language) for one in RECORD_VERBS if one.entity == name}
    return list(found.items())


def _query() -> list[dict[str, Any]]:
    text = {"type": "string", "maxLength": 200}
    return [
        {"name": "where", "in": "query", "schema": {"type": "array", "items": {"type": "string"}},
         "description": "FIELD=VALUE; repeated on one field: or; on several: and"},
        {"name": "search", "in": "query", "schema": text},
        {"name": "sort", "in": "query", "schema": text, "description": "FIELD or -FIELD, several by commas"},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 1000}},
        {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 10_000_000}},
    ]  # fmt: skip


def _page(one: dict[str, Any]) -> dict[str, Any]:
    properties = {"total": {"type": "integer"}, "rows": {"type": "array", "items": one}}
    return {"type": "object", "required": ["total", "rows"], "properties": properties}


def _operation(
    name: str,
    verb: str,
    summary: str,
    code: str,
    schema: dict[str, Any] | None,
    failures: list[str],
    body: dict[str, Any] | None = None,
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/error"}}}
    good: dict[str, Any] = {"description": "OK"}
    if schema is not None:
        good["content"] = {"application/json": {"schema": schema}}
    found: dict[str, Any] = {
        "operationId": f"{name}_{verb}",
        "summary": summary,
        "tags": [name],
        "responses": {code: good}
        | {one: {"description": SAID[one], "content": error} for one in ["401", "403", *failures]},
    }
    if parameters:
        found["parameters"] = parameters
    if body is not None:
        found["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return found
