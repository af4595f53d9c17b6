"""Restated: what the figures of finished months became from one published state to another, and by which records."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, request

from dashboards.numbers import full
from dashboards.restating import AT_ONCE, Cause, Teller, Told
from dashboards.web.leaf import leaf
from dashboards.web.reader import current_scope, freshness, local_time, numbers
from dashboards.words import word
from operational.entity import load_entities
from operational.forms.context import current_actor, current_language, yingke
from operational.store.snapshots import PublishedSnapshot, published_snapshots, registered_snapshot
from warehouse.catalog import load_catalog
from warehouse.connect import NotPublishedError, version_file
from warehouse.restated import RestatedNumber, Restatement

pages = Blueprint("restated", __name__, template_folder="templates")
LISTED = 20
COMPARED = (
    "aggregate",
    "sum",
    "stock",
    "flow",
)  # kinds of figures that add up or stand: what a month's books say


def kept_states() -> list[dict[str, Any]]:
    """The published states whose files are kept, the newest first, each with the one that it can be compared with.

    Those that were made by other declarations than the newest are compared on the command line, which rebuilds them.
    """
    folder: Path = yingke().settings.warehouse_directory
    with yingke().store.reading() as session:
        states = [
            one for one in published_snapshots(session, LISTED) if version_file(folder, one.snapshot).exists()
        ]
    return [
        {
            "snapshot": one.snapshot, "loaded": f"{local_time(one.loaded_at):%Y-%m-%d %H:%M:%S}", "quality": one.quality,
            "before": before.snapshot if before and before.declarations == states[0].declarations else "",
        }
        for one, before in zip(states, [*states[1:], None], strict=False)
    ]  # fmt: skip


@pages.get("/health-of-data/restated")
def restated() -> str:
    """The page for two states: `from` and `to` in the address; `skip` passes over as many numbers."""
    language = current_language()
    before, after = (_state(request.args.get(name, "")) for name in ("from", "to"))
    skip = max(0, request.args.get("skip", 0, type=int))
    total, found = _told(before, after, language, skip)
    return leaf(
        word("restated", language), "restated.html", before=before, after=after, fresh=freshness(),
        found=[_shown(one, language) for one in found], total=total, skip=skip, at_once=AT_ONCE,
    )  # fmt: skip


def _state(snapshot: str) -> PublishedSnapshot:
    with yingke().store.reading() as session:
        state = registered_snapshot(session, snapshot)
    if state is None:
        abort(404)
    return state


def _told(
    before: PublishedSnapshot, after: PublishedSnapshot, language: str, skip: int
) -> tuple[int, list[Told]]:
    """How many numbers are restated for the present person, and those from `skip` on; remembered, for published
    states do not change.
    """
    actor, scope, memory = current_actor(), current_scope(), numbers().memory
    compared = ("restated", before.snapshot, after.snapshot, repr(scope))
    shown = (*compared, actor.login, language, skip)
    differing: list[RestatedNumber] | None = memory.get(compared)
    found: list[Told] | None = memory.get(shown)
    if differing is None or found is None:
        try:
            earlier, later = (numbers().warehouse.at(one.snapshot) for one in (before, after))
        except NotPublishedError:
            abort(404)
        restatement = Restatement(earlier, later, scope)
        if differing is None:
            figures = [one.name for one in load_catalog().shown() if one.kind in COMPARED and not one.needs]
            differing = restatement.numbers(figures)
            memory.put(compared, differing)
        teller = Teller(yingke().store, actor, language, before, after)
        found = teller.told(restatement, differing[skip : skip + AT_ONCE])
        memory.put(shown, found)
    return len(differing), found


def _shown(told: Told, language: str) -> dict[str, Any]:
    number, currency = told.number, yingke().settings.currency
    before, after, change = (
        full(value, number.metric.unit, language, currency)
        for value in (number.before, number.after, number.change)
    )
    return {
        "metric": number.figure, "label": number.metric.label(language), "month": f"{number.period:%Y-%m}",
        "before": before, "after": after, "change": change, "value": number.after, "more": told.more,
        "causes": [_cause(one, language) for one in told.causes],
    }  # fmt: skip


def _cause(cause: Cause, language: str) -> dict[str, Any]:
    cls = load_entities().get(cause.entity)
    return {
        "link": f"/o/{cause.entity}/{quote(cause.record, safe='')}", "record": cause.record, "entries": cause.entries,
        "entity": cls.__entity__.label(language) if cls else cause.entity,
    }  # fmt: skip
