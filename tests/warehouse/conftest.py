"""An empty warehouse in memory for each test, and a small company in it."""

from collections.abc import Iterator

import pytest

from tests.landed import Landed


@pytest.fixture
def landed() -> Iterator[Landed]:
    warehouse = Landed()
    yield warehouse
    warehouse.connection.close()
