"""The rows behind a figure, their download, and the values that a filter offers.

A row leads on to its record in the forms, where the person may see it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, jsonify, request
from markupsafe import Markup

from dashboards.asker import Asker
from dashboards.filling.titles import condition_name
from dashboards.numbers import full, unit_suffix
from dashboards.page import load_pages
from dashboards.render.files import csv_text
from dashboards.value_names import value_name
from dashboards.web.leaf import leaf
from dashboards.web.reader import current_asker, current_scope, freshness
from dashboards.words import WORDS, word
from operational.entity import load_entities
from operational.forms.context import current_language, yingke
from operational.forms.shell import shell
from warehouse.ask import ask, rows_behind
from warehouse.behind import RowsBehind
from warehouse.catalog import load_catalog
from warehouse.connect import NotPublishedError
from warehouse.question import AskRefused, Question, parse_question

pages = Blueprint("rows", __name__, template_folder="templates")
SHOWN, DOWNLOADED, OFFERED = 200, 100_000, 60


@pages.get("/d/rows")
def rows() -> tuple[str, int] | str:
    """The first rows behind a figure in the columns that they fill, its value above them, the statement below."""
    language = current_language()
    try:
        question = _question()
        asker = current_asker()
        answer = asker.answer(question)
        behind = rows_behind(asker.connection, question, current_scope(), SHOWN)
    except AskRefused as refused:
        return _refused(refused.reason[language]), 400
    metric = answer.metrics[0]
    value = answer.rows[0].get(question.metrics[0]) if answer.rows else None
    currency = yingke().settings.currency
    suffix = "" if value is None else unit_suffix(metric.unit, language)
    filled = tuple(name for name in behind.columns if any(one.get(name) is not None for one in behind.rows))
    behind = replace(behind, columns=filled or behind.columns)
    numeric = [
        any(type(one.get(name)) in (int, float, Decimal) for one in behind.rows) for name in behind.columns
    ]
    return leaf(
        f"{metric.label(language)} · {word('rows_title', language)}", "rows.html", metric=metric, question=question,
        value=value, behind=behind, last=question.end - timedelta(days=1) if question.end else None, fresh=freshness(),
        shown=full(value, metric.unit, language, currency) + suffix, numeric=numeric,
        columns=[_column(name, language) for name in behind.columns], conditions=[condition_name(one, asker) for one in question.where],
        rows=[_row(behind, one, asker, metric.unit) for one in behind.rows], sql=answer.sql, query=request.query_string.decode(),
        board=_board(language),
    )  # fmt: skip


@pages.get("/d/rows.csv")
def download() -> Response | tuple[str, int]:
    """The rows behind a figure as CSV that a spreadsheet opens rightly."""
    try:
        asker = current_asker()
        behind = rows_behind(asker.connection, _question(), current_scope(), DOWNLOADED)
    except AskRefused as refused:
        return _refused(refused.reason[current_language()]), 400
    return Response(
        csv_text(list(behind.columns), [list(row.values()) for row in behind.rows]), mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=rows.csv"},
    )  # fmt: skip


@pages.get("/d/values")
def values() -> Response | tuple[Response, int]:
    """The values of a dimension that contain what was typed, the largest of a metric first."""
    dimension, metric = request.args.get("dimension", ""), request.args.get("metric", "")
    typed = request.args.get("q", "").casefold()
    try:
        asker = current_asker()
        answer = asker.answer(Question(metrics=(metric,), by=(dimension,)))
    except AskRefused as refused:
        return jsonify(error=refused.reason[current_language()]), 400
    ordered = sorted(answer.rows, key=lambda row: -float(row.get(metric) or 0))
    found = ["" if row[dimension] is None else str(row[dimension]) for row in ordered]
    named = [(value, value_name(dimension, value, asker)) for value in found]
    fitting = [
        {"value": value, "name": name} for value, name in named if typed in f"{value} {name}".casefold()
    ]
    return jsonify(values=fitting[:OFFERED])


@pages.get("/d/state")
def state() -> Response:
    """The snapshot that pages show now, and whether a load was held back: pages that are open ask for it."""
    now = freshness()
    return jsonify(snapshot=now.snapshot, warning=bool(now.warning))


@pages.get("/api/v1/ask")
def api_ask() -> Response | tuple[Response, int]:
    """One question by address: the same JSON as `yingke ask --format json`."""
    said = request.args
    try:
        question = parse_question(
            metrics=said.get("metric") or said.get("metrics") or "", by=said.get("by"), grain=said.get("grain"),
            start=said.get("from"), end=said.get("to"), as_of=said.get("as_of"), where=said.getlist("where"),
            top=_whole(said.get("top")), other="other" in said, totals="totals" in said, compare=said.get("compare"),
        )  # fmt: skip
        if "known_on" in said:
            raise AskRefused(
                zh="过往所知需先由历史重建，请用命令行：yingke ask … --known-on。",
                en="What was known at a time is rebuilt from history first; ask it by: yingke ask … --known-on.",
            )
        asker = current_asker(said.get("snapshot") or None)
        return jsonify(_plain(ask(asker.connection, question, asker.scope).as_json()))
    except AskRefused as refused:
        return jsonify(error={"message": refused.reason[current_language()]}), 400
    except NotPublishedError:
        if not said.get("snapshot"):
            raise
        return jsonify(error={"message": word("no_snapshot", current_language())}), 404


def _question() -> Question:
    said = request.args
    return parse_question(
        metrics=said.get("metric", ""), start=said.get("from"), end=said.get("to"),
        as_of=said.get("as-of"), where=said.getlist("where"),
    )  # fmt: skip


def _board(language: str) -> tuple[str, str] | None:
    """Title and address of the dashboard, as it was narrowed, from whose figure somebody comes; None from elsewhere."""
    came = urlsplit(request.referrer or "")
    page = load_pages().get(came.path.removeprefix("/d/")) if came.netloc == request.host else None
    return (
        (page.title(language), f"/d/{page.name}" + (f"?{came.query}" if came.query else "")) if page else None
    )


def _row(behind: RowsBehind, row: dict[str, Any], asker: Asker, unit: str) -> dict[str, Any]:
    entity, key = row.get("entity"), row.get("record")
    link = f"/o/{entity}/{quote(str(key), safe='')}" if entity and key else ""
    cells = [_cell(name, row.get(name), asker, unit) for name in behind.columns]
    return {"link": link, "key": key, "cells": cells}


def _cell(name: str, value: Any, asker: Asker, unit: str) -> str:
    """A value as people read it; the record's key stays as it is, so that it can lead to its form."""
    language = asker.language
    if value is None:
        return ""
    if name == "entity" and str(value) in load_entities():
        return load_entities()[str(value)].__entity__.label(language)
    if name == "metric" and str(value) in load_catalog().metrics:
        return load_catalog().metrics[str(value)].label(language)
    if name == "metric" and f"part_{value}" in WORDS:
        return word(f"part_{value}", language)
    if isinstance(value, bool):
        return word("yes" if value else "no", language)
    if isinstance(value, str):
        return value_name(name, value, asker)
    return full(
        value, unit if name == "value" and unit == "money" else "text", language, yingke().settings.currency
    )


def _column(name: str, language: str) -> str:
    """What people call a column of the rows."""
    if f"column_{name}" in WORDS:
        return word(f"column_{name}", language)
    return load_catalog().dimension(name).label(language) if name in load_catalog().dimensions else name


def _refused(sentence: str) -> str:
    return shell(sentence, Markup('<div class="message bad">{}</div>').format(sentence))


def _whole(text: str | None) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise AskRefused(
            zh=f"top 应为整数，不能是“{text}”。", en=f"top takes a whole number, not '{text}'."
        ) from None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value
