"""Who reads what: the present person's scope and the published state become an Asker, once per request.

The scope comes from the one policy in operational/crud; nothing here decides what may be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, g

from dashboards.asker import Asker, Memory
from dashboards.words import word
from operational.crud.access import warehouse_scope
from operational.forms.context import current_actor, current_language, yingke
from operational.store.runs import DONE, FAILED, HELD, last_runs
from warehouse.answer import Published, read_published
from warehouse.connect import NotPublishedError, Warehouse


@dataclass
class Numbers:
    """What the dashboards carry along: the published warehouse and the answers remembered of it."""

    warehouse: Warehouse
    memory: Memory


def numbers() -> Numbers:
    """The application's Numbers."""
    found: Numbers = current_app.extensions["yingke.numbers"]
    return found


def current_asker(snapshot: str | None = None) -> Asker:
    """The present person's questions to the current state, or to an earlier one; NotPublishedError without any."""
    if snapshot is None:
        connection, snapshot = numbers().warehouse.cursor()
    else:
        connection = numbers().warehouse.at(snapshot)
    return Asker(
        connection=connection, snapshot=snapshot, scope=current_scope(), language=current_language(),
        currency=yingke().settings.currency, memory=numbers().memory,
    )  # fmt: skip


def current_scope() -> dict[str, dict[str, tuple[int, ...]]] | None:
    """What the present person may see, as plain values for the warehouse."""
    if "warehouse_scope" not in g:
        with yingke().store.reading() as session:
            g.warehouse_scope = warehouse_scope(session, current_actor())
    return g.warehouse_scope


def business_today() -> date:
    """Today in the business time zone."""
    return datetime.now(yingke().settings.zone).date()


@dataclass(frozen=True)
class Freshness:
    """What every page says about its data: its line, whether all checks passed, and a warning if there is one."""

    line: str
    quality: str
    snapshot: str
    warning: str = ""


def freshness(language: str | None = None) -> Freshness:
    """How fresh and how sound what is shown is, and whether a newer load was held back; in the reader's language."""
    language = language or current_language()
    with yingke().store.reading() as session:
        ended = [run for run in last_runs(session, "refresh", 5) if run.state in (DONE, HELD, FAILED)]
    run = ended[0] if ended else None
    warning = ""
    if run is not None and run.state in (HELD, FAILED):
        reason = (run.summary or {}).get("reason") or ""
        warning = f"{word(run.state, language)} {reason}"
    try:
        connection, snapshot = numbers().warehouse.cursor()
    except NotPublishedError:
        return Freshness(word("not_loaded", language), "none", "", warning)
    published = read_published(connection)
    return Freshness(_line(published, language), published.quality, snapshot, warning)


def _line(published: Published, language: str) -> str:
    parts = []
    if published.data_as_of:
        parts.append(f"{word('data_as_of', language)} {published.data_as_of:%Y-%m-%d}")
    if published.loaded_at:
        loaded = local_time(published.loaded_at)
        parts.append(f"{loaded:%Y-%m-%d %H:%M} {word('loaded', language)}")
    parts.append(word("checks_warn" if published.quality == "warn" else "checks_pass", language))
    return " · ".join(parts)


def local_time(moment: Any) -> datetime:
    """A naive UTC instant in the business time zone."""
    from datetime import UTC

    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(yingke().settings.zone)
