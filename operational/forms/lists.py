"""The list of any entity: state tabs, filters, columns, rows and pages, made from the declaration.

What the address means is in address.py, one filter's chip in filter_chip.py; the markup is list.html.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from operational.crud.access import Actor, fields_seen, may
from operational.crud.count import count_states
from operational.crud.find import COUNT_LIMIT, find
from operational.crud.record import Record, RecordLink
from operational.crud.refusal import Invalid
from operational.entity import Entity
from operational.field import Field
from operational.forms.address import SIZES, ListAddress, record_address
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.filter_chip import chip, filters_of
from operational.forms.routing import entity_or_404
from operational.forms.shell import render_page
from operational.forms.shown import NUMERIC, shown, state_of
from operational.forms.words import word

pages = Blueprint("lists", __name__)


@dataclass(frozen=True)
class Tab:
    """A state above the list: its count stands where work may wait in it."""

    label: str
    address: str
    current: bool
    count: int | None


@dataclass(frozen=True)
class Column:
    """A column's head: what it sorts by when pressed, and how it is sorted now."""

    field: Field
    label: str
    address: str
    sorted: str | None

    @property
    def number(self) -> bool:
        """Whether its cells are figures, set to the right."""
        return self.field.kind in NUMERIC


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown; a link has the key of what it names as well."""

    text: str
    column: Column
    colour: str | None = None
    key: str = ""


@dataclass(frozen=True)
class Row:
    """A record of the list."""

    key: str
    address: str
    cells: list[Cell]


@pages.get("/o/<entity_name>")
def list_page(entity_name: str) -> Response | str | tuple[str, int]:
    """The list; a filter form's answer is first turned into the short address that it means."""
    cls = entity_or_404(entity_name)
    address = ListAddress.read(entity_name, request.args.items(multi=True))
    if "_filters" in address.where:
        stated = {name: texts for name, texts in address.where.items() if name != "_filters"}
        kept = {name: [one for one in texts if one.strip()] for name, texts in stated.items()}
        columns = address.columns if set(address.columns) != set(_usual(current_actor(), cls)) else ()
        return redirect(
            address.to(where={name: texts for name, texts in kept.items() if texts}, columns=columns)
        )
    actor = current_actor()
    with yingke().store.reading() as session:
        try:
            return _page(session, actor, cls, address)
        except Invalid as invalid:
            bare = ListAddress(entity_name)
            problems = [one.message(current_language()) for one in invalid.problems]
            return _page(session, actor, cls, bare, problems), 422


def _page(
    session: Session, actor: Actor, cls: type[Entity], address: ListAddress, problems: list[str] | None = None
) -> str:
    language, zone = current_language(), yingke().settings.zone
    columns = _columns(actor, cls, address, language)
    tabs, total = _tabs(session, actor, cls, address, language)
    found = find(
        session,
        actor,
        cls,
        where=address.where,
        search=address.search,
        sort=address.sort,
        offset=(address.page - 1) * address.size,
        limit=address.size,
        total=total,
    )
    spec = cls.__entity__
    chips = [
        chip(session, actor, cls, name, address, language, zone) for name in filters_of(actor, cls, address)
    ]
    first = (address.page - 1) * address.size
    return render_page(
        (spec.plural or spec.label)(language),
        "list.html",
        spec=spec,
        entity=cls.__tablename__,
        address=address,
        problems=problems or [],
        tabs=tabs,
        chips=chips,
        columns=columns,
        choosable=_choosable(actor, cls, columns, language),
        rows=[_row(cls, one, columns, language, zone) for one in found.rows],
        total=found.total,
        total_text=f"{found.total:,}" + ("+" if found.more else ""),
        first=first + 1,
        last=first + len(found.rows),
        pages=max(1, -(-found.total // address.size)),
        sizes=[(one, address.to(size=one)) for one in SIZES],
        may_create=may(actor, "create", cls),
        may_import=may(actor, "import", cls),
        may_export=may(actor, "export", cls),
        export_address=partial(_export_address, address),
        narrowed=bool(address.where or address.search),
    )


def _export_address(address: ListAddress, kind: str) -> str:
    """The file of what this list shows, all its pages."""
    query = address.to(columns=(), size=20).partition("?")[2]
    return f"/export/{address.entity}.{kind}" + (f"?{query}" if query else "")


def _tabs(
    session: Session, actor: Actor, cls: type[Entity], address: ListAddress, language: str
) -> tuple[list[Tab], int | None]:
    """The tabs and, where a tab is what the list shows, its number of rows, so that it is not counted twice."""
    graph = cls.__entity__.graph
    if graph is None:
        return [], None
    rest = {name: texts for name, texts in address.where.items() if name != graph.field}
    chosen = address.where.get(graph.field)
    counts = count_states(session, actor, cls, where=rest, search=address.search)
    everything = Tab(word("all", language), address.to(where=rest), chosen is None, None)
    tabs = [
        Tab(
            one.label(language),
            address.to(where=rest | {graph.field: [one.name]}),
            chosen == [one.name],
            counts.by_state.get(one.name) if not one.final or chosen == [one.name] else None,
        )
        for one in graph.states
    ]
    known = counts.total if chosen is None else None
    if chosen is not None and counts.total <= COUNT_LIMIT:
        known = sum(counts.by_state.get(name, 0) for name in chosen) if "" not in chosen else None
    return [replace(everything, count=known if chosen is None else None), *tabs], known


def _usual(actor: Actor, cls: type[Entity]) -> list[str]:
    """The columns of a list for which none were chosen."""
    return [name for name, one in fields_seen(actor, cls).items() if one.listed]


def _columns(actor: Actor, cls: type[Entity], address: ListAddress, language: str) -> list[Column]:
    columns, fields = [], fields_seen(actor, cls)
    for name in [one for one in address.columns if one in fields] or _usual(actor, cls):
        field = fields[name]
        now = {name: "ascending", f"-{name}": "descending"}.get(address.sort)
        turned = f"-{name}" if now == "ascending" else name
        columns.append(Column(field, field.label(language), address.to(sort=turned), now))
    return columns


def _choosable(
    actor: Actor, cls: type[Entity], columns: list[Column], language: str
) -> list[tuple[str, str, bool]]:
    shown_now = {one.field.name for one in columns}
    return [
        (name, one.label(language), name in shown_now)
        for name, one in fields_seen(actor, cls).items()
        if one.kind != "longtext"
    ]


def _row(cls: type[Entity], record: Record, columns: list[Column], language: str, zone: ZoneInfo) -> Row:
    cells = []
    for column in columns:
        value = record.values[column.field.name]
        state = state_of(cls, value) if column.field.kind == "state" else None
        if column.field.name == cls.__entity__.title and record.english:
            value = record.called(language)
        cells.append(
            Cell(
                shown(cls, column.field, value, language, zone),
                column,
                state.colour if state else None,
                value.key if isinstance(value, RecordLink) else "",
            )
        )
    return Row(record.key, record_address(record.entity, record.key), cells)
