"""Every dashboard page through the application, beside the bare questions that its tiles ask."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboards.asker import Asker
from dashboards.fill import frame_of
from dashboards.page import Page, load_pages
from dashboards.view import View, read_view
from pipelines.bench.desk import SPAN, fetch, fetch_tile, forget, open_application
from pipelines.bench.paper import Line, against, seconds
from pipelines.bench.questions import END
from warehouse.compile.histories import forget_fits
from warehouse.connect import Warehouse

if TYPE_CHECKING:
    from pipelines.bench.ground import Ground


@dataclass(frozen=True)
class TimedAsker(Asker):
    """An Asker that notes the seconds of each question."""

    taken: list[float] = field(default_factory=list)

    def answer(self, question: Any) -> Any:
        """As an Asker, and noted; refused questions are part of the work too."""
        began = time.perf_counter()
        try:
            return super().answer(question)
        finally:
            self.taken.append(time.perf_counter() - began)


def measure(ground: Ground) -> list[Line]:
    """Per page: its tiles with nothing remembered beside the sum of their questions, and again when remembered."""
    store = ground.published
    server, client = open_application(store)
    warehouse: Warehouse = server.extensions["yingke.numbers"].warehouse
    view = read_view(SPAN, date.fromisoformat(END))
    found = []
    for page in load_pages().values():
        places = [f"{down}-{across}" for down, row in enumerate(page.rows) for across in range(len(row))]
        _questions(page, view, warehouse)  # so that the file has been read once
        forget_fits()
        bare = _questions(page, view, warehouse)
        forget_fits()
        forget(server)
        cold = {at: fetch_tile(client, page.name, at) for at in places}
        warm = {at: fetch_tile(client, page.name, at) for at in places}
        slowest = max(cold, key=lambda at: cold[at])
        found += [
            against(
                f"{page.name}: {len(places)} tiles, nothing remembered",
                sum(cold.values()),
                "its questions:",
                bare,
            ),
            Line("  the slowest of them", seconds(cold[slowest]), _name(page, slowest)),
            Line(
                "  remembered",
                seconds(sum(warm.values())),
                f"{seconds(sum(warm.values()) / len(warm))} a tile",
            ),
            Line("  the page itself", seconds(fetch(client, f"/d/{page.name}{SPAN}"))),
        ]
    warehouse.close()
    return found


def _questions(page: Page, view: View, warehouse: Warehouse) -> float:
    """Seconds of all questions of a page's blocks, each asked once."""
    connection, snapshot = warehouse.cursor()
    asker = TimedAsker(connection, snapshot, None, "zh", "CNY")
    for row in page.rows:
        for block in row:
            frame_of(block, view, asker)
    return sum(asker.taken)


def _name(page: Page, at: str) -> str:
    down, across = (int(part) for part in at.split("-"))
    block = page.rows[down][across]
    return f"{type(block).__name__} {', '.join(getattr(block, 'metrics', ()) or (getattr(block, 'metric', ''),))}"
