"""What is expected of rows, said twice: as the SQL condition of a row that breaks it, and in Great Expectations' form.

Where expectations come from, and what follows when one is broken, is decided beside this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warehouse.connect import Connection

BLOCKING, WARNING = "blocking", "warn"
EVERY_ROW = "true"  # the condition that narrows to nothing less


@dataclass(frozen=True)
class Expectation:
    """One expectation of the rows of a table.

    `type` and `kwargs` are Great Expectations' own. `fails` is SQL that is true for a row that breaks it
    (null passes). `sees` gives the columns that its evaluation over a DataFrame needs, as SQL by name.
    `parameters` are statements whose first column is a set of values, by the name used in `kwargs`.
    """

    name: str
    type: str
    kwargs: Mapping[str, Any]
    fails: str
    sees: Mapping[str, str]
    severity: str = BLOCKING
    parameters: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    def fails_among(self, table: str, where: str) -> str:
        """`fails`, for a few rows of a table: with sets of values cut down to those that the rows name.

        DuckDB makes a hash table of the whole set else, however few the rows are.
        """
        fails = self.fails
        for values in self.parameters.values():
            named = f"select {quoted(self.kwargs['column'])} from {table} where {where}"
            few = f"select one from ({values}) as known(one) where one in ({named})"
            fails = fails.replace(f"({values})", f"({few})")
        return fails

    def result(self, unexpected_count: int, sample: list[Any] | None = None) -> dict[str, Any]:
        """The outcome in Great Expectations' names."""
        return {
            "expectation_type": self.type,
            "kwargs": dict(self.kwargs),
            "success": unexpected_count == 0,
            "unexpected_count": unexpected_count,
            "partial_unexpected_list": sample or [],
        }


def not_null(name: str, column: str, **says: Any) -> Expectation:
    """The column is filled."""
    return Expectation(
        name, "expect_column_values_to_not_be_null", {"column": column},
        f"{quoted(column)} is null", {column: quoted(column)}, **says,
    )  # fmt: skip


def between(
    name: str, column: str, *, minimum: Any = None, maximum: Any = None, strict: bool = False, **says: Any
) -> Expectation:
    """The column, where filled, is not below or above a limit; strict: nor equal to it."""
    kwargs: dict[str, Any] = {"column": column}
    broken = []
    if minimum is not None:
        kwargs |= {"min_value": minimum} | ({"strict_min": True} if strict else {})
        broken.append(f"{quoted(column)} {'<=' if strict else '<'} {minimum}")
    if maximum is not None:
        kwargs |= {"max_value": maximum} | ({"strict_max": True} if strict else {})
        broken.append(f"{quoted(column)} {'>=' if strict else '>'} {maximum}")
    return Expectation(
        name, "expect_column_values_to_be_between", kwargs, f"({' or '.join(broken)})",
        {column: quoted(column)}, **says,
    )  # fmt: skip


def in_set(name: str, column: str, values: tuple[str, ...], **says: Any) -> Expectation:
    """The column, where filled, has one of the values."""
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return Expectation(
        name, "expect_column_values_to_be_in_set", {"column": column, "value_set": list(values)},
        f"{quoted(column)} not in ({listed})", {column: quoted(column)}, **says,
    )  # fmt: skip


def matches(name: str, column: str, pattern: str, **says: Any) -> Expectation:
    """The column, where filled, is as a whole of the form of a regular expression."""
    literal = "'" + pattern.replace("'", "''") + "'"
    return Expectation(
        name, "expect_column_values_to_match_regex", {"column": column, "regex": f"^(?:{pattern})\\Z"},
        f"not regexp_full_match({quoted(column)}, {literal})", {column: quoted(column)}, **says,
    )  # fmt: skip


def in_column(name: str, column: str, keys: str, parameter: str, **says: Any) -> Expectation:
    """The column, where filled, has a value that the statement `keys` gives."""
    return Expectation(
        name, "expect_column_values_to_be_in_set", {"column": column, "value_set": {"$PARAMETER": parameter}},
        f"({quoted(column)} is not null and {quoted(column)} not in ({keys}))", {column: quoted(column)},
        parameters={parameter: keys}, **says,
    )  # fmt: skip


def not_before(name: str, later: tuple[str, str], earlier: tuple[str, str], **says: Any) -> Expectation:
    """A time, where both are filled, is not before another; each is its name and its SQL."""
    return Expectation(
        name, "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": later[0], "column_B": earlier[0], "or_equal": True, "ignore_row_if": "either_value_is_missing"},
        f"{later[1]} < {earlier[1]}", {later[0]: later[1], earlier[0]: earlier[1]}, **says,
    )  # fmt: skip


def unique(name: str, columns: tuple[str, ...], repeated: str, **says: Any) -> Expectation:
    """The columns together name one row; `repeated` is a statement that gives the tuples that do not."""
    kwargs: dict[str, Any] = {"column": columns[0]} if len(columns) == 1 else {"column_list": list(columns)}
    kind = (
        "expect_column_values_to_be_unique" if len(columns) == 1 else "expect_compound_columns_to_be_unique"
    )
    return Expectation(
        name, kind, kwargs, f"{tuple_of(columns)} in ({repeated})",
        {column: quoted(column) for column in columns}, **says,
    )  # fmt: skip


def holds(name: str, condition: str, **says: Any) -> Expectation:
    """A condition in SQL holds; Great Expectations sees its value as a column of that name."""
    return Expectation(
        name, "expect_column_values_to_be_in_set", {"column": condition, "value_set": [True]},
        f"not ({condition})", {condition: f"({condition})"}, **says,
    )  # fmt: skip


def count_broken(build: Connection, table: str, expectations: tuple[Expectation, ...]) -> list[int]:
    """How many rows of a table break each expectation, in one pass."""
    if not expectations:
        return []
    counts = ", ".join(f"count(*) filter (where {one.fails})" for one in expectations)
    row = build.execute(f"select {counts} from {table}").fetchall()
    return [int(count) for count in row[0]] if row else [0] * len(expectations)


def tuple_of(columns: tuple[str, ...]) -> str:
    """One SQL value for one or several columns."""
    listed = ", ".join(quoted(column) for column in columns)
    return listed if len(columns) == 1 else f"row({listed})"


def quoted(column: str) -> str:
    """A column's name in SQL."""
    return '"' + column.replace('"', '""') + '"'
