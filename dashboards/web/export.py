"""What people take along of a dashboard, in the view of the address: the page as Word, a tile as CSV or Excel."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, request, send_file

from dashboards.fill import frame_of
from dashboards.page import Page, load_pages
from dashboards.render.files import sheet_csv, sheet_xlsx
from dashboards.render.tabular import sheet_of
from dashboards.reporting import page_paper
from dashboards.view import View, ViewRefused, read_view
from dashboards.web.reader import business_today, current_asker, freshness
from operational.forms.context import current_language

pages = Blueprint("export", __name__)
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/d/<name>.docx")
def page_as_word(name: str) -> Response:
    """The page's Word document as a download."""
    page, view = _page(name), _view()
    fresh, language = freshness(), current_language()
    content = page_paper(
        page, view, current_asker(), freshness=fresh.times, warning=fresh.warning, made_at=datetime.now(UTC),
        quality=fresh.checks,
    )  # fmt: skip
    return word_file(content, f"{page.title(language)} {view.start} – {view.last_day}.docx")


@pages.get("/d/<name>/<at>.<any(csv, xlsx):kind>")
def tile_as_file(name: str, at: str, kind: str) -> Response:
    """What one tile shows, as CSV or Excel; 404 where the page has no such tile."""
    page, view = _page(name), _view()
    try:
        block = page.block(at)
    except (IndexError, ValueError):
        abort(404)
    frame = frame_of(block, view, current_asker())
    sheet = sheet_of(frame, current_language())
    title = f"{frame.title} {view.start} – {view.last_day}.{kind}"
    if kind == "csv":
        return _file(sheet_csv(sheet).encode(), "text/csv", title)
    return _file(sheet_xlsx(sheet, frame.title), EXCEL_TYPE, title)


def _page(name: str) -> Page:
    page = load_pages().get(name)
    if page is None:
        abort(404)
    return page


def _view() -> View:
    try:
        return read_view(request.query_string.decode(), business_today())
    except ViewRefused:
        abort(400)


def word_file(content: bytes, name: str) -> Response:
    """Bytes of a .docx as a download with a name in any language."""
    return _file(content, WORD_TYPE, name)


def _file(content: bytes, mimetype: str, name: str) -> Response:
    return send_file(io.BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
