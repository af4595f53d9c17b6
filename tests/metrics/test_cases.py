"""Oracle cases: tiny rows, a question, and what the answer must be, by hand or by independent SQL over raw rows.

Each TOML file beside this one has `[[rows.ENTITY]]` and `[[case]]`; a case names the columns that it is about.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.landed import Landed

FILES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in Path(__file__).parent.glob("*.toml")
}
CASES = [
    pytest.param(name, case, id=f"{name}-{case['name']}", marks=pytest.mark.xdist_group(f"cases-{name}"))
    for name, says in sorted(FILES.items())
    for case in says["case"]
]


@pytest.fixture(scope="module")
def companies() -> Iterator[dict[str, Landed]]:
    found: dict[str, Landed] = {}
    yield found
    for landed in found.values():
        landed.connection.close()


def company(companies: dict[str, Landed], name: str) -> Landed:
    if name not in companies:
        landed = Landed(FILES[name].get("timezone", "Asia/Shanghai"))
        for entity, rows in FILES[name]["rows"].items():
            landed.land(entity, rows)
        landed.model()
        companies[name] = landed
    return companies[name]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(companies: dict[str, Landed], name: str, case: dict[str, Any]) -> None:
    landed = company(companies, name)
    asked = dict(case["ask"])
    found = landed.ask(asked.pop("metrics"), **asked)
    wanted = case.get("rows") or from_sql(landed, case["sql"])
    assert len(found) == len(wanted), found
    for row, expected in zip(found, wanted, strict=True):
        for column, value in expected.items():
            assert column in row, f"no column {column} in {row}"
            assert same(row[column], value), f"{column}: {row[column]!r} is not {value!r} in {row}"


def from_sql(landed: Landed, sql: str) -> list[dict[str, Any]]:
    cursor = landed.connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def same(found: Any, wanted: Any) -> bool:
    if wanted == "null" or wanted is None:
        return found is None
    if isinstance(wanted, date):
        return bool(found == wanted.isoformat())
    if isinstance(wanted, str):
        return bool(found == wanted)
    return found is not None and math.isclose(float(found), float(wanted), rel_tol=1e-9, abs_tol=1e-12)
