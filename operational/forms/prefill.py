"""What a new form begins with: what the address names, and what follows from the record that it is for.

`/o/shipment/new?order=SO-…` begins with that order's lines, less what other shipments of it already have.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from operational.crud.access import Actor, fields_seen
from operational.crud.clock import now, today, zone
from operational.crud.find import get
from operational.crud.record import Record, RecordLink
from operational.crud.refusal import Declined
from operational.entity import Entity, entity
from operational.forms.shown import decimal_text, typed_text
from operational.forms.titles import add_titles
from operational.forms.typed_form import TypedForm

COPIED = ("link", "money")  # kinds that pass from a record to one made for it, where both name them alike


def prefilled(
    session: Session, actor: Actor, cls: type[Entity], pairs: Iterable[tuple[str, str]]
) -> TypedForm:
    """The form of a new record; what the address says wrongly is left for the person to see and mend."""
    form, fields = TypedForm(lines=[] if cls.__lines__ is not None else None), fields_seen(actor, cls)
    for name, text in pairs:
        if name in fields and not fields[name].derived:
            form.values[name] = text
    for name, text in list(form.values.items()):
        target = fields[name].target
        if target is not None and text:
            _take_from(session, actor, cls, form, name, target, text)
    for name, one in fields.items():
        if name not in form.values and one.default is not None:
            form.values[name] = {
                "today": today(session).isoformat(),
                "now": f"{now().astimezone(zone(session)):%Y-%m-%d %H:%M:%S}",
            }.get(str(one.default), str(one.default) if one.default is not False else "")
    add_titles(session, actor, cls, form)
    return form


def _take_from(
    session: Session, actor: Actor, cls: type[Entity], form: TypedForm, name: str, target: str, key: str
) -> None:
    try:
        source = get(session, actor, entity(target), key)
    except Declined:
        return
    source_cls = entity(target)
    for other, one in fields_seen(actor, cls).items():
        theirs = fields_seen(actor, source_cls).get(other)
        alike = theirs is not None and theirs.kind == one.kind and theirs.target == one.target
        if alike and one.kind in COPIED and not one.derived:
            form.values.setdefault(other, typed_text(one, source.values[other], zone(session)))
    if form.lines == []:
        form.lines = _open_lines(session, cls, name, source, source_cls)


def _open_lines(
    session: Session, cls: type[Entity], name: str, source: Record, source_cls: type[Entity]
) -> list[dict[str, str]]:
    """The source's lines with the quantity that is still open, by item; none where lines are not alike."""
    line_cls, source_line = cls.__lines__, source_cls.__lines__
    if line_cls is None or source_line is None:
        return []
    shared = [
        one for one in ("item", "quantity") if one in line_cls.__fields__ and one in source_line.__fields__
    ]
    if len(shared) < 2:
        return []
    taken = _taken(session, cls, name, source.id)
    found = []
    for line in source.lines:
        item = line.values["item"]
        if not isinstance(item, RecordLink):
            continue
        used = min(taken.get(item.key, Decimal(0)), line.values["quantity"])
        taken[item.key] = taken.get(item.key, Decimal(0)) - used
        if line.values["quantity"] > used:
            found.append({"item": item.key, "quantity": decimal_text(line.values["quantity"] - used)})
    return found


def _taken(session: Session, cls: type[Entity], name: str, source_id: int) -> dict[str, Decimal]:
    """Quantities by item key in the records already made for the source, those that were undone left out."""
    line_cls = cls.__lines__
    assert line_cls is not None  # noqa: S101 - asked by the caller
    document, line = cls.__table__, line_cls.__table__
    items = entity(str(line_cls.__fields__["item"].target))
    key = items.__table__.c[items.__entity__.key[0]]
    quantity = line.c[line_cls.__fields__["quantity"].column]
    statement = (
        select(key, func.sum(quantity, type_=quantity.type))
        .join(line, line.c.item_id == items.__table__.c.id)
        .join(document, document.c.id == line.c[f"{cls.__tablename__}_id"])
        .where(document.c[cls.__fields__[name].column] == source_id)
        .group_by(key)
    )
    graph = cls.__entity__.graph
    if graph is not None:
        undone = [one.name for one in graph.states if one.final and one.colour == "red"]
        statement = statement.where(document.c[cls.__fields__[graph.field].column].not_in(undone))
    return {one: Decimal(total) for one, total in session.execute(statement)}
