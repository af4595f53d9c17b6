"""The guard on every path: who asks, whether they are signed in, and whether the request is their own doing.

What a person may do with which records is asked again in crud; this only keeps strangers out.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import Flask, abort, g, redirect, request
from werkzeug.wrappers import Response

from operational.crud.access import Actor
from operational.forms import csrf
from operational.forms.context import Yingke, current_language, yingke
from operational.forms.failures import failure, wants_json
from operational.forms.preferences import read_preferences
from operational.forms.session import login_of_session
from operational.forms.words import word
from operational.store.users import Login, login_of_token

OPEN = ("/login", "/healthz", "/readyz", "/favicon.ico")
ALWAYS = ("/password", "/logout", "/preferences", *OPEN)  # also while the password is a one-time one
SAFE = ("GET", "HEAD", "OPTIONS")


def add_guard(server: Flask) -> None:
    """Ask before every request of the server, whichever part of it answers."""

    @server.before_request
    def guard() -> Response | None:
        read_preferences({})
        if request.path.startswith("/static/"):
            return None
        _refuse_nul()
        login = _who()
        if login is not None:
            _remember(login)
        if request.method not in SAFE and not g.get("by_token"):
            _check_own_doing()
        if login is None:
            return None if request.path in OPEN else _sign_in_first()
        if login.must_change and not g.get("by_token") and request.path not in ALWAYS:
            return _change_password_first()
        return None


def _refuse_nul() -> None:
    """No database keeps the character NUL; no person types it."""
    texts = [request.path, *request.args.values(), *request.args.keys(), *request.form.values()]
    if any("\x00" in text for text in texts):
        abort(400)


def _who() -> Login | None:
    """The login of the bearer token, else of the browser's session; a cookie only reads from the API."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.casefold() == "bearer":
        g.by_token = True
        with yingke().store.reading() as session:
            return login_of_token(session, token.strip())
    if request.path.startswith("/api/") and request.method not in SAFE:
        return None
    return login_of_session(yingke())


def _remember(login: Login) -> None:
    read_preferences({"language": login.language, "theme": login.theme})
    g.actor = Actor(login.login, login.role, login.org_unit_id, login.person_id, current_language())
    g.must_change = login.must_change


def _sign_in_first() -> Response:
    if wants_json():
        language = current_language()
        answer = failure(401, word("signed_out_api", language), word("signed_out_api", language))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    here = request.full_path.removesuffix("?")
    return redirect(
        "/login" if here == "/" or request.method not in SAFE else f"/login?next={quote(here, safe='')}"
    )


def _change_password_first() -> Response:
    if wants_json():
        language = current_language()
        return failure(403, word("forbidden", language), word("must_change", language))
    return redirect("/password")


def _check_own_doing() -> None:
    """Refuse what another site made the browser send: by its own words, and by our token in forms."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        _refuse("foreign_origin")
    origin = request.headers.get("Origin")
    if origin is not None and not _is_ours(origin, yingke()):
        _refuse("foreign_origin")
    if request.mimetype == "application/json":
        return  # a page of another site cannot send this type without being asked first, and we never agree
    token = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not csrf.is_valid(token):
        _refuse("stale_form")


def _is_ours(origin: str, extension: Yingke) -> bool:
    host = urlsplit(origin).netloc
    return bool(host) and host in (request.host, urlsplit(extension.settings.base_url).netloc)


def _refuse(reason: str) -> None:
    language = current_language()
    abort(failure(403, word("forbidden", language), word(reason, language)))
