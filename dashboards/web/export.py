"""Any dashboard as Word: the view of the address, as the person sees it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, request, send_file

from dashboards.page import load_pages
from dashboards.reporting import page_paper
from dashboards.view import ViewRefused, read_view
from dashboards.web.reader import business_today, current_asker, freshness
from dashboards.words import word
from operational.forms.context import current_language

pages = Blueprint("export", __name__)
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get("/d/<name>.docx")
def page_as_word(name: str) -> Response:
    """The page's Word document as a download."""
    page = load_pages().get(name)
    if page is None:
        abort(404)
    try:
        view = read_view(request.query_string.decode(), business_today())
    except ViewRefused:
        abort(400)
    fresh, language = freshness(), current_language()
    content = page_paper(
        page, view, current_asker(), freshness=fresh.line, warning=fresh.warning, made_at=datetime.now(UTC),
        quality=word("checks_warn" if fresh.quality == "warn" else "checks_pass", language),
    )  # fmt: skip
    return word_file(content, f"{page.title(language)} {view.start} – {view.last_day}.docx")


def word_file(content: bytes, name: str) -> Response:
    """Bytes of a .docx as a download with a name in any language."""
    return send_file(io.BytesIO(content), mimetype=WORD_TYPE, as_attachment=True, download_name=name)
