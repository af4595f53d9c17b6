"""What tests of every package share: the place of the real companies' files, and fresh stores (store_fixtures.py),
and companies that move in (journeys/moving_in_fixtures.py).

What only one package's tests need stands beside those tests.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from _pytest.nodeid import coerce_node_id

pytest_plugins = ["tests.store_fixtures", "tests.journeys.moving_in_fixtures"]

# How long one example takes says more of the machine than of the code.
hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Give `xdist_group` effect: xdist 3.8 writes groups where pytest 9.2 no longer looks (its issue 1386)."""
    yield
    for item in items:
        if grouped := vars(item).get("_nodeid"):
            item._id = coerce_node_id(grouped)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real data, beside the repository or where YINGKE_SHARED says; skips without it."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("YINGKE_SHARED", beside)) / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; YINGKE_SHARED names the folder that holds `data`")
    return folder
