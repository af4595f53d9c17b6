"""The last SELECT of a statement: groups under the names that people read, the largest chosen, in order.

What the figures are is settled in `combine`.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.compile.combine import Assembly, Output, quoted, with_clause
from warehouse.compile.context import Compilation

FEW = 1_000  # groups up to which it is worth finding the smallest of the largest first


@dataclass(frozen=True)
class Statement:
    """A statement with its value columns in the order asked; columns named #… are not for the reader."""

    sql: str
    outputs: tuple[Output, ...]


def present(compilation: Compilation, assembly: Assembly, top: int | None, *, hidden: bool) -> Statement:
    """Shown names, period and figures, sorted by them, empty names last; grouping columns too if `hidden`."""
    keys, period, outputs = compilation.key_columns, compilation.period_column, assembly.outputs
    lookups = _Lookups(compilation)
    listed = [
        *lookups.shown,
        *(f"joined.{column}" for column in period),
        *(f"{one.sql} as {quoted(one.name)}" for one in outputs),
        *(
            f"{sql} as {quoted(f'#{number}{one.name}')}"
            for one in outputs
            for number, sql in enumerate(one.exact or ())
        ),
        *(f"joined.{column} as {quoted('#' + column)}" for column in keys if hidden or top is not None),
    ]
    groups = "joined"
    if top is not None and top <= FEW and not assembly.joins:
        groups = f"(select * from joined where {_among_largest(outputs[0].sql, top)}) as joined"
    body = [f"select {f',{chr(10)}       '.join(listed)}", f"from {groups}", *assembly.joins, *lookups.joins]
    places = [f"{place} nulls last" for place in range(1, len(lookups.shown) + len(period) + 1)]
    if top is None:
        body += _ordered([*places, *(f"joined.{column}" for column in keys)]) if places else []
        final = "\n".join(body)
    else:
        ties = [*lookups.ties, *(quoted("#" + column) for column in keys)]
        body += [*_ordered([f"{quoted(outputs[0].name)} desc nulls last", *ties]), f"limit {int(top)}"]
        chosen = "\n".join(body)
        ordered = _ordered([*places, *(quoted("#" + column) for column in keys)])
        final = "\n".join([f"select * from (\n{chosen}\n)", *ordered])
    return Statement(f"{with_clause(assembly.subqueries)}\n{final}", outputs)


def _ordered(by: list[str]) -> list[str]:
    return [f"order by {', '.join(by)}"]


def _among_largest(value: str, top: int) -> str:
    """Leaves out early what is below the N-th largest value, so that names are looked up for few groups only.

    Where fewer than N groups have a value there is no N-th, and all stay.
    """
    smallest = f"select max({value}, {int(top)})[{int(top)}] from joined"
    return f"coalesce({value} >= ({smallest}), true)"


class _Lookups:
    """Joins that turn grouping columns into what people read."""

    def __init__(self, compilation: Compilation) -> None:
        self.shown: list[str] = []
        self.joins: list[str] = []
        self.ties: list[str] = []
        for number, key in enumerate(compilation.keys, 1):
            here = f"joined.{key.alias}"
            if key.shown:
                name = f"shown_{number}"
                self.joins.append(
                    f"left join {key.shown.table} as {name} on {name}.{key.shown.id_column} = {here}"
                )
                here = f"{name}.{key.shown.column}"
                self.ties.append(f"{name}.{key.code} nulls last")
            else:
                self.ties.append(f"{here} nulls last")
            self.shown.append(f"{here} as {quoted(key.text)}")
