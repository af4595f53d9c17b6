"""What the keys in a typed form name, looked up so that an input can show the title beside the key.

A key that names nothing, or nothing that the person may see, has no title.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from operational.crud.access import Actor
from operational.crud.find import visible
from operational.crud.record import ids_of, links_of
from operational.entity import Entity, entity
from operational.forms.context import current_language
from operational.forms.typed_form import TypedForm


def add_titles(session: Session, actor: Actor, cls: type[Entity], form: TypedForm) -> None:
    """Add the missing titles of all links of a form, in place; one look-up per linked entity."""
    wanted: dict[str, set[tuple[str, str]]] = {}
    for path, target, key in _links(cls, form):
        if key and (path, key) not in form.titles:
            wanted.setdefault(target, set()).add((path, key))
    for target, named in wanted.items():
        found = titles_of(session, actor, target, {key for _, key in named})
        form.titles.update({(path, key): found[key] for path, key in named if key in found})


def titles_of(session: Session, actor: Actor, target: str, keys: set[str]) -> dict[str, str]:
    """Titles by key of those records that the person may see, in the language that the page is read in."""
    cls = entity(target)
    ids = ids_of(session, cls, keys)
    seen = visible(session, actor, cls, ids.values())
    language = current_language()
    return {link.key: link.called(language) for link in links_of(session, cls, seen).values()}


def _links(cls: type[Entity], form: TypedForm) -> list[tuple[str, str, str]]:
    found = [
        (name, one.target, form.values.get(name, "").strip())
        for name, one in cls.__fields__.items()
        if one.target is not None
    ]
    if cls.__lines__ is not None:
        found += [
            (f"lines.{name}", one.target, line.get(name, "").strip())
            for name, one in cls.__lines__.__fields__.items()
            if one.target is not None
            for line in form.lines or []
        ]
    return found
