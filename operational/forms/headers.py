"""Headers of every answer: content security policy, no sniffing, no framing, nothing private kept by caches.

What a page may load is only what this server serves; Dash adds the digests of its inline scripts.
"""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response

from operational.forms.context import Yingke

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
KEPT = ("/static/", "/_dash-component-suites/")  # nothing private, and fingerprinted


def add_headers(server: Flask, extension: Yingke) -> None:
    """Set the headers on every answer of the server."""
    secure = extension.settings.base_url.startswith("https://")

    @server.after_request
    def set_headers(answer: Response) -> Response:
        answer.headers.update(FIXED)
        answer.headers["Content-Security-Policy"] = policy(extension.script_hashes)
        if secure:
            answer.headers["Strict-Transport-Security"] = "max-age=31536000"
        if not (request.path.startswith(KEPT) and answer.status_code in (200, 206, 304)):
            answer.headers["Cache-Control"] = "no-store"
            answer.vary.add("Cookie")
        return answer


def policy(script_hashes: list[str]) -> str:
    """The content security policy; styles may stand in the page because charts set them there."""
    scripts = " ".join(["'self'", *script_hashes])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
