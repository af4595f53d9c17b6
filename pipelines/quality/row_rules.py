"""Rules for single rows, read off the declarations of entities: required, limits, choices, states, times, links.

A row that breaks one is set aside (quarantine.py); rules over whole tables stand in the tables' headers.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from operational.entity import tables_in_feed
from operational.field import Label
from operational.store.feed import feed_columns
from pipelines.quality.expectation import (
    WARNING,
    Expectation,
    between,
    in_column,
    in_set,
    matches,
    not_before,
    not_null,
    quoted,
)

if TYPE_CHECKING:
    from operational.entity import Entity, Line
    from operational.field import Field


@lru_cache(maxsize=1)
def row_rules() -> dict[str, tuple[Expectation, ...]]:
    """The rules of every table of the feed, by table name."""
    return {name: tuple(_rules(cls)) for name, cls in tables_in_feed()}


def _rules(cls: type[Entity | Line]) -> list[Expectation]:
    here = {column.name for column in feed_columns(cls)}
    fields = [field for field in cls.__fields__.values() if field.column in here]
    found = [rule for field in fields for rule in _of_field(field)]
    document = getattr(cls, "__document__", None)
    if document is not None:
        found.append(_link(f"{document}_id", document, Label("所属单据", "the document")))
    spec = getattr(cls, "__entity__", None)
    if spec is not None and spec.graph is not None:
        states = tuple(state.name for state in spec.graph.states)
        name = spec.graph.field
        reason = f"没有这个状态 · {name} is no state of this entity"
        found.append(in_set(f"{name} state", name, states, severity=WARNING, reason=reason))
    for chain in spec.order_of_times if spec is not None else ():
        found += [
            _order(cls.__fields__[first], cls.__fields__[second]) for first, second in combinations(chain, 2)
        ]
    return found


def _of_field(field: Field) -> list[Expectation]:
    zh, en, column = field.label.zh, field.label.en, field.column
    found = []
    if field.required and not field.derived:
        found.append(
            not_null(f"{field.name} required", column, severity=WARNING, reason=f"{zh}为空 · {en} is empty")
        )
    if field.minimum is not None:
        found.append(
            between(
                f"{field.name} minimum", column, minimum=field.minimum, severity=WARNING,
                reason=f"{zh}小于 {field.minimum} · {en} is below {field.minimum}",
            )
        )  # fmt: skip
    if field.maximum is not None:
        found.append(
            between(
                f"{field.name} maximum", column, maximum=field.maximum, severity=WARNING,
                reason=f"{zh}大于 {field.maximum} · {en} is above {field.maximum}",
            )
        )  # fmt: skip
    if field.kind == "choice" and field.choices:
        values = tuple(choice.value for choice in field.choices)
        found.append(
            in_set(
                f"{field.name} choice", column, values, severity=WARNING,
                reason=f"{zh}不在可选值内 · {en} is none of the choices",
            )
        )  # fmt: skip
    if field.pattern is not None:
        found.append(
            matches(
                f"{field.name} form", column, field.pattern, severity=WARNING,
                reason=f"{zh}应写成 {field.example} 的形式 · {en} is to be written like {field.example}",
            )
        )  # fmt: skip
    if field.kind == "link" and field.target is not None:
        found.append(_link(column, field.target, field.label))
    return found


def _link(column: str, target: str, label: Label) -> Expectation:
    return in_column(
        f"{column} known", column, f'select id from raw."{target}"', f"raw_{target}_id", severity=WARNING,
        reason=f"{label.zh}指向的记录不存在 · {label.en} refers to a record that does not exist",
    )  # fmt: skip


def _order(first: Field, second: Field) -> Expectation:
    return not_before(
        f"{second.name} not before {first.name}", _time(second, first), _time(first, second), severity=WARNING,
        reason=f"{second.label.zh}早于{first.label.zh} · {second.label.en} is before {first.label.en}",
    )  # fmt: skip


def _time(field: Field, other: Field) -> tuple[str, str]:
    """A time in SQL; an instant beside a day is taken on its day in the business time zone."""
    if field.kind == "moment" and other.kind == "date":
        return field.column, f"local_date({quoted(field.column)})"
    return field.column, quoted(field.column)
