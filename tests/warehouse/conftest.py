"""Warehouses in memory: an empty one for each test, and a company of random records for all."""

from collections.abc import Iterator

import pytest

from tests.landed import Landed
from tests.warehouse.company import land_company


@pytest.fixture
def landed() -> Iterator[Landed]:
    warehouse = Landed()
    yield warehouse
    warehouse.connection.close()


@pytest.fixture(scope="session")
def company() -> Iterator[Landed]:
    warehouse = Landed()
    land_company(warehouse)
    yield warehouse
    warehouse.connection.close()
