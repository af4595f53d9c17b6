"""Fixtures for companies that move in: each is imported and loaded once per test process, whoever asks for it.

What a company is and what it is known to say stands in moving_in_company and moving_in_figures.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.moving_in_company import Company
from tests.journeys.moving_in_figures import COMPANIES
from tests.journeys.moving_in_guide import guide
from tests.journeys.moving_in_shell import WarmShell

Moved = Callable[[str], Company]
NewCompany = Callable[..., Company]


def grouped(name: str) -> pytest.MarkDecorator:
    """One group per company: whichever process has moved it in also asks it."""
    return pytest.mark.xdist_group(f"moving-in-{name}")


def lines_of(*names: str) -> list[str]:
    """The commands of the guide for these companies."""
    return [line for name in names for line in guide()[COMPANIES[name].block]]


@pytest.fixture(scope="session")
def shell() -> Iterator[WarmShell]:
    warm = WarmShell()
    yield warm
    warm.close()


@pytest.fixture(scope="session")
def new_company(
    shell: WarmShell, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewCompany]:
    """Makes a store that has nothing yet, for companies by name; the directories go at the end."""
    homes: list[Path] = []

    def made(*names: str, **others: Any) -> Company:
        _skip_without_files(names, shared_data)
        homes.append(tmp_path_factory.mktemp("-".join(names)[:40]))
        settings = {"shell": shell, "timezone": COMPANIES[names[0]].timezone} | others
        return Company(home=homes[-1] / "data", data=shared_data, **settings)

    yield made
    for home in homes:
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def moved_in(new_company: NewCompany) -> Moved:
    """A company by its name, moved in when it is first asked for; nobody may change it."""
    there: dict[str, Company] = {}

    def moved(name: str) -> Company:
        if name not in there:
            company = new_company(name)
            company.move_in(lines_of(name))
            there[name] = company
        return there[name]

    return moved


def _skip_without_files(names: tuple[str, ...], data: Path) -> None:
    for line in lines_of(*names):
        for file in re.findall(r"\$DATA/(\S+)", line):
            if not (data / file).exists():
                pytest.skip(f"no real data in {data / file}")
