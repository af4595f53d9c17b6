"""What the running web application carries along: settings, store, navigation, registered checks, and who asks.

Others (dashboards, API) add to the `Yingke` object at composition; nothing here handles a request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g

from operational.crud.access import Actor
from operational.field import Label
from operational.settings import Settings
from operational.store.session import Store


@dataclass(frozen=True)
class NavigationLink:
    """A place to go: its address, its name, its icon of the sprite, and who sees it (None: everybody)."""

    address: str
    label: Label
    icon: str
    shown_to: Callable[[Actor], bool] | None = None


@dataclass(frozen=True)
class Notice:
    """What every page says above itself: a sentence in the reader's language, and where to read on."""

    text: str
    address: str
    read_on: str


@dataclass
class Section:
    """A titled group of the navigation; groups stand in the order of `place`, then of their adding."""

    name: str
    label: Label
    place: int = 50
    links: list[NavigationLink] = field(default_factory=list)


@dataclass
class Yingke:
    """What belongs to one application.

    `ready_checks` answer None when all is well, else one sentence; /readyz asks them all.
    `notices` answer what every page must say now, or None; they are asked for each page, so they are cheap.
    `api_paths` are further paths of the API's description, below /api/v1, in OpenAPI's form.
    `script_hashes` are further sources of the CSP's script-src (`'sha256-…'`), for Dash's inline scripts.
    """

    settings: Settings
    store: Store
    navigation: list[Section] = field(default_factory=list)
    ready_checks: dict[str, Callable[[], Label | None]] = field(default_factory=dict)
    notices: list[Callable[[], Notice | None]] = field(default_factory=list)
    script_hashes: list[str] = field(default_factory=list)
    api_paths: dict[str, Any] = field(default_factory=dict)

    def section(self, name: str, label: Label, place: int = 50) -> Section:
        """The section of that name, made if there is none yet."""
        for one in self.navigation:
            if one.name == name:
                return one
        made = Section(name, label, place)
        self.navigation.append(made)
        self.navigation.sort(key=lambda section: section.place)
        return made


def yingke() -> Yingke:
    """The application's object, within a request or an application context."""
    found: Yingke = current_app.extensions["yingke"]
    return found


def actor_or_none() -> Actor | None:
    """Who asks, or None on the few pages that are open."""
    return g.get("actor")


def current_actor() -> Actor:
    """Who asks; every path behind the guard has an actor. LookupError on an open page."""
    actor = actor_or_none()
    if actor is None:
        raise LookupError("this page is open: nobody has signed in")
    return actor


def current_language() -> str:
    """'zh' or 'en': what was chosen in this browser, else by the login, else Chinese."""
    return g.get("language", "zh")


def current_theme() -> str:
    """'light', 'dark' or 'auto' (as the operating system has it)."""
    return g.get("theme", "auto")
