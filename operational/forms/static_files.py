"""Static files under addresses that change with their content, so that browsers may keep them for a year.

One digest stands for the whole folder: modules that import each other by relative names stay in one version.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, send_from_directory
from werkzeug.wrappers import Response

FOLDER = Path(__file__).parent / "static"
YEAR = 31_536_000

pages = Blueprint("static_files", __name__)


@cache
def digest() -> str:
    """A digest of every static file's name and content."""
    found = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(FOLDER).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:12]


def static(name: str) -> str:
    """The address of a static file in its present version."""
    return f"/static/{digest()}/{name}"


@pages.get("/static/<version>/<path:name>")
def static_file(version: str, name: str) -> Response:
    """The file; only the present version may be kept."""
    answer = send_from_directory(FOLDER, name)
    answer.headers["Cache-Control"] = (
        f"public, max-age={YEAR}, immutable" if version == digest() else "no-cache"
    )
    return answer
