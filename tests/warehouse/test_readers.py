"""Readers of published files: one whose database gave up gets another, in the same process."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.connect import POINTER, Warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    with duckdb.connect(tmp_path / "first.duckdb") as made:
        made.execute("create table t as select 42 as held")
    (tmp_path / POINTER).write_text("first", encoding="utf-8")
    return Warehouse(tmp_path)


def test_a_database_that_gave_up_is_opened_anew(warehouse: Warehouse) -> None:
    reader, snapshot = warehouse.cursor()
    optimizers = "select held, current_setting('disabled_optimizers') from t"
    assert reader.execute(optimizers).fetchall() == [(42, "")]
    reader.close()
    warehouse._open[snapshot].close()  # as good as dead: no statement is answered any more
    again, _ = warehouse.cursor()
    assert again.execute(optimizers).fetchall() == [(42, "build_side_probe_side")]
    with pytest.raises(duckdb.InvalidInputException):
        again.execute("set global disabled_optimizers = ''")
