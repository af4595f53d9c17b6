"""Importing a spreadsheet from the browser: upload, a trial with every refused row and its reason, then the import.

Reading, checking and writing is transfer/import_file.py; the uploaded file waits in uploads.py.
"""

from __future__ import annotations

import contextlib
import csv
from itertools import islice
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as Answer

from operational.crud.access import may
from operational.entity import Entity
from operational.field import Label
from operational.forms import uploads
from operational.forms.context import current_actor, current_language, yingke
from operational.forms.export_page import KINDS, attachment
from operational.forms.routing import entity_or_404
from operational.forms.shell import render_page, toast
from operational.forms.words import word
from operational.transfer.failure import TransferFailed
from operational.transfer.import_file import import_file
from operational.transfer.result import ImportResult
from operational.transfer.template import template

pages = Blueprint("import_page", __name__)

SHOWN = 50  # refused rows on the page; all of them are in the file to download


@pages.get("/o/<entity_name>/import")
def upload_page(entity_name: str) -> str:
    """The form to choose a file, with what its columns may hold."""
    return _page(_importable(entity_name))


@pages.post("/o/<entity_name>/import")
def import_or_try(entity_name: str) -> Answer | tuple[str, int]:
    """A trial of a file that comes with the form; the import of one that was tried before."""
    cls = _importable(entity_name)
    settings, login = yingke().settings, current_actor().login
    tried = request.form.get("tried", "")
    given = request.files.get("file")
    if given is not None and given.filename:
        name = uploads.keep(settings, login, given)
        if name is None:
            return _page(cls, problem=word("import_kind", current_language())), 422
    else:
        name = tried
    path = uploads.find(settings, login, name) if name else None
    if path is None:
        return _page(cls, problem=word("import_no_file", current_language())), 422
    try:
        result = _run(cls, path, dry_run=not tried)
    except TransferFailed as failed:
        return _page(cls, problem=failed.message(current_language())), 422
    if result.dry_run or result.refused:
        return _page(cls, result, path), 200
    toast("good", word("imported", current_language(), count=f"{result.loaded + result.updated:,}"))
    return redirect(f"/o/{entity_name}", 303)


@pages.get("/o/<entity_name>/import/rejects/<name>")
def rejects(entity_name: str, name: str) -> Response:
    """The refused rows with their reasons, to be mended and imported again."""
    _importable(entity_name)
    path = uploads.find(yingke().settings, current_actor().login, name)
    if path is None or not uploads.rejects_of(path).is_file():
        abort(404)
    return attachment(uploads.rejects_of(path).read_bytes(), f"{entity_name}-rejects.csv", KINDS["csv"])


def _importable(entity_name: str) -> type[Entity]:
    cls = entity_or_404(entity_name)
    if not may(current_actor(), "import", cls):
        abort(403)
    return cls


def _run(cls: type[Entity], path: Path, *, dry_run: bool) -> ImportResult:
    return import_file(
        yingke().store,
        current_actor(),
        cls.__tablename__,
        path,
        on_conflict=request.form.get("on_conflict", "fail"),
        history="history" in request.form,
        create_missing="create_missing" in request.form,
        dry_run=dry_run,
        rejects=uploads.rejects_of(path),
    )


def _page(
    cls: type[Entity], result: ImportResult | None = None, path: Path | None = None, problem: str = ""
) -> str:
    language, spec = current_language(), cls.__entity__
    found = uploads.rejects_of(path) if result is not None and path is not None and result.refused else None
    return render_page(
        word("import_title", language, name=(spec.plural or spec.label)(language).lower()),
        "import.html",
        entity=cls.__tablename__,
        spec=spec,
        columns=[
            (one.name, one.label(language), one.required, one.takes(language))
            for one in template(current_actor(), cls.__tablename__)
        ],
        result=result,
        counts=_counts(result) if result else [],
        problem=problem,
        rejected=_first_rows(found) if found is not None and found.is_file() else None,
        tried=path.parent.name if path is not None else "",
        chosen={name: request.form.get(name, "") for name in ("on_conflict", "history", "create_missing")},
        may_history=current_actor().role == "admin" or spec.history_only,
        conflicts=[(one, word(f"on_conflict_{one}", language)) for one in ("fail", "skip", "update")],
    )


def _counts(result: ImportResult) -> list[tuple[Label, int]]:
    return [
        (Label("读取", "Read"), result.read),
        (Label("新增", "New"), result.loaded),
        (Label("更新", "Updated"), result.updated),
        (Label("未变", "Unchanged"), result.unchanged),
        (Label("跳过", "Skipped"), result.skipped),
        (Label("重复", "Duplicates"), result.duplicates),
        (Label("拒绝", "Refused"), result.refused),
    ]


def _first_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        sample = stream.readline()
        stream.seek(0)
        delimiter = max(",;\t|", key=sample.count)
        rows: list[list[str]] = []
        with contextlib.suppress(csv.Error):  # a cell too long to be shown: it is in the file to download
            rows.extend(islice(csv.reader(stream, delimiter=delimiter), SHOWN + 1))
    return (rows[0], rows[1:]) if rows else ([], [])
