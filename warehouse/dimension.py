"""Dimensions: by what a number can be divided and filtered, and where that stands on a table.

How a dimension becomes SQL is the business of `compile.fact`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from warehouse.label import Label
from warehouse.table import Table

AT_AN_INSTANT = ("stock", "standing", "window")  # kinds of metrics


@dataclass(frozen=True)
class Dimension:
    """One dimension.

    With a `table` it names records: a fact holds `<name>_id`, which is that table's first column; `title` and
    `key` are the columns that people read. Without one it is a plain column. `on` gives an
    expression per table that it stands on (declared so, or as `sql` for `only` some tables), which speaks of the
    window `w` that a figure is taken for: only figures at an instant have one. An `sql` for no table is what some
    kinds of metric give themselves; `computed` names a classification that is computed per `of` record. `values`
    names, in their order, the values of a dimension that has a closed list of its own.
    """

    name: str
    label: Label
    table: str | None = None
    title: str = "name"
    key: str = "code"
    sql: str | None = None
    on: Mapping[str, str] = field(default_factory=dict)
    computed: str | None = None
    of: str | None = None
    values: Mapping[str, Label] = field(default_factory=dict)

    @property
    def column(self) -> str:
        """The column of a fact that carries it."""
        return f"{self.name}_id" if self.table else self.name

    def is_on(self, table: Table) -> bool:
        """Whether a table can be divided by it."""
        if self.is_expression:
            return table.name in self.on
        if self.of:
            return f"{self.of}_id" in table.columns
        return self.column in table.columns

    def suits(self, kind: str) -> bool:
        """Whether a metric of that kind can be divided by it, where it stands on its table."""
        return not self.on or kind in AT_AN_INSTANT

    @property
    def is_expression(self) -> bool:
        """Whether it is worked out, and may change with the day that it is asked for."""
        return bool(self.sql or self.on)

    @property
    def id_column(self) -> str:
        """The column of `table` that `<name>_id` refers to."""
        return f"{(self.table or '').rpartition('dim_')[2]}_id"


def read_dimensions(
    declared: Mapping[str, Mapping[str, Any]], tables: Mapping[str, Table]
) -> dict[str, Dimension]:
    """Dimensions by name; ValueError where one names a table or column that is not declared."""
    found = {}
    for name, says in declared.items():
        says = dict(says)
        label = Label.read(says.pop("label"))
        only, sql = says.pop("only", ()), says.get("sql", "")
        on = {**dict.fromkeys(only, sql), **says.pop("on", {})}
        values = {value: Label.read(one) for value, one in says.pop("values", {}).items()}
        one = Dimension(name, label, values=values, on=on, **says)
        if one.table and not {one.id_column, one.title, one.key} <= set(tables[one.table].columns):
            raise ValueError(
                f"Dimension {name}: {one.table} lacks {one.id_column}, {one.title} or {one.key}."
            )
        found[name] = one
    return found
