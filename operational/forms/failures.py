"""What a person or a program sees when something cannot be done: one plain sentence, never a traceback.

Failures that nobody foresaw get a number that is also in the log.
"""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, jsonify, make_response, request
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from operational.crud.refusal import Declined, Invalid, NotAllowed, NotFound
from operational.forms.context import current_language
from operational.forms.shell import render_page
from operational.forms.words import word
from operational.store.engine import StoreError
from operational.transfer.failure import TransferFailed

MEGABYTE = 1_048_576
TEXTS = {400: "bad_request", 403: "forbidden", 404: "not_found", 405: "not_allowed_method", 413: "too_large"}


def wants_json() -> bool:
    """Whether the asker is a program or a page's script rather than a person's browser."""
    if request.path.startswith(
        ("/api/", "/_dash-", "/d/_dash-", "/search", "/lookup/", "/defaults/", "/session")
    ):
        return True
    return request.accept_mimetypes.best == "application/json"


def failure(code: int, title: str, said: str = "") -> Response:
    """The answer for a failure: a page in the shell, or JSON with the same sentence."""
    if wants_json():
        answer = jsonify(error={"message": said or title, "fields": []})
    else:
        answer = make_response(render_page(title, "failure.html", code=code, help=said))
    answer.status_code = code
    return answer


def add_failures(server: Flask) -> None:
    """Register the handlers."""
    server.register_error_handler(HTTPException, _http)
    server.register_error_handler(Declined, _declined)
    server.register_error_handler(StoreError, _store)
    server.register_error_handler(TransferFailed, _transfer)
    server.register_error_handler(DBAPIError, _database)
    server.register_error_handler(Exception, _unforeseen)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400 or (error.response is not None and code not in TEXTS):
        return make_response(error.get_response())
    name = TEXTS.get(code)
    if name is None:
        return failure(code, error.name)
    language = current_language()
    said = word(f"{name}_help", language, megabytes=_upload_limit()) if name != "not_allowed_method" else ""
    answer = failure(code, word(name, language), said)
    if code == 405 and getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]  # of MethodNotAllowed
    return answer


def _upload_limit() -> int:
    return int(current_app.config["MAX_CONTENT_LENGTH"] // MEGABYTE)


def _declined(error: Declined) -> Response:
    language = current_language()
    if isinstance(error, NotFound):
        return failure(404, word("not_found", language), error.message(language))
    code = 403 if isinstance(error, NotAllowed) else 422 if isinstance(error, Invalid) else 409
    title = word("forbidden" if code == 403 else "bad_request", language)
    return failure(code, title, error.message(language))


def _store(error: StoreError) -> Response:
    return failure(503, word("store_down", current_language()), error.message(current_language()))


def _transfer(error: TransferFailed) -> Response:
    return failure(422, word("bad_request", current_language()), error.message(current_language()))


def _database(error: DBAPIError) -> Response:
    if not isinstance(error, OperationalError):
        return _unforeseen(error)
    current_app.logger.error("the store failed: %s", type(error.orig).__name__, exc_info=error)
    return failure(503, word("store_down", current_language()), word("store_down_help", current_language()))


def _unforeseen(error: Exception) -> Response:
    number = secrets.token_hex(4)
    current_app.logger.error("failure %s at %r", number, request.path[:200], exc_info=error)
    return failure(
        500, word("failed", current_language()), word("failed_help", current_language(), number=number)
    )
