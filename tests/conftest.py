"""What tests of every package share: the place of the real companies' files, and fresh stores (store_fixtures.py).

What only one package's tests need stands beside those tests.
"""

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.store_fixtures"]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real data, beside the repository or where YINGKE_SHARED says; skips without it."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("YINGKE_SHARED", beside)) / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; YINGKE_SHARED names the folder that holds `data`")
    return folder
