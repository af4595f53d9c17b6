"""Which metrics an asker may not be told because of a field: those whose figures come from a column that is withheld.

Found by lineage, so that no metric names a field's readers. Which rows an asker sees is the compiler's business.
"""

from __future__ import annotations

from functools import lru_cache

from warehouse.catalog import Metric, load_catalog
from warehouse.compile.context import Scope
from warehouse.lineage import LANDED, lineage
from warehouse.question import AskRefused


def withheld_columns(scope: Scope) -> frozenset[str]:
    """The columns of the store (`item.standard_cost`) that a scope withholds."""
    return frozenset(
        f"{table}.{column}"
        for table, columns in (scope or {}).items()
        for column, ids in columns.items()
        if ids is None
    )


def withheld_column(metric: Metric, scope: Scope) -> str | None:
    """The first of these columns that the metric's figures come from, if any."""
    columns = withheld_columns(scope)
    return min(columns & _comes_from(metric.name), default=None) if columns else None


def refuse_withheld(metric: Metric, scope: Scope) -> None:
    """AskRefused where the metric's figures come from a column that the scope withholds."""
    if column := withheld_column(metric, scope):
        raise AskRefused(
            zh=f"您的角色不能查看“{column}”，因此不能询问由它得出的 {metric.name}。",
            en=f"Your role may not see '{column}', so {metric.name}, which comes from it, cannot be asked.",
            hidden=column,
        )


def may_ask(metric: Metric, scope: Scope) -> bool:
    """Whether a scope leaves anything of the metric: its rows may be read, and no column behind it is withheld."""
    if scope is None:
        return True
    catalog = load_catalog()
    entities = {catalog.tables[name].entity for name in catalog.tables_of(metric) if name in catalog.tables}
    if any(entity is not None and entity not in scope for entity in entities):
        return False
    return withheld_column(metric, scope) is None


@lru_cache(maxsize=1_000)
def _comes_from(name: str) -> frozenset[str]:
    """The columns of the store behind a metric, versions of a record as the record."""
    landed = (column.split(".") for column in lineage(load_catalog().metrics[name]))
    return frozenset(
        f"{table.removesuffix('_version')}.{column}" for schema, table, column in landed if schema == LANDED
    )
