"""A form as it was posted: values and lines by name, exactly as typed, so that an error loses nothing.

What the values mean is decided in crud (typed.py, validate.py); inputs are drawn from them in box.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from operational.crud.record import Record, RecordLink
from operational.entity import Entity
from operational.forms.context import current_language
from operational.forms.shown import typed_text

_LINE = re.compile(r"lines\.(\d{1,6})\.(\w+)")


@dataclass
class TypedForm:
    """Texts by field name; `titles` says what the keys of links name, by (field, key)."""

    values: dict[str, str] = field(default_factory=dict)
    lines: list[dict[str, str]] | None = None
    titles: dict[tuple[str, str], str] = field(default_factory=dict)


def from_post(cls: type[Entity], pairs: Iterable[tuple[str, str]]) -> TypedForm:
    """The fields and lines of a posted form; lines keep the order of their numbers, what is unknown is dropped."""
    form = TypedForm()
    lines: dict[int, dict[str, str]] = {}
    for name, text in pairs:
        line = _LINE.fullmatch(name)
        if line and cls.__lines__ is not None:
            if line[2] == "id" or line[2] in cls.__lines__.__fields__:
                lines.setdefault(int(line[1]), {})[line[2]] = text
        elif name in cls.__fields__:
            form.values[name] = text
        elif name == "lines" and cls.__lines__ is not None:
            form.lines = []  # the form shows lines, even where none is left
    if lines:
        form.lines = [lines[number] for number in sorted(lines)]
        while form.lines and not any(text.strip() for text in form.lines[-1].values()):
            form.lines.pop()  # the empty line that waits at the end
    return form


def from_record(record: Record, cls: type[Entity], zone: ZoneInfo) -> TypedForm:
    """A stored record as the form shows it."""
    form = TypedForm()
    _take(form, "", record.values, form.values, cls, zone)
    if cls.__lines__ is not None:
        form.lines = []
        for line in record.lines:
            texts = {"id": str(line.id)}
            _take(form, "lines.", line.values, texts, cls.__lines__, zone)
            form.lines.append(texts)
    return form


def _take(
    form: TypedForm, prefix: str, values: dict[str, Any], texts: dict[str, str], cls: Any, zone: ZoneInfo
) -> None:
    for name, value in values.items():
        texts[name] = typed_text(cls.__fields__[name], value, zone)
        if isinstance(value, RecordLink):
            form.titles[prefix + name, value.key] = value.called(current_language())


def to_values(cls: type[Entity], form: TypedForm) -> dict[str, Any]:
    """The values for crud: an unticked box is no, everything else is the text."""
    return {
        name: text or ("0" if cls.__fields__[name].kind == "flag" else "")
        for name, text in form.values.items()
    }


def to_lines(cls: type[Entity], form: TypedForm) -> list[dict[str, Any]] | None:
    """The lines for crud; None where the form had none to show.

    An emptied line keeps its place, so that the numbers in messages are those on the screen; its id is
    dropped, so that it counts as removed.
    """
    if form.lines is None or cls.__lines__ is None:
        return None
    return [dict(line) for line in form.lines]
