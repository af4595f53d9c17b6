"""The metric catalogue as a page: every metric with its meaning, formula, unit, grain, dimensions, owner and source."""

from __future__ import annotations

from flask import Blueprint, render_template
from markupsafe import Markup

from dashboards.words import word
from operational.forms.context import current_language
from operational.forms.shell import shell
from warehouse.catalog import load_catalog

pages = Blueprint("catalogue", __name__, template_folder="templates")


@pages.get("/metrics")
def metrics() -> str:
    """All metrics by subject."""
    language = current_language()
    catalog = load_catalog()
    subjects = [
        (name, label(language), [one for one in catalog.shown() if one.subject == name])
        for name, label in catalog.subjects.items()
    ]
    body = render_template(
        "catalogue.html", subjects=[one for one in subjects if one[2]], catalog=catalog,
        w=lambda name, **values: word(name, language, **values),
    )  # fmt: skip
    return shell(word("catalogue", language), Markup(body))  # noqa: S704  # escaped by the template
