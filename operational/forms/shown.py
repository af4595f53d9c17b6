"""Values of fields as people read them, and as inputs hold them; both directions of nothing else.

Parsing what was typed is in typed.py, the labels of the pages are in words.py.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from operational.crud.record import RecordLink
from operational.entity import Entity, Line, load_entities
from operational.field import Field
from operational.forms.terms import called, vocabulary_of
from operational.states import State
from operational.vocabulary import name_of

NUMERIC = ("money", "quantity", "percent", "number", "integer")


def shown(cls: type[Entity | Line], field: Field, value: Any, language: str, zone: ZoneInfo) -> str:
    """The value as text to read, '' for nothing; links show their title, money two decimals or more."""
    if value is None or value == "":
        return ""
    if isinstance(value, RecordLink):
        return value.called(language)
    name = _name(cls, field, value, language)
    if name is not None:
        return name
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if field.kind in NUMERIC:
        return decimal_text(Decimal(value), least=2 if field.kind == "money" else 0, grouped=True)
    return str(value)


def _name(cls: type[Entity | Line], field: Field, value: Any, language: str) -> str | None:
    """What people call a value that is kept as a code; None where it is no code."""
    if field.kind == "flag":
        return {"zh": "是", "en": "Yes"}[language] if value else {"zh": "否", "en": "No"}[language]
    if field.kind == "state":
        state = state_of(cls, value)
        return state.label(language) if state is not None else str(value)
    if field.kind == "choice":
        return next((one.label(language) for one in field.choices if one.value == value), str(value))
    if field.vocabulary:
        return name_of(field.vocabulary, str(value), language)
    if vocabulary_of(field):
        return called(field, str(value), language)
    if field.names_a_record and (named := named_record(str(value))):
        entity, key = named
        return f"{load_entities()[entity].__entity__.label(language)} {key}"
    return None


def named_record(text: str) -> tuple[str, str] | None:
    """Entity and key that a text such as `shipment:DN-1` names; None where it names none that is known."""
    name, _, key = text.partition(":")
    return (name, key) if key and name in load_entities() else None


def typed_text(field: Field, value: Any, zone: ZoneInfo) -> str:
    """The value as an input holds it: keys of links, ISO dates, plain decimals, business time."""
    if value is None:
        return ""
    if isinstance(value, RecordLink):
        return value.key
    if field.kind == "flag":
        return "1" if value else ""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return decimal_text(value, least=2 if field.kind == "money" else 0)
    return str(value)


def decimal_text(value: Decimal, least: int = 0, *, grouped: bool = False) -> str:
    """A decimal without needless zeros, but with at least `least` decimals; all its digits otherwise."""
    plain = f"{value:f}"
    whole, _, rest = plain.partition(".")
    rest = rest.rstrip("0").ljust(least, "0")
    if grouped:
        sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        whole = f"{sign}{int(digits):,}"
    return f"{whole}.{rest}" if rest else whole


def state_of(cls: type[Entity | Line], value: Any) -> State | None:
    """The declared state of that name, None where the entity has no graph or not this state."""
    graph = cls.__entity__.graph if issubclass(cls, Entity) else None
    if graph is None:
        return None
    return next((one for one in graph.states if one.name == value), None)
