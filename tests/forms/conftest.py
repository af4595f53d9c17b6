"""A running web application over the small company of tests/crud, clients that have signed in, and a browser.

The store and its logins are made once per test process and copied, because hashing passwords takes time.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from operational.crud.access import Actor
from operational.forms.server import create_server
from operational.settings import Settings
from operational.store import users
from operational.store.key import secret_key
from operational.store.schema import create_schema
from operational.store.session import Store
from operational.store.web_sessions import begin_session
from tests.crud.company import LOGINS, Company, found_company

PASSWORD = "correct horse 7"
WITH_LOGIN = (
    "clerk",
    "manager",
    "boss",
    "southern",
    "keeper",
    "keeper_boss",
    "auditor",
    "payer",
    "dealer",
)


@dataclass
class Site:
    """The application, its store, and the company in it."""

    server: Flask
    store: Store
    company: Company
    address: str = ""


@dataclass
class Signed:
    """A client that has signed in; it sends the page's token with every form."""

    client: FlaskClient
    token: str = field(default="")

    def get(self, path: str, **rest: Any) -> TestResponse:
        return self.client.get(path, **rest)

    def post(self, path: str, values: dict[str, Any] | None = None, **rest: Any) -> TestResponse:
        return self.client.post(path, data={"csrf": self.token} | (values or {}), **rest)


@pytest.fixture(scope="session")
def company_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the company and its logins, and the key beside it, to copy."""
    settings = Settings(data=tmp_path_factory.mktemp("site") / "data")
    secret_key(settings)
    store = Store.open(settings)
    create_schema(store.engine)
    found_company(store)
    units = {login: (role, unit, person) for login, role, unit, person in LOGINS}
    for login in WITH_LOGIN:
        role, unit, person = units[login]
        users.add_user(store, login, role=role, org_unit=unit, person=person, password=PASSWORD)
    users.add_user(store, "root", role="admin", password=PASSWORD)
    store.close()
    return settings.data


@pytest.fixture
def site(tmp_path: Path, company_folder: Path) -> Iterator[Site]:
    """A fresh copy of the company under a fresh application."""
    yield from opened(tmp_path, company_folder)


@pytest.fixture(scope="module")
def module_site(tmp_path_factory: pytest.TempPathFactory, company_folder: Path) -> Iterator[Site]:
    """One copy for all tests of a module that do not mind each other's records, served on a port."""
    for one in opened(tmp_path_factory.mktemp("module"), company_folder):
        server = make_server("127.0.0.1", 0, one.server, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        one.address = f"http://127.0.0.1:{server.server_port}"
        yield one
        server.shutdown()
        thread.join()
        server.server_close()


def opened(folder: Path, company_folder: Path) -> Iterator[Site]:
    shutil.copytree(company_folder, folder / "data")
    shutil.copyfile(company_folder.with_name("data.key"), folder / "data.key")
    (folder / "data.key").chmod(0o600)
    store = Store.open(Settings(data=folder / "data"))
    company = Company(store)
    with store.reading() as session:
        for login in (*WITH_LOGIN, "root"):
            one = users.find_login(session, login)
            assert one is not None
            company.actors[login] = Actor(one.login, one.role, one.org_unit_id, one.person_id)
    yield Site(create_server(store.settings, store), store, company)
    store.close()


def token_of(page: TestResponse) -> str:
    return page.text.split('name="csrf" value="', 1)[1].split('"', 1)[0]


def signed_in(site: Site, login: str, language: str = "en") -> Signed:
    """A client with a running session, begun without the time that a password takes."""
    client = site.server.test_client()
    client.set_cookie("yingke_language", language)
    with site.store.reading() as reading:
        found = users.find_login(reading, login)
    assert found is not None
    with client.session_transaction() as cookie:
        cookie["name"] = begin_session(site.store, login, found.session_epoch)
        cookie["used"] = int(time.time())
    return Signed(client, token_of(client.get("/password")))


@pytest.fixture
def sign(site: Site) -> Callable[..., Signed]:
    """Sign somebody in at the fresh site."""
    return lambda login, language="en": signed_in(site, login, language)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The installed Chromium; nothing is downloaded."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    return {"executable_path": path, "args": ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]}
