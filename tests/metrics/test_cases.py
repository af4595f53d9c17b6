"""Oracle cases: tiny rows, a question, and what the answer must be, by hand or by independent SQL over raw rows.

Each TOML file beside this one has `[rows]` or, where they are made by rule, `[selects]` by entity, and `[[case]]`; a
case names the columns that it is about, and where it is about them what must be said (`notes`). `fits` keeps the models fitted on a day for its oracles, `setup` is SQL that
they share.
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
from warehouse.ask import models
from warehouse.catalog import load_catalog
from warehouse.question import parse_question

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
        says = FILES[name]
        for entity, rows in says.get("rows", {}).items():
            landed.land(entity, rows)
        for entity, select in says.get("selects", {}).items():
            landed.land_select(entity, select)
        landed.model()
        if "fits" in says:
            keep_fits(landed, says["fits"])
        for statement in says.get("setup", ()):
            landed.connection.execute(statement)
        companies[name] = landed
    return companies[name]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(companies: dict[str, Landed], name: str, case: dict[str, Any]) -> None:
    landed = company(companies, name)
    asked = dict(case["ask"])
    answer = landed.answer(asked.pop("metrics"), **asked)
    found = answer.as_json()["rows"]
    wanted = case.get("rows") or from_sql(landed, case["sql"])
    assert len(found) == len(wanted), found
    for row, expected in zip(found, wanted, strict=True):
        for column, value in expected.items():
            assert column in row, f"no column {column} in {row}"
            assert same(row[column], value, case.get("tolerance", 1e-9)), (
                f"{column}: {row[column]!r} is not {value!r} in {row}"
            )
    if "notes" in case:
        assert [note["en"] for note in answer.notes] == case["notes"]


def keep_fits(landed: Landed, as_of: date) -> None:
    """A table of one row per fitted model, a column per parameter, for formulas that begin with them."""
    for fit in models(landed.connection, as_of=as_of):
        if fit["parameters"]:
            columns = ", ".join(f"{value!r}::double as {name}" for name, value in fit["parameters"].items())
            landed.connection.execute(f"create table fit_{fit['model']} as select {columns}")


def test_every_metric_that_people_ask_has_a_case() -> None:
    cased = {
        figure.metric
        for says in FILES.values()
        for case in says["case"]
        for figure in parse_question(metrics=case["ask"]["metrics"]).figures()
    }
    assert {metric.name for metric in load_catalog().shown()} <= cased


def from_sql(landed: Landed, sql: str) -> list[dict[str, Any]]:
    cursor = landed.connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def same(found: Any, wanted: Any, tolerance: float) -> bool:
    if wanted == "null" or wanted is None:
        return found is None
    if isinstance(wanted, date):
        return bool(found == wanted.isoformat())
    if isinstance(wanted, str):
        return bool(found == wanted)
    return found is not None and math.isclose(float(found), float(wanted), rel_tol=tolerance, abs_tol=1e-12)
