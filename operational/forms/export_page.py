"""The filtered list as a file to download, CSV or Excel, for those who may export.

Writing the file is transfer/export_file.py; what the list's address means is in address.py.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, abort, request

from operational.forms.address import ListAddress
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.routing import entity_or_404
from operational.store.access_log import note_access
from operational.transfer.export_file import export_file
from operational.transfer.template import write_template

pages = Blueprint("export_page", __name__)

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pages.get("/export/<entity_name>.<kind>")
def export(entity_name: str, kind: str) -> Response:
    """The records of the list at this address, all pages, as far as the person may export them."""
    if kind not in KINDS:
        abort(404)
    cls = entity_or_404(entity_name)
    store, actor = yingke().store, current_actor()
    address = ListAddress.read(entity_name, request.args.items(multi=True))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{kind}"
        rows = export_file(store, actor, entity_name, path, address.where, search=address.search, bom=True)
        content = path.read_bytes()
    with store.bookkeeping() as session:
        note_access(session, actor.login, "export", f"{address.text()}, {rows} rows, {kind}")
    day = datetime.now(yingke().settings.zone).strftime("%Y%m%d")
    return attachment(content, f"{cls.__tablename__}-{day}.{kind}", KINDS[kind])


@pages.get("/export/<entity_name>/template.xlsx")
def template(entity_name: str) -> Response:
    """An empty file to fill in and import."""
    entity_or_404(entity_name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(current_actor(), entity_name, path, current_language())
        content = path.read_bytes()
    return attachment(content, f"{entity_name}-template.xlsx", KINDS["xlsx"])


def attachment(content: bytes, name: str, kind: str) -> Response:
    """A file to be saved, never shown in the page."""
    answer = Response(content, content_type=kind)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
