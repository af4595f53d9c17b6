"""One filter above a list, as a chip: what it says now, and the inputs to say something else.

The grammar of filters is crud/filter.py; which list they narrow is in the address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from operational.crud.access import Actor, fields_seen
from operational.crud.find import get
from operational.crud.refusal import Declined
from operational.entity import Entity, entity
from operational.field import Field
from operational.forms.address import ListAddress
from operational.forms.terms import called, vocabulary_of
from operational.forms.words import word

RANGED = ("date", "moment", "money", "quantity", "percent", "number", "integer")


@dataclass(frozen=True)
class Chip:
    """A filter: `said` is empty where it is not set; `periods` are ready-made ranges of days."""

    name: str
    label: str
    widget: str
    said: str
    clear: str
    values: list[str] = field(default_factory=list)
    low: str = ""
    high: str = ""
    title: str = ""
    source: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    periods: list[tuple[str, str]] = field(default_factory=list)
    days: bool = False


def filters_of(actor: Actor, cls: type[Entity], address: ListAddress) -> list[str]:
    """The names to filter by: those declared, the date that orders the list, and what the address has."""
    spec = cls.__entity__
    names = [
        name
        for name, one in fields_seen(actor, cls).items()
        if one.filterable and one.kind != "state" and not one.private
    ]
    if spec.newest_by and spec.newest_by not in names:
        names.append(spec.newest_by)
    asked = [name.rstrip("!<>=~") for name in address.where]
    graph_field = spec.graph.field if spec.graph else None
    return list(dict.fromkeys(names + [name for name in asked if name != graph_field]))


def chip(
    session: Session,
    actor: Actor,
    cls: type[Entity],
    name: str,
    address: ListAddress,
    language: str,
    zone: ZoneInfo,
) -> Chip:
    """The chip of one name; a path along links or an operator that has no input is shown and can be cleared."""
    one = cls.__fields__.get(name)
    mine = {key: texts for key, texts in address.where.items() if key.rstrip("!<>=~") == name}
    clear = address.without(*mine)
    plain = mine.get(name, [])
    odd = [
        key
        for key in mine
        if key != name and not (one and one.kind in RANGED and key[len(name) :] in (">=", "<="))
    ]
    if one is None or odd:
        said = ", ".join(f"{key[len(name) :]} {', '.join(texts)}".strip() for key, texts in mine.items())
        return Chip(name, one.label(language) if one else name, "none", said, clear)
    label = one.label(language)
    if one.kind in RANGED:
        return _range(one, label, mine, clear, address, language, zone)
    if one.kind in ("choice", "flag"):
        options = _options(one, language)
        said = ", ".join(text for value, text in options if value in plain)
        return Chip(name, label, "checks", said or ", ".join(plain), clear, plain, options=options)
    title = _title(session, actor, one, plain, language) if one.target else ""
    named = [called(one, text, language) if vocabulary_of(one) else text for text in plain]
    said = title or ", ".join(text or word("nothing", language) for text in named)
    source = f"/lookup/{cls.__tablename__}/{name}"
    widget = "suggest" if one.target or one.kind == "code" else "text"
    return Chip(name, label, widget, said, clear, plain, title=title, source=source)


def _options(one: Field, language: str) -> list[tuple[str, str]]:
    if one.kind == "flag":
        return [("1", word("yes", language)), ("0", word("no", language))]
    return [(choice.value, choice.label(language)) for choice in one.choices]


def _title(session: Session, actor: Actor, one: Field, keys: list[str], language: str) -> str:
    if len(keys) != 1 or not keys[0] or one.target is None:
        return ""
    try:
        return get(session, actor, entity(one.target), keys[0]).called(language)
    except Declined:
        return ""


def _range(
    one: Field,
    label: str,
    mine: dict[str, list[str]],
    clear: str,
    address: ListAddress,
    language: str,
    zone: ZoneInfo,
) -> Chip:
    low, high = mine.get(f"{one.name}>=", [""])[-1], mine.get(f"{one.name}<=", [""])[-1]
    said = f"{low or '…'} – {high or '…'}" if low or high else ""
    exact = mine.get(one.name, [])
    days = one.kind in ("date", "moment")
    rest = {key: texts for key, texts in address.where.items() if key not in mine}
    return Chip(
        one.name,
        label,
        "range",
        said or ", ".join(exact),
        clear,
        exact,
        low=low,
        high=high,
        days=days,
        periods=[
            (
                word(name, language),
                address.to(where=rest | {f"{one.name}>=": [start], f"{one.name}<=": [end]}),
            )
            for name, start, end in _periods(datetime.now(zone).date())
        ]
        if days
        else [],
    )


def _periods(today: date) -> list[tuple[str, str, str]]:
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    month_end = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    last_month_end = month - timedelta(days=1)
    spans = {
        "today": (today, today),
        "this_week": (monday, monday + timedelta(days=6)),
        "this_month": (month, month_end),
        "last_month": (last_month_end.replace(day=1), last_month_end),
        "this_year": (today.replace(month=1, day=1), today.replace(month=12, day=31)),
    }
    return [(name, start.isoformat(), end.isoformat()) for name, (start, end) in spans.items()]
