"""The small company of company.py in fresh stores; it is founded once per kind of store and then copied."""

import itertools
import shutil
from pathlib import Path

import pytest

from operational.settings import Settings
from operational.store.schema import create_schema
from operational.store.session import Store
from tests.crud.company import Company, found_company

_numbers = itertools.count(1)
TEMPLATE = "company"


@pytest.fixture(scope="session")
def founded_file(tmp_path_factory, empty_sqlite_file) -> tuple[Path, Company]:
    """A SQLite file with the company in it."""
    file = tmp_path_factory.mktemp("company") / "store.sqlite"
    shutil.copyfile(empty_sqlite_file, file)
    store = Store.open(Settings(data=file.parent))
    company = found_company(store)
    store.close()  # the last connection brings everything from the log into the file
    return file, company


@pytest.fixture(scope="session")
def founded_database(postgres_server, tmp_path_factory) -> Company:
    """A PostgreSQL database with the company in it, to be copied by its name TEMPLATE."""
    postgres_server.execute(f"CREATE DATABASE {TEMPLATE}")
    data = tmp_path_factory.mktemp("data")
    store = Store.open(Settings(data=data, store=postgres_server.url(TEMPLATE)))
    create_schema(store.engine)
    company = found_company(store)
    store.close()
    return company


@pytest.fixture
def sqlite_company(tmp_path, founded_file):
    """The company on SQLite only, for what does not depend on the database."""
    file, founded = founded_file
    data = tmp_path / "data"
    data.mkdir()
    shutil.copyfile(file, data / "store.sqlite")
    store = Store.open(Settings(data=data))
    yield Company(store, founded.actors)
    store.close()


@pytest.fixture
def postgres_company(tmp_path, postgres_server, founded_database):
    """The company on PostgreSQL."""
    name = f"{TEMPLATE}_{next(_numbers)}"
    postgres_server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    store = Store.open(Settings(data=tmp_path / "data", store=postgres_server.url(name)))
    yield Company(store, founded_database.actors)
    store.close()
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def company(request) -> Company:
    """The company on each kind of store: a test that takes it runs twice."""
    return request.getfixturevalue(f"{request.param}_company")
