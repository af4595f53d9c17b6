"""The pages to sign in, sign out and change one's password.

Passwords are checked and kept by store/users.py, sessions by session.py.
"""

from __future__ import annotations

from flask import Blueprint, g, jsonify, redirect, request
from werkzeug.wrappers import Response

from operational.forms.context import actor_or_none, current_actor, current_language, yingke
from operational.forms.csrf import csrf_token
from operational.forms.routing import safe_next
from operational.forms.session import sign_in, sign_out
from operational.forms.shell import render_page, toast
from operational.forms.words import word
from operational.store.login_trials import LoginThrottled
from operational.store.passwords import PasswordRefused
from operational.store.users import check_password, find_login, set_password

pages = Blueprint("sign_in", __name__)


@pages.get("/login")
def login_page() -> Response | str:
    """The form; whoever is signed in already goes on."""
    if actor_or_none() is not None:
        return redirect(safe_next(request.args.get("next")))
    return _login_form("", "", request.args.get("next", ""))


@pages.post("/login")
def login() -> Response | tuple[str, int]:
    """Sign in and go to where the person wanted; a wrong name and a wrong password are told alike."""
    name = request.form.get("login", "").strip()
    wanted = request.form.get("next", "")
    try:
        found = check_password(yingke().store, name, request.form.get("password", ""))
    except LoginThrottled as throttled:
        return _login_form(name, throttled.message(current_language()), wanted), 429
    if found is None:
        return _login_form(name, word("wrong_login", current_language()), wanted), 401
    sign_in(found)
    return redirect(safe_next(wanted), 303)


def _login_form(name: str, problem: str, wanted: str) -> str:
    language = current_language()
    return render_page(
        word("sign_in_title", language),
        "sign_in.html",
        action="/login",
        sub=word("sign_in_sub", language),
        problem=problem,
        next=safe_next(wanted, ""),
        login=name,
        submit=word("sign_in", language),
        inputs=[
            ("login", word("login", language), "text", "username", ""),
            ("password", word("password", language), "password", "current-password", ""),
        ],
    )


@pages.get("/session")
def session_runs() -> Response:
    """Whether the session still runs (else the guard answers 401), with a token for the next form."""
    return jsonify(csrf=csrf_token())


@pages.post("/logout")
def logout() -> Response:
    """End the session; the cookie is worth nothing afterwards."""
    sign_out()
    return redirect("/login", 303)


@pages.get("/password")
def password_page() -> str:
    """The form to change one's own password."""
    return _password_form("")


@pages.post("/password")
def change_password() -> Response | tuple[str, int]:
    """Change it where the present one is right; every other session of this login ends."""
    language, store, actor = current_language(), yingke().store, current_actor()
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _password_form(word("passwords_differ", language)), 422
    try:
        if check_password(store, actor.login, request.form.get("old", "")) is None:
            return _password_form(word("wrong_old_password", language)), 422
        set_password(store, actor.login, new)
    except (PasswordRefused, LoginThrottled) as refused:
        return _password_form(refused.message(language)), 422
    with store.reading() as session:
        changed = find_login(session, actor.login)
    if changed is not None:
        sign_in(changed)
    toast("good", word("password_changed", language))
    return redirect("/", 303)


def _password_form(problem: str) -> str:
    language = current_language()
    return render_page(
        word("change_password", language),
        "sign_in.html",
        action="/password",
        sub=word("must_change", language) if g.get("must_change") else "",
        problem=problem,
        next="",
        login="",
        submit=word("change_password", language),
        inputs=[
            ("old", word("old_password", language), "password", "current-password", ""),
            (
                "new",
                word("new_password", language),
                "password",
                "new-password",
                word("password_help", language),
            ),
            ("again", word("repeat_password", language), "password", "new-password", ""),
        ],
    )
