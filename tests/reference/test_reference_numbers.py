"""Every entry of the reference numbers: computed by others from real data or a formula, met by the product.

How each is met stands in the register: one file per family, an entry by its id.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.moving_in_fixtures import Moved, NewCompany, grouped
from tests.reference import customer_value, inventory, lives, part_replacement, service
from tests.reference.ground import Check, Ground, differences
from tests.science.shared_files import SharedFiles

REGISTER: dict[str, Check] = {
    **customer_value.CHECKS,
    **service.CHECKS,
    **part_replacement.CHECKS,
    **inventory.CHECKS,
}


@pytest.fixture(scope="session")
def ground(moved_in: Moved, new_company: NewCompany, shared_data: Path) -> Ground:
    return Ground(moved_in, SharedFiles(shared_data), cache(lambda: lives.move_in(new_company("fans"))))


@pytest.fixture(scope="session")
def entries(shared_data: Path) -> dict[str, dict[str, Any]]:
    """The entries by their id."""
    read = json.loads((shared_data / "reference_numbers.json").read_text(encoding="utf-8"))["entries"]
    return {entry["id"]: entry for entry in read}


def test_every_entry_of_the_file_has_a_check_and_no_other(entries: dict[str, Any]) -> None:
    assert entries.keys() == REGISTER.keys()


@pytest.mark.parametrize(
    "entry",
    [pytest.param(name, marks=[grouped(check.company)] if check.company else []) for name, check in REGISTER.items()],
)  # fmt: skip
def test_the_entry_is_met(entry: str, entries: dict[str, Any], ground: Ground) -> None:
    check = REGISTER[entry]
    assert differences(check, entries[entry], check.compute(ground)) == []
