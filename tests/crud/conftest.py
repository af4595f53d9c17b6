"""The small company of company.py in fresh stores."""

import pytest

from operational.store.session import Store
from tests.crud.company import Company, found_company


@pytest.fixture
def company(store: Store) -> Company:
    """The company on each kind of store: a test that takes it runs twice."""
    return found_company(store)


@pytest.fixture
def sqlite_company(sqlite_store: Store) -> Company:
    """The company on SQLite only, for what does not depend on the database."""
    return found_company(sqlite_store)
