"""A person's language and theme: kept with the login, and in a cookie for the pages before signing in.

Showing the choice is the shell's business.
"""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from operational.forms.context import actor_or_none, yingke
from operational.store.users import set_preference

CHOICES = {"language": ("zh", "en"), "theme": ("auto", "light", "dark")}
YEAR = 31_536_000


def read_preferences(kept: dict[str, str | None]) -> None:
    """Set this request's language and theme: this browser's choice, else the login's, else Chinese and the system's."""
    for name, choices in CHOICES.items():
        for value in (request.cookies.get(f"yingke_{name}"), kept.get(name)):
            if value in choices:
                setattr(g, name, value)
                break


def keep_preference(answer: Response, name: str, value: str) -> None:
    """Keep a choice; one that is not on offer is ignored."""
    if value not in CHOICES[name]:
        return
    answer.set_cookie(
        f"yingke_{name}",
        value,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=yingke().settings.base_url.startswith("https://"),
    )
    actor = actor_or_none()
    if actor is not None:
        set_preference(yingke().store, actor.login, name, value)
