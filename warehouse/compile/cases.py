"""Cases behind a number as arrays, one group after the other, for what science computes and SQL does not.

The results come back as a relation, so that they join with what SQL computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from warehouse.compile.context import Compilation, Relation

if TYPE_CHECKING:
    from numpy.typing import NDArray

Arrays = dict[str, "NDArray[Any]"]


@dataclass(frozen=True)
class Group:
    """The values of one group's keys (and period), and its cases as arrays by name."""

    key: tuple[Any, ...]
    cases: Arrays


def grouped_cases(
    compilation: Compilation, keys: Sequence[str], outputs: Mapping[str, str], source: str
) -> Iterator[Group]:
    """Run SELECT keys, outputs over `source` (FROM and WHERE); groups in the order of their keys.

    `keys` are output columns written as `expression as name`. Without keys there is one group, even of no case.
    """
    import numpy as np

    names = [key.rpartition(" ")[2].rpartition(".")[2] for key in keys]
    listed = ", ".join([*keys, *(f"{sql} as {name}" for name, sql in outputs.items())])
    ranking = f"dense_rank() over (order by {', '.join(names)})" if names else "1"
    found = compilation.fetch(
        f"select *, {ranking} as group_number from (select {listed} {source}) order by group_number"
    ).fetchnumpy()
    number = np.asarray(found["group_number"])
    starts = np.flatnonzero(np.diff(number, prepend=0)) if names else np.array([0])
    for begin, end in pairwise([*starts, len(number)] if len(starts) else []):
        key = tuple(_scalar(found[name], int(begin)) for name in names)
        yield Group(key, {name: _filled(found[name][begin:end]) for name in outputs})


def _scalar(values: NDArray[Any], place: int) -> Any:
    import numpy as np

    value = values[place]
    if value is np.ma.masked or value is None:
        return None
    return (
        value.astype("datetime64[D]").item()
        if isinstance(value, np.datetime64)
        else (value.item() if hasattr(value, "item") else value)
    )


def _filled(values: NDArray[Any]) -> NDArray[Any]:
    """Missing numbers as nan."""
    import numpy as np

    if not isinstance(values, np.ma.MaskedArray):
        return values
    return np.asarray(np.ma.filled(values.astype(float), np.nan) if np.ma.is_masked(values) else values.data)


def computed_relation(
    compilation: Compilation,
    keys: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[tuple[tuple[Any, ...], Sequence[Any]]],
    zero: frozenset[str] = frozenset(),
) -> Relation:
    """A relation of rows (key values and period, then values); nan is null. One row where nothing divides."""
    import pyarrow as pa

    shared = [*keys, *compilation.period_column]
    if not rows and not shared:
        rows = [((), [None] * len(columns))]
    values = [[*key, *(None if value != value else value for value in found)] for key, found in rows]
    by_column = list(zip(*values, strict=True)) or [()] * (len(shared) + len(columns))
    table = pa.table(
        {name: list(column) for name, column in zip([*shared, *columns], by_column, strict=True)}
    )
    name = compilation.register(table)
    types = {column: "bigint" if column.endswith("_n") else "double" for column in columns}
    typed = ", ".join([*shared, *(f"cast({column} as {kind}) as {column}" for column, kind in types.items())])
    return Relation(f"select {typed} from {name}", tuple(columns), tuple(keys), zero)
