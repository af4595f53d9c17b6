"""The web application put together: settings, guard, headers, pages; nothing of a page's own is here.

Dashboards mount themselves on the server that `create_server` returns; serving it is the composition's task.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_compress import Compress

from operational.api import resources
from operational.entity import load_entities
from operational.forms import (
    export_page,
    health,
    import_page,
    lists,
    lookup,
    palette,
    records,
    shell,
    sign_in,
    static_files,
)
from operational.forms.address import address_of
from operational.forms.context import Yingke
from operational.forms.failures import add_failures
from operational.forms.guard import add_guard
from operational.forms.headers import add_headers
from operational.forms.terms import give_vocabularies
from operational.settings import Settings
from operational.store.key import secret_key
from operational.store.session import Store

MEGABYTE = 1_048_576
COMPRESSED = [
    "text/html", "text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml",
]  # fmt: skip


def create_server(settings: Settings, store: Store) -> Flask:
    """The Flask application of forms and API, ready to be served; `extensions["yingke"]` is its Yingke object."""
    load_entities()
    server = Flask(__name__, static_folder=None)
    https = settings.base_url.startswith("https://")
    server.config.update(
        SECRET_KEY=secret_key(settings),
        SESSION_COOKIE_NAME="__Host-yingke" if https else "yingke",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=14),
        MAX_CONTENT_LENGTH=32 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=8 * MEGABYTE,
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "text/javascript",
            "application/javascript",
            "application/json",
            "image/svg+xml",
        ],
        COMPRESS_ALGORITHM=["br", "gzip"],
    )
    server.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's default provider
    extension = Yingke(settings, store)
    server.extensions["yingke"] = extension
    add_headers(server, extension)
    Compress(server)
    add_guard(server)
    add_failures(server)
    shell.add_forms_navigation(extension)
    health.add_store_check(extension)
    give_vocabularies()
    server.context_processor(shell.page_tools)
    server.jinja_env.globals["address_of"] = address_of
    server.jinja_env.trim_blocks = server.jinja_env.lstrip_blocks = True
    for module in (
        static_files,
        health,
        sign_in,
        shell,
        palette,
        lookup,
        lists,
        export_page,
        import_page,
        records,
        resources,
    ):
        server.register_blueprint(module.pages)
    return server
