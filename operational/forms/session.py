"""The browser's session: a signed cookie that names a session kept in the store, with an idle timeout.

Checking a password is the store's business; what a login may do is crud's.
"""

from __future__ import annotations

import time

from flask import session as cookie

from operational.forms.context import Yingke, yingke
from operational.store import users
from operational.store.users import Login
from operational.store.web_sessions import begin_session, end_session, running_session

IDLE = 2 * 3600  # seconds without a request; then the password is asked for again
RENEWED = 60  # seconds after which the cookie says anew when it was last used


def sign_in(login: Login) -> None:
    """Begin a new session under a new name; what the browser had before is thrown away."""
    sign_out()
    cookie["name"] = begin_session(yingke().store, login.login, login.session_epoch)
    cookie["used"] = int(time.time())


def sign_out() -> None:
    """End this browser's session, here and in the store."""
    name = cookie.get("name")
    if name:
        end_session(yingke().store, name)
    cookie.clear()


def login_of_session(extension: Yingke) -> Login | None:
    """Whose session it is; None where it ended, lay idle, or the login was disabled or given a new password."""
    name = cookie.get("name")
    if not name:
        return None
    idle = time.time() - cookie.get("used", 0)
    with extension.store.reading() as session:
        running = running_session(session, name) if -RENEWED < idle < IDLE else None
        login = users.login_of_session(session, running.login, running.epoch) if running is not None else None
    if login is None:
        cookie.clear()
        return None
    if idle > RENEWED:
        cookie["used"] = int(time.time())
    return login
