"""Pages and reports as Word files, per document and per chart, beside the questions that are in them."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from dashboards.page import load_pages, load_reports
from dashboards.reporting import page_paper, report_paper
from dashboards.view import read_view
from pipelines.bench.desk import SPAN
from pipelines.bench.paging import TimedAsker
from pipelines.bench.paper import Line, against, seconds
from pipelines.bench.questions import END
from warehouse.connect import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.bench.ground import Ground


def measure(ground: Ground) -> list[Line]:
    """Each document with its figures asked anew, and the writing alone by its charts."""
    store = ground.published
    warehouse = Warehouse(store.settings.warehouse_directory)
    connection, snapshot = warehouse.cursor()
    today, now = date.fromisoformat(END), datetime.now(UTC)
    view = read_view(SPAN, today)

    def asker() -> TimedAsker:
        return TimedAsker(connection, snapshot, None, "zh", "CNY")

    documents: dict[str, Callable[[TimedAsker], bytes]] = {}
    for page in load_pages().values():
        documents[page.name] = lambda one, page=page: page_paper(  # type: ignore[misc]
            page, view, one, freshness="", quality="", warning="", made_at=now
        )
    for report in load_reports().values():
        documents[report.name] = lambda one, report=report: report_paper(  # type: ignore[misc]
            report, None, one, today=today, freshness="", quality="", made_at=now
        )[0]
    found = []
    for name, write in documents.items():
        write(asker())  # what is imported and read once is not what is measured
        found += _document(name, write, asker())
    warehouse.close()
    return found


def _document(name: str, write: Callable[[TimedAsker], bytes], asker: TimedAsker) -> list[Line]:
    began = time.perf_counter()
    content = write(asker)
    whole = time.perf_counter() - began
    asked = sum(asker.taken)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        charts = sum(
            one.startswith("word/charts/chart") and one.endswith(".xml") for one in package.namelist()
        )
    writing = seconds((whole - asked) / charts) if charts else ""
    return [
        against(f"{name}.docx, {len(content) / 1024:,.0f} KB", whole, "its questions:", asked),
        Line(f"  writing it, {charts} charts", seconds(whole - asked), f"{writing} a chart"),
    ]
