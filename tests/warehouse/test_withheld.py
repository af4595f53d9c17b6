"""Figures that come from a withheld column: whatever changes with the column is refused, and nothing asks past that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from operational.entity import tables_in_feed
from tests.landed import Landed
from tests.warehouse.company import land_company
from warehouse.ask import AskRefused, ask
from warehouse.catalog import Metric, load_catalog
from warehouse.question import whole_question
from warehouse.table import load_tables
from warehouse.withheld import withheld_column, withheld_columns

NOW = datetime(2026, 11, 2, tzinfo=UTC)
METRICS = [
    one for one in load_catalog().metrics.values() if one.kind != "rows"
]  # those count the landing itself
WITHHELD: dict[str, dict[str, Any]] = {
    table: {one.column: None for one in cls.__fields__.values() if one.confidential}
    for table, cls in tables_in_feed()
}
SCOPE = {str(table.entity): {} for table in load_tables().values() if table.entity} | {
    table: columns for table, columns in WITHHELD.items() if columns
}


@pytest.fixture(scope="module")
def changing() -> Iterator[Landed]:
    """A company of its own, for this module changes it."""
    landed = Landed()
    land_company(landed)
    yield landed
    landed.connection.close()


def answers(landed: Landed) -> dict[str, Any]:
    return {one.name: answered(landed, one, None) for one in METRICS}


def answered(landed: Landed, metric: Metric, scope: Any) -> Any:
    rows = ask(landed.connection, whole_question(metric), scope, now=NOW).as_json()["rows"]
    return [{name: _without_last_digits(value) for name, value in row.items()} for row in rows]


def _without_last_digits(value: Any) -> Any:
    """Floats that were summed in another order are the same."""
    return f"{value:.9g}" if isinstance(value, float) else value


def test_whatever_changes_with_a_withheld_column_is_refused(changing: Landed) -> None:
    before = answers(changing)
    for table, columns in WITHHELD.items():
        for column in columns:
            changing.connection.execute(f'update raw."{table}" set {column} = coalesce({column}, 1) * 7')
    changing.model()
    after = answers(changing)
    moved = [one for one in METRICS if before[one.name] != after[one.name]]
    assert len(moved) > 10
    assert [one.name for one in moved if withheld_column(one, SCOPE) is None] == []


def test_what_is_not_refused_by_name_is_not_refused_within(changing: Landed) -> None:
    """A metric that asks another one says so: else its reader would meet a refusal that the catalogue does not know."""
    assert withheld_columns(SCOPE) >= {"item.standard_cost", "order_line.cost"}
    for metric in METRICS:
        if withheld_column(metric, SCOPE) is None:
            assert answered(changing, metric, SCOPE) == answered(changing, metric, None), metric.name
        else:
            with pytest.raises(AskRefused, match="may not see"):
                answered(changing, metric, SCOPE)
