"""Whether the application lives (/healthz) and whether it can serve (/readyz); open to everybody, saying little.

Other parts register further checks in `Yingke.ready_checks`.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from operational.field import Label
from operational.forms.context import Yingke, yingke
from operational.store.engine import StoreError

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
def ready() -> tuple[Response, int]:
    """Every check by name: 'ok' or a sentence; 503 if one fails."""
    said = {}
    for name, check in yingke().ready_checks.items():
        problem = check()
        said[name] = "ok" if problem is None else problem.en
        if problem is not None:
            current_app.logger.warning("not ready: %s: %s", name, problem.en)
    well = all(one == "ok" for one in said.values())
    return jsonify(status="ready" if well else "not ready", checks=said), 200 if well else 503


def add_store_check(extension: Yingke) -> None:
    """The first check: the store answers."""

    def store_answers() -> Label | None:
        try:
            with extension.store.reading() as session:
                session.execute(text("SELECT 1"))
        except (SQLAlchemyError, StoreError, OSError):
            return Label("存储无法访问。", "The store cannot be reached.")
        return None

    extension.ready_checks["store"] = store_answers
