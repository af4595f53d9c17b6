"""What an entity or a metric is, as plain data for the command line; all is read off the declarations.

Nothing is decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from operational.entity import Entity
    from operational.field import Field, Label
    from warehouse.catalog import Metric


def described(name: str, cls: type[Entity]) -> dict[str, Any]:
    """An entity's fields (its lines' as `lines.x`), states and transitions."""
    spec, graph = cls.__entity__, cls.__entity__.graph
    fields = [_field(field, field.name) for field in cls.__fields__.values()]
    if cls.__lines__ is not None:
        fields += [_field(field, f"lines.{field.name}") for field in cls.__lines__.__fields__.values()]
    return {
        "name": name,
        "label": _both(spec.label),
        "area": spec.area,
        "key": list(spec.key),
        "fields": fields,
        "states": [
            {
                "name": state.name,
                "label": _both(state.label),
                "editable": state.editable,
                "final": state.final,
            }
            for state in (graph.states if graph else ())
        ],
        "initial": graph.initial if graph else None,
        "normal_end": graph.normal_end if graph else None,
        "transitions": [
            {
                "verb": move.verb,
                "label": _both(move.label),
                "from": list(move.sources),
                "to": move.target,
                "roles": list(move.roles),
                "guards": list(move.guards),
                "needs": list(move.needs),
            }
            for move in (graph.transitions if graph else ())
        ],
        "may": dict(spec.may),
    }


def metric_described(metric: Metric) -> dict[str, Any]:
    """The catalogue's entry, with the columns that it rests on and the fields that they end in."""
    from dashboards.origins import origins
    from warehouse.lineage import lineage

    columns = lineage(metric)
    return {
        **metric.as_json(),
        "fields": [
            {"name": one.name, "label": {language: one.label(language) for language in ("zh", "en")}}
            for one in origins(columns)
        ],
        "lineage": {column: list(feeding) for column, feeding in columns.items()},
    }


def _field(field: Field, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": field.kind,
        "required": field.required,
        "reference": field.target,
        "values": [choice.value for choice in field.choices],
        "label": _both(field.label),
        "derived": field.derived,
        "private": field.private,
        "confidential": field.confidential,
    }


def _both(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}
