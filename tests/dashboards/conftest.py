"""The published company of site.py: made once, one application for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboards.site import make_business, opened
from tests.forms.conftest import Site, company_folder

__all__ = ["company_folder"]


@pytest.fixture(scope="session")
def business_folder(tmp_path_factory: pytest.TempPathFactory, company_folder: Path) -> Path:
    return make_business(company_folder, tmp_path_factory.mktemp("business"))


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory, business_folder: Path) -> Iterator[Site]:
    yield from opened(business_folder, tmp_path_factory.mktemp("board"))
