"""The shell around every page, forms and dashboards alike: its template, its navigation, its choices.

What a page shows inside comes from its own module; who may see it was decided by the guard.
"""

from __future__ import annotations

import json
from functools import partial
from typing import cast

from flask import Blueprint, flash, get_flashed_messages, redirect, render_template, request
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from operational.crud.access import may
from operational.entity import Entity, load_entities
from operational.field import Label
from operational.forms.context import (
    NavigationLink,
    Notice,
    Section,
    Yingke,
    actor_or_none,
    current_language,
    current_theme,
    yingke,
)
from operational.forms.csrf import csrf_token
from operational.forms.preferences import keep_preference
from operational.forms.routing import entities_with_pages, safe_next
from operational.forms.static_files import static
from operational.forms.words import WORDS, role_name, script_words, word

pages = Blueprint("shell", __name__)

NOTHING = Markup("")
AREAS = ("distribution", "service", "marketing", "organisation")


def icon(name: str, size: str = "") -> Markup:
    """An icon of the sprite; decoration only, so hidden from assistive tools."""
    use = escape(f"{static('icons/icons.svg')}#{name}")
    return Markup('<svg class="icon {}" aria-hidden="true"><use href="{}"/></svg>').format(size, use)


def page_tools() -> dict[str, object]:
    """What every template may use."""
    language = current_language()
    return {
        "language": language,
        "theme": current_theme(),
        "actor": actor_or_none(),
        "t": partial(_text, language),
        "role": lambda role: role_name(role, language),
        "icon": icon,
        "static": static,
        "csrf": csrf_token,
    }


def _text(language: str, name: str, /, **values: object) -> str:
    return word(name, language, **values)


def render_page(title: str, body_template: str, **context: object) -> str:
    """A whole page: the template's markup inside the shell."""
    body = Markup(render_template(body_template, title=title, **context))  # noqa: S704 - escaped by the template
    return shell(title, body)


def shell(title: str, body: Markup, *, head: Markup = NOTHING, foot: Markup = NOTHING) -> str:
    """The shell around given markup; `head` and `foot` take what an application such as Dash needs to add."""
    language = current_language()
    return render_template(
        "shell.html",
        title=title,
        body=body,
        head=head,
        foot=foot,
        here=request.full_path.removesuffix("?"),
        navigation=shown_sections,
        notices=_notices,
        is_here=_is_here,
        toasts=_toasts,
        script_words=lambda: script_words(language),
    )


def shown_sections() -> list[Section]:
    """The navigation as the present person may see it; sections without a link are left out."""
    actor = actor_or_none()
    if actor is None:
        return []
    sections = []
    for section in yingke().navigation:
        links = [link for link in section.links if link.shown_to is None or link.shown_to(actor)]
        if links:
            sections.append(Section(section.name, section.label, section.place, links))
    return sections


def _notices() -> list[Notice]:
    """What every page says above itself to those who have signed in."""
    if actor_or_none() is None:
        return []
    return [notice for asked in yingke().notices if (notice := asked()) is not None]


def _is_here(address: str) -> bool:
    return request.path == address or request.path.startswith(f"{address}/")


def add_forms_navigation(extension: Yingke) -> None:
    """A section per area with a link per entity, for those who may read it."""
    for cls in sorted(entities_with_pages(), key=_order):
        spec = cls.__entity__
        place = 40 + (AREAS.index(spec.area) if spec.area in AREAS else len(AREAS))
        section = extension.section(
            spec.area, WORDS.get(f"area_{spec.area}", Label(spec.area, spec.area)), place
        )
        section.links.append(
            NavigationLink(f"/o/{cls.__tablename__}", spec.plural or spec.label, spec.icon, _reader(cls))
        )


def _order(cls: type[Entity]) -> tuple[bool, bool, int, str]:
    """Documents before what they name, each after the document that it follows, ledgers last."""
    spec = cls.__entity__
    return spec.history_only, spec.graph is None, _depth(cls, ()), spec.series or cls.__tablename__


def _depth(cls: type[Entity], above: tuple[str, ...]) -> int:
    known = load_entities()
    targets = {one.target for one in cls.__fields__.values() if one.target and one.target not in above}
    followed = [known[name] for name in targets - {cls.__tablename__} if known[name].__entity__.graph]
    return max((1 + _depth(one, (*above, cls.__tablename__)) for one in followed), default=0)


def _reader(cls: type[Entity]):  # type: ignore[no-untyped-def]  # a partial of `may` with the entity last
    return lambda actor: may(actor, "read", cls)


def toast(kind: str, text: str, address: str = "") -> None:
    """A passing message on the next page: 'good' or 'bad', with a link if it names a record."""
    flash(json.dumps([text, address]), kind)


def _toasts() -> list[tuple[str, str, str]]:
    kept = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
    return [(kind, *json.loads(said)) for kind, said in kept]


@pages.post("/preferences")
def preferences() -> Response:
    """Choose a language or a theme; it is kept with the login and in this browser."""
    answer = redirect(safe_next(request.form.get("next")), 303)
    for name in ("language", "theme"):
        if name in request.form:
            keep_preference(answer, name, request.form[name])
    return answer


@pages.get("/")
def start() -> Response:
    """The overview dashboard where there is one, else the first place of the navigation."""
    links = [link.address for section in shown_sections() for link in section.links]
    if "/d/overview" in links or not links:
        return redirect("/d/overview" if links else "/password")
    return redirect(links[0])
