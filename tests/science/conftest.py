"""What the tests of the science read: the shared data sets."""

import pytest

from tests.science.shared_files import SHARED, SharedFiles


@pytest.fixture(scope="session")
def data() -> SharedFiles:
    return SharedFiles(SHARED / "data")
