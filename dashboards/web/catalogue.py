"""The metric catalogue as pages: all metrics by subject, and of one its statement and where its figures come from."""

from __future__ import annotations

from flask import Blueprint

from dashboards.numbers import unit_name
from dashboards.origins import Origin, origin
from dashboards.web.leaf import leaf
from dashboards.web.reader import current_asker, current_scope
from dashboards.words import word
from operational.crud.access import may
from operational.forms.context import current_actor, current_language
from warehouse.catalog import Metric, load_catalog
from warehouse.connect import NotPublishedError
from warehouse.lineage import lineage
from warehouse.question import AskRefused, whole_question
from warehouse.withheld import refuse_withheld, withheld_column

pages = Blueprint("catalogue", __name__, template_folder="templates")


@pages.get("/metrics")
def metrics() -> str:
    """All metrics by subject, without those that come from fields which the reader may not see."""
    language = current_language()
    catalog, scope = load_catalog(), current_scope()
    told = [one for one in catalog.shown() if withheld_column(one, scope) is None]
    subjects = [
        (name, label(language), [one for one in told if one.subject == name])
        for name, label in catalog.subjects.items()
    ]
    return leaf(
        word("catalogue", language), "catalogue.html", unit_name=unit_name,
        subjects=[one for one in subjects if one[2]], catalog=catalog,
    )  # fmt: skip


@pages.get("/metrics/<name>")
def metric(name: str) -> str | tuple[str, int]:
    """One metric: all that is declared of it, its SQL, and its columns back to the fields of the forms."""
    language = current_language()
    catalog = load_catalog()
    try:
        found = catalog.metric(name)
        refuse_withheld(found, current_scope())
    except AskRefused as refused:
        heading, code = ("metric_withheld", 403) if refused.hidden else ("no_metric", 404)
        page = leaf(
            word(heading, language), "no_metric.html", heading=heading, reason=refused.reason[language]
        )
        return page, code
    columns = lineage(found)
    return leaf(
        found.label(language), "metric.html", unit_name=unit_name,
        metric=found, catalog=catalog, dimensions=[catalog.dimension(one).label(language) for one in catalog.dimensions_of(found)], sql=_statement(found),
        without_period=_without_period(found, language),
        steps=[(column, [(one, _field(one)) for one in feeding]) for column, feeding in columns.items() if feeding],
    )  # fmt: skip


def _without_period(metric: Metric, language: str) -> str:
    """The span that it is taken over where no period is asked for; '' for one that then takes all there is."""
    for name, count in (("last_months", metric.trailing_months), ("last_days", metric.trailing_days)):
        if count is not None:
            return word(name, language, count=count)
    return ""


def _statement(metric: Metric) -> str | None:
    """The SQL of the plainest question, as the reader would have it computed; None where it cannot be asked."""
    try:
        return str(current_asker().answer(whole_question(metric)).sql)
    except (NotPublishedError, AskRefused):
        return None


def _field(column: str) -> tuple[str, str | None] | None:
    """What people call the field behind a landed column, and where it stands for this reader."""
    found = origin(column)
    return (found.label(current_language()), _address(found)) if found else None


def _address(field: Origin) -> str | None:
    """The field in the form, else the list of its entity, else nothing, as the reader may see."""
    spec, name, actor = field.entity.__entity__, field.entity.__tablename__, current_actor()
    if spec.hidden or not may(actor, "read", field.entity):
        return None
    if spec.history_only or not may(actor, "create", field.entity):
        return f"/o/{name}"
    return f"/o/{name}/new#{'lines' if field.of_lines else f'field-{field.field.name}'}"
