"""Two people changed one record: both versions side by side, field by field, and what was chosen of them.

Nothing is saved until the second person has chosen; what is not taken stays in the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from operational.crud.access import fields_seen
from operational.crud.refusal import Conflict
from operational.entity import Entity
from operational.forms.address import record_address
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.shell import render_page
from operational.forms.shown import shown, typed_text
from operational.forms.typed_form import TypedForm, from_record
from operational.forms.words import word


@dataclass(frozen=True)
class Difference:
    """One field in both versions; `take` is the version that is proposed."""

    name: str
    label: str
    mine: str
    theirs: str
    take: str


def conflict_page(cls: type[Entity], form: TypedForm, conflict: Conflict) -> str:
    """The page on which the person chooses for each field that differs."""
    language, zone = current_language(), yingke().settings.zone
    stored = from_record(conflict.theirs, cls, zone)
    changed = {one.field.name for one in conflict.changes if one.line is None}
    differences = []
    for name, typed in form.values.items():
        if name not in stored.values or typed.strip() == stored.values[name]:
            continue
        one = cls.__fields__[name]
        mine = form.titles.get((name, typed)) or _choice_text(cls, name, typed, language)
        theirs = shown(cls, one, conflict.theirs.values[name], language, zone)
        take = "theirs" if name in changed and _untouched(conflict, name, typed) else "mine"
        differences.append(Difference(name, one.label(language), mine, theirs, take))
    lines_differ = form.lines is not None and _plain(form.lines) != _plain(stored.lines or [])
    at = conflict.changed_at.astimezone(zone) if conflict.changed_at else None
    return render_page(
        word("conflict_title", language),
        "conflict.html",
        address=record_address(conflict.theirs.entity, conflict.theirs.key),
        key=conflict.theirs.key,
        message=conflict.message(language),
        who=conflict.changed_by or word("outside", language),
        at=f"{at:%Y-%m-%d %H:%M:%S}" if at else "",
        version=conflict.theirs.version,
        differences=differences,
        form=form,
        lines_differ=lines_differ,
        line_fields=list(fields_seen(current_actor(), cls.__lines__).values()) if cls.__lines__ else [],
        their_lines=stored.lines or [],
        their_titles=stored.titles,
    )


def _choice_text(cls: type[Entity], name: str, typed: str, language: str) -> str:
    one = cls.__fields__[name]
    if one.kind == "flag":
        return word("yes" if typed and typed != "0" else "no", language)
    return next((choice.label(language) for choice in one.choices if choice.value == typed), typed)


def _untouched(conflict: Conflict, name: str, typed: str) -> bool:
    """Whether what was typed is only what stood there before they changed it."""
    change = next(one for one in conflict.changes if one.line is None and one.field.name == name)
    return typed_text(change.field, change.before, yingke().settings.zone) == typed.strip()


def _plain(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """Lines without ids and without those in which nothing is filled."""
    bare = [{name: text for name, text in line.items() if name != "id" and text} for line in lines]
    return [line for line in bare if line]


def chosen(
    post: Mapping[str, str], values: dict[str, Any], lines: list[dict[str, Any]] | None
) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
    """What was chosen as one's own of what was typed; the rest stays as it is stored."""
    kept = {name: value for name, value in values.items() if post.get(f"_take.{name}") == "mine"}
    return kept, lines if post.get("_take.lines") == "mine" else None
