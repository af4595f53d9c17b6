"""Who reads what: the present person's scope and the published state become an Asker, once per request.

The scope comes from the one policy in operational/crud; nothing here decides what may be seen.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, g

from dashboards.asker import Asker, Memory
from dashboards.warming import Readers
from dashboards.words import word
from operational.crud.access import Scope, warehouse_scope
from operational.forms.context import Notice, current_actor, current_language, yingke
from operational.store.engine import StoreError
from operational.store.runs import DONE, FAILED, HELD, Run, last_runs
from operational.store.session import Store
from warehouse.answer import Published, read_published
from warehouse.connect import NotPublishedError, Warehouse

READ_AGAIN = 2.0  # seconds


class NewestLoad:
    """The newest load that has ended, read again when what is known of it is older than two seconds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: Run | None = None
        self._read_at = -math.inf

    def __call__(self) -> Run | None:
        """The run; None before the first."""
        if time.monotonic() - self._read_at > READ_AGAIN:
            with self._store.reading() as session:
                ended = (run for run in last_runs(session, "refresh", 5) if run.state in (DONE, HELD, FAILED))
                self._known, self._read_at = next(ended, None), time.monotonic()
        return self._known


@dataclass
class Numbers:
    """What the dashboards carry along: the published warehouse, the answers remembered of it, the newest load, who looked."""

    warehouse: Warehouse
    memory: Memory
    newest_load: NewestLoad
    readers: Readers


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


def current_scope() -> Scope | None:
    """What the present person may see, as plain values for the warehouse."""
    if "warehouse_scope" not in g:
        with yingke().store.reading() as session:
            g.warehouse_scope = warehouse_scope(session, current_actor())
        numbers().readers.saw(g.warehouse_scope)
    return g.warehouse_scope


def business_today() -> date:
    """Today in the business time zone."""
    return datetime.now(yingke().settings.zone).date()


@dataclass(frozen=True)
class Freshness:
    """What every page says about its data: how new it is, whether all checks passed, and a warning if there is one."""

    times: str
    quality: str
    snapshot: str
    warning: str = ""
    checks: str = ""

    @property
    def line(self) -> str:
        """All in one line."""
        return " · ".join(filter(None, (self.times, self.checks)))


def freshness(language: str | None = None) -> Freshness:
    """How fresh and how sound what is shown is, and whether a newer load was held back; in the reader's language."""
    language = language or current_language()
    warning = held_back(language)
    try:
        connection, snapshot = numbers().warehouse.cursor()
    except NotPublishedError:
        return Freshness(word("not_loaded", language), "none", "", warning)
    published = read_published(connection)
    checks = word("checks_warn" if published.quality == "warn" else "checks_pass", language)
    return Freshness(_times(published, language), published.quality, snapshot, warning, checks)


def held_back(language: str) -> str:
    """Why the newest load is not what is shown; empty where it is."""
    run = numbers().newest_load()
    if run is None or run.state not in (HELD, FAILED):
        return ""
    return f"{word(run.state, language)} {(run.summary or {}).get('reason') or ''}"


def held_notice() -> Notice | None:
    """The same for the head of every page, forms too; None also while the store cannot be asked."""
    language = current_language()
    try:
        text = held_back(language)
    except StoreError:
        return None
    return Notice(text, "/health-of-data", word("health", language)) if text else None


def _times(published: Published, language: str) -> str:
    parts = []
    if published.data_as_of:
        parts.append(f"{word('data_as_of', language)} {published.data_as_of:%Y-%m-%d}")
    if published.loaded_at:
        loaded = local_time(published.loaded_at)
        parts.append(f"{loaded:%Y-%m-%d %H:%M} {word('loaded', language)}")
    return " · ".join(parts)


def local_time(moment: Any) -> datetime:
    """A naive UTC instant in the business time zone."""
    from datetime import UTC

    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(yingke().settings.zone)
