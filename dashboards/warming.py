"""Warm pages: what every page shows at first is asked of a new state, and of a new day, before its readers come.

Answers land in the application's memory under the scopes of those who looked lately; what is asked is the pages' business.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

from dashboards.asker import Asker, Memory, frozen_scope
from dashboards.fill import frame_of, to_show
from dashboards.numbers import LOCALES
from dashboards.page import load_pages
from dashboards.view import read_view
from warehouse.ask import Scope
from warehouse.connect import NotPublishedError, Warehouse, WarehouseDamagedError, current_snapshot

LOOK_EVERY = 5.0  # seconds
LATELY = 24 * 3600.0  # seconds for which a reader's scope is kept warm
MOST_SCOPES = 8  # the ones seen last
log = logging.getLogger(__name__)


class Readers:
    """The scopes of those who looked lately; before anybody did, the scope that sees everything."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Any, tuple[Scope, float]] = OrderedDict({None: (None, time.monotonic())})
        self._lock = threading.Lock()

    def saw(self, scope: Scope) -> None:
        """Somebody with this scope looks now."""
        with self._lock:
            key = frozen_scope(scope)
            self._seen[key] = (scope, time.monotonic())
            self._seen.move_to_end(key)
            while len(self._seen) > MOST_SCOPES:
                self._seen.popitem(last=False)

    def lately(self) -> list[Scope]:
        """Their scopes, the last seen first."""
        with self._lock:
            since = time.monotonic() - LATELY
            return [scope for scope, at in reversed(self._seen.values()) if at >= since]


class Warming:
    """Keeps the plain view of every page warm; `today` gives the business day, on which views depend."""

    def __init__(
        self, warehouse: Warehouse, memory: Memory, readers: Readers, currency: str, today: Callable[[], date]
    ) -> None:
        self._warehouse = warehouse
        self._memory = memory
        self._readers = readers
        self._currency = currency
        self._today = today

    def start(self) -> None:
        """Go on in a thread of its own for as long as the process lives."""
        threading.Thread(target=self._go_on, name="warming", daemon=True).start()

    def warm(self, rest: Callable[[float], None] = time.sleep) -> tuple[str, date]:
        """Ask every page once for every reader; the state and the day of which it was done.

        After each tile it rests as long as that took, for readers have a claim on the machine too. Ends early
        where a newer state has come meanwhile; NotPublishedError without any.
        """
        connection, snapshot = self._warehouse.cursor()
        today = self._today()
        view = read_view("", today)
        for scope in self._readers.lately():
            asker = Asker(connection, snapshot, scope, "zh", self._currency, self._memory)
            for page in load_pages().values():
                for _, block in chain.from_iterable(to_show(page.rows, scope)):
                    began = time.monotonic()
                    try:
                        for language in LOCALES:  # the figures are asked once, the names in each
                            frame_of(block, view, replace(asker, language=language))
                    except Exception:  # its reader is told; the other tiles still want warming
                        log.exception("warming a tile of %s", page.name)
                    if current_snapshot(self._warehouse.directory) != snapshot:
                        return snapshot, today
                    rest(time.monotonic() - began)
        return snapshot, today

    def _go_on(self) -> None:
        warmed: tuple[str, date] | None = None
        while True:
            time.sleep(LOOK_EVERY)
            try:
                if warmed != (current_snapshot(self._warehouse.directory), self._today()):
                    warmed = self.warm()
            except (NotPublishedError, WarehouseDamagedError):
                warmed = None  # every page says so
