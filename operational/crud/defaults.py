"""What an empty field becomes: constants, today, values along links, and the amounts that follow from others.

Whether the result may be stored is asked in validate.py.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from operational.crud.access import Actor, root_unit
from operational.crud.clock import now, today, zone
from operational.crud.typed import typed
from operational.crud.validate import Draft, LineDraft
from operational.entity import Entity, Line, entity
from operational.field import Field


def fill(session: Session, actor: Actor, cls: type[Entity], draft: Draft) -> None:
    """Fill the empty fields of a new record, in place, in the order of their declaration."""
    for name, field in cls.__fields__.items():
        if draft.values.get(name) is None and not draft.is_bad(name):
            value = _default(session, actor, cls, draft.values, None, field)
            if value is not None:
                draft.values[name] = value
    graph = cls.__entity__.graph
    if graph is not None:
        draft.values[graph.field] = graph.initial


def fill_lines(
    session: Session, actor: Actor, cls: type[Entity], draft: Draft, header: dict[str, Any]
) -> None:
    """Fill the empty fields of all lines of a draft, in place; amounts come last, see `fill_amounts`."""
    if cls.__lines__ is None:
        return
    for line in draft.lines or ():
        for name, field in cls.__lines__.__fields__.items():
            if line.values.get(name) is None and not draft.is_bad(name, line.number):
                value = _default(session, actor, cls, header, line, field)
                if value is not None:
                    line.values[name] = value


def _default(
    session: Session,
    actor: Actor,
    cls: type[Entity],
    header: dict[str, Any],
    line: LineDraft | None,
    field: Field,
) -> Any:
    for path in field.default_from:
        value = _at(session, actor, cls, header, line, path)
        if value is not None:
            return value
    if field.default is None:
        return None
    if field.kind == "date" and field.default == "today":
        return today(session)
    if field.kind == "moment" and field.default == "now":
        return now()
    return typed(field, field.default, zone(session)).value


def _at(
    session: Session,
    actor: Actor,
    cls: type[Entity],
    header: dict[str, Any],
    line: LineDraft | None,
    path: str,
) -> Any:
    """The value at the end of a path of `default_from`, links as ids; None where a step is empty."""
    first, _, rest = path.partition(".")
    if path == "root":
        return root_unit(session)
    if first == "actor":
        return actor.org_unit_id if rest == "org_unit" else actor.person_id
    source: type[Entity | Line] = cls
    values = header
    if line is not None and cls.__lines__ is not None and first in cls.__lines__.__fields__:
        source, values = cls.__lines__, line.values
    target = source.__fields__[first].target
    value = values.get(first)
    if not rest or target is None or value is None:
        return value
    return _along(session, entity(target), value, rest, line)


def _along(session: Session, cls: type[Entity], record_id: int, path: str, line: LineDraft | None) -> Any:
    first, _, rest = path.partition(".")
    if first == "lines" and cls.__lines__ is not None:
        return _of_same_item(session, cls, cls.__lines__, record_id, rest, line)
    record = session.get(cls, record_id)
    field = cls.__fields__[first]
    value = getattr(record, field.column) if record is not None else None
    if not rest or value is None or field.target is None:
        return value
    return _along(session, entity(field.target), value, rest, line)


def _of_same_item(
    session: Session,
    cls: type[Entity],
    line_cls: type[Line],
    record_id: int,
    name: str,
    line: LineDraft | None,
) -> Any:
    """A field of the first line of another document that has the same item as this line."""
    table = line_cls.__table__
    if line is None or line.values.get("item") is None:
        return None
    return session.scalar(
        select(table.c[line_cls.__fields__[name].column])
        .where(table.c[f"{cls.__tablename__}_id"] == record_id, table.c.item_id == line.values["item"])
        .order_by(table.c.line_no)
        .limit(1)
    )


def line_amount(line_cls: type[Line], values: dict[str, Any]) -> Decimal | None:
    """Quantity × unit price × (1 − discount / 100), rounded half up to the amount's decimals.

    None where quantity or price is empty, or the lines of this document carry no amount.
    """
    field = line_cls.__fields__.get("amount")
    quantity, price = values.get("quantity"), values.get("unit_price")
    if field is None or quantity is None or price is None:
        return None
    discount = values.get("discount_pct") or Decimal(0)
    exact = quantity * price * (100 - discount) / 100
    return Decimal(exact).quantize(Decimal(1).scaleb(-(field.decimals or 0)), ROUND_HALF_UP)


def fill_amounts(cls: type[Entity], lines: list[tuple[dict[str, Any] | None, LineDraft]]) -> None:
    """Compute line amounts that were not given, in place; lines come with the stored values they replace.

    An amount that was computed before and came back as it was follows a changed quantity or price.
    """
    if cls.__lines__ is None or "amount" not in cls.__lines__.__fields__:
        return
    for before, line in lines:
        given = line.values.get("amount")
        was_computed = before is not None and before.get("amount") == line_amount(cls.__lines__, before)
        if before is not None and was_computed and given == before.get("amount"):
            given = None
        if given is None:
            line.values["amount"] = line_amount(cls.__lines__, line.values)


def total(cls: type[Entity], lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The header fields that follow from the lines: a derived `amount` is the sum of theirs, unrounded."""
    field = cls.__fields__.get("amount")
    if (
        field is None
        or not field.derived
        or cls.__lines__ is None
        or "amount" not in cls.__lines__.__fields__
    ):
        return {}
    return {"amount": sum((line.get("amount") or Decimal(0) for line in lines), Decimal(0))}
