"""Reconciliation: rows and sums of what was taken, counted by the store's own database and by the warehouse.

Every run compares every table as a whole, touched or not, so that an error in carrying rows and one in the change
feed are both seen at once. Only of tables so large that counting them would cost more than the changes themselves,
the touched rows and the highest id are compared; the full load of every night compares them as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.quality.results import BLOCKED, Finding
from pipelines.source import Totals, as_totals

if TYPE_CHECKING:
    from pipelines.source import StoreReading
    from warehouse.connect import Connection
    from warehouse.landing import RawTable

CHECK = "agrees with the store"
LARGE = 100_000  # rows beyond which an increment compares only what it touched


@dataclass(frozen=True)
class Reconciled:
    """A table's totals on both sides."""

    table: RawTable
    store: Totals
    raw: Totals

    @property
    def agrees(self) -> bool:
        """Whether both sides have the same totals."""
        return self.store == self.raw


def compared_whole(source: StoreReading, build: Connection) -> set[str]:
    """Tables of which an increment compares all rows: not large ones, while no change is under way in the store."""
    if not source.settled:
        return set()
    small = "select table_name from duckdb_tables() where schema_name = 'raw' and estimated_size <= ?"
    return {name for (name,) in build.execute(small, [LARGE]).fetchall()}


def reconcile(
    source: StoreReading, build: Connection, table: RawTable, ids: list[tuple[int, int]], condition: str
) -> Reconciled:
    """Compare what was just landed of a large table: the rows of `ids` in the store, those of `condition` in raw."""
    found = build.execute(_totals(table, condition)).fetchall()
    return _compared(source, table, source.totals(table, ids), as_totals(found[0]))


def reconcile_whole(source: StoreReading, build: Connection, tables: list[RawTable]) -> list[Reconciled]:
    """Compare all rows of some tables, in one statement on either side."""
    if not tables:
        return []
    found = build.execute(" union all ".join(_totals(table) for table in tables)).fetchall()
    raw = {str(name): as_totals((name, *figures)) for name, *figures in found}
    store = source.all_totals(tables)
    return [_compared(source, table, store[table.name], raw[table.name]) for table in tables]


def _totals(table: RawTable, condition: str = "true") -> str:
    """A SELECT of one row: name, number of rows, highest id of the table, sums in smallest units with commas between."""
    sums = [
        f'coalesce(cast(sum("{one.name}") * {10 ** (one.decimals or 0)} as hugeint), 0)'
        for one in table.scaled
    ]
    listed = f"concat_ws(',', {', '.join(sums)})" if sums else "''"
    highest = f'(select max(id) from raw."{table.name}")'
    return f"select '{table.name}', count(*), coalesce({highest}, 0), {listed} from raw.\"{table.name}\" where {condition}"


def _compared(source: StoreReading, table: RawTable, store: Totals, raw: Totals) -> Reconciled:
    # a row that is seen before its place in the feed is final comes with the next load
    highest = store.highest_id if source.settled else raw.highest_id
    return Reconciled(table, Totals(store.rows, highest, store.sums), raw)


def as_finding(found: Reconciled) -> Finding:
    """The comparison as a blocking check, with one result per figure that was compared."""
    table = found.table
    detail = [
        {
            "expectation_type": "expect_table_row_count_to_equal",
            "kwargs": {"value": found.store.rows},
            "success": found.store.rows == found.raw.rows,
            "result": {"observed_value": found.raw.rows},
        },
        {
            "expectation_type": "expect_column_max_to_be_between",
            "kwargs": {
                "column": "id",
                "min_value": found.store.highest_id,
                "max_value": found.store.highest_id,
            },
            "success": found.store.highest_id == found.raw.highest_id,
            "result": {"observed_value": found.raw.highest_id},
        },
    ]
    for column, wanted, got in zip(table.scaled, found.store.sums, found.raw.sums, strict=True):
        detail.append(
            {
                "expectation_type": "expect_column_sum_to_be_between",
                "kwargs": {"column": column.name, "min_value": wanted, "max_value": wanted},
                "success": wanted == got,
                "result": {"observed_value": got},
            }
        )
    return CHECK, sum(not one["success"] for one in detail), BLOCKED, detail


def agreed_before(build: Connection) -> set[str]:
    """Tables whose comparison agreed when it was last kept."""
    rows = build.execute(
        'select "table" from meta.check_result where "check" = ? and success', [CHECK]
    ).fetchall()
    return {str(name).removeprefix("raw.") for (name,) in rows}
