"""Static files under addresses that change with their content, so that browsers may keep them for a year.

One digest stands for the whole folder: modules that import each other by relative names stay in one version.
"""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort

FOLDER = Path(__file__).parent / "static"
YEAR = 31_536_000
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}  # whatever the system says of them

pages = Blueprint("static_files", __name__)


@cache
def contents() -> dict[str, bytes]:
    """Every static file by its name within the folder; small enough to be held."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}


@cache
def digest() -> str:
    """A digest of every static file's name and content."""
    found = hashlib.sha256()
    for name, content in contents().items():
        found.update(name.encode())
        found.update(content)
    return found.hexdigest()[:12]


def static(name: str) -> str:
    """The address of a static file in its present version."""
    return f"/static/{digest()}/{name}"


@pages.get("/static/<version>/<path:name>")
def static_file(version: str, name: str) -> Response:
    """The file; only the present version may be kept."""
    content = contents().get(name)
    if content is None:
        abort(404)
    kind = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer = Response(content, mimetype=kind)
    answer.headers["Cache-Control"] = (
        f"public, max-age={YEAR}, immutable" if version == digest() else "no-cache"
    )
    return answer
