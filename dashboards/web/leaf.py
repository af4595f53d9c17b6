"""A page about the data that is not a board: its template inside the shell, in the stylesheet that boards have too."""

from __future__ import annotations

from typing import Any

from flask import render_template
from markupsafe import Markup

from dashboards.words import word
from operational.forms.context import current_language
from operational.forms.shell import shell

STYLES = Markup('<link rel="stylesheet" href="/d/assets/dashboards.css">')


def leaf(title: str, template: str, **shown: Any) -> str:
    """The page; the template finds the dashboards' texts as `w`."""
    language = current_language()
    body = render_template(template, w=lambda name, **values: word(name, language, **values), **shown)
    return shell(title, Markup(body), head=STYLES)  # noqa: S704  # escaped by the template
