"""Tokens that show that a form was made by us for this browser: one secret per session, masked for each page.

Whether a request needs one is decided by guard.py.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import session


def csrf_token() -> str:
    """A token for a form; it differs from page to page, so that compression betrays nothing of it."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    salt = secrets.token_urlsafe(9)
    return f"{salt}.{_sign(salt, session['csrf'])}"


def is_valid(token: str) -> bool:
    """Whether a token was made for this session."""
    salt, _, signature = token.partition(".")
    return "csrf" in session and hmac.compare_digest(
        signature.encode(), _sign(salt, session["csrf"]).encode()
    )


def _sign(salt: str, secret: str) -> str:
    return hmac.new(secret.encode(), salt.encode(), hashlib.sha256).hexdigest()[:32]
