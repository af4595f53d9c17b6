"""The web application over the large company, and a client that has signed in to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from dashboards.app import create_app
from dashboards.asker import Memory
from operational.store import users
from operational.store.web_sessions import begin_session
from pipelines.bench.questions import END, START

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from operational.store.session import Store

LOGIN, SPAN = "bench", f"?from={START}&to={END}"


def open_application(store: Store) -> tuple[Flask, FlaskClient]:
    """The application and a client whose session runs, as an administrator."""
    with store.reading() as session:
        known = users.find_login(session, LOGIN)
    if known is None:
        users.add_user(store, LOGIN, role="admin", password="a plank of oak 7")  # noqa: S106  # the store is thrown away
    server = create_app(store.settings, store)
    client = server.test_client()
    with store.reading() as session:
        found = users.find_login(session, LOGIN)
    if found is None:
        raise RuntimeError(f"the login {LOGIN} was not made")
    with client.session_transaction() as cookie:
        cookie["name"] = begin_session(store, LOGIN, found.session_epoch)
        cookie["used"] = int(time.time())
    return server, client


def forget(server: Flask) -> None:
    """Let the dashboards forget the answers that they remember."""
    server.extensions["yingke.numbers"].memory = Memory()


def fetch(client: FlaskClient, path: str) -> float:
    """Seconds of a page that must come."""
    began = time.perf_counter()
    _must(client.get(path), path)
    return time.perf_counter() - began


def fetch_tile(client: FlaskClient, page: str, at: str) -> float:
    """Seconds of the callback that fills one tile."""
    place = {"type": "tile", "at": at}
    request = {
        "output": '{"at":["MATCH"],"type":"tile"}.children', "outputs": {"id": place, "property": "children"},
        "inputs": [{"id": "address", "property": "search", "value": SPAN}],
        "changedPropIds": ["address.search"],
        "state": [{"id": "address", "property": "pathname", "value": f"/d/{page}"}, {"id": place, "property": "id", "value": place}],
    }  # fmt: skip
    began = time.perf_counter()
    _must(client.post("/d/_dash-update-component", json=request), f"{page} {at}")
    return time.perf_counter() - began


def _must(response: Any, what: str) -> None:
    if response.status_code != 200 or b"message bad" in response.data:
        raise RuntimeError(
            f"{what}: answered {response.status_code}, {response.get_data(as_text=True)[:200]}"
        )
