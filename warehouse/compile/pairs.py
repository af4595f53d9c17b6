"""What is bought with what: measures of ordered pairs of items over orders (metrics, C17, C18).

Who is in which order is SQL; how often two meet in one, and the test against chance, are in `science.association`.
An item counts once per order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from warehouse.compile.aggregate import in_range
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact
from warehouse.compile.key import Key
from warehouse.compile.plan import Leaf
from warehouse.question import AskRefused

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_MEASURES = {  # of the orders with both, with the first, with the second, and all; and what it is out of
    "attach_rate": ("together / with_first", "with_first"),
    "lift": ("orders * together / (with_first * with_second)", "together"),
    "support": ("together / orders", "orders"),
    "leverage": ("together / orders - with_first * with_second / (orders * orders)", "orders"),
    "q_value": ("q_value", "together"),
}
_PROVEN = 0.05


def compile_pairs(compilation: Compilation, leaves: Iterable[Leaf]) -> list[Relation]:
    """`measure` of each pair of `first` and `second` that some order holds, under the asked dimensions.

    Filters on `first` and `second` choose pairs and leave the orders that these are compared with; all other
    filters choose orders. With `days` the second may follow within so many days, in another order of the
    customer; orders that have not been observed so long are left out. Measures of the same pairs share a relation.
    """
    alike: dict[Any, list[Leaf]] = {}
    for leaf in leaves:
        days, significant = _days(leaf), leaf.parameters["only"] == "significant"
        if significant and days:
            raise AskRefused(
                zh="显著性检验只针对同一订单，请去掉 days 或 only=significant。",
                en="Only what is in one order is tested against chance; leave out days or only=significant.",
            )
        alike.setdefault((days, significant, leaf.start), []).append(leaf)
    return [_measured(compilation, some, significant) for (_, significant, _), some in alike.items()]


def _days(leaf: Leaf) -> int:
    return int(leaf.parameters.get("days", 0))


def _measured(compilation: Compilation, leaves: list[Leaf], significant: bool) -> Relation:
    """The measures of some leaves, of all pairs or of those alone that pass the test against chance."""
    sides = _Sides(compilation, leaves[0])
    measures = [_MEASURES[leaf.metric.spec["measure"]] for leaf in leaves]
    pairs = sides.pairs()
    if significant or any(sql == "q_value" for sql, _ in measures):
        pairs = sides.tested(pairs, only=significant)
    columns = {leaf.column: f"cast({sql} as double)" for leaf, (sql, _) in zip(leaves, measures, strict=True)}
    columns |= {leaf.count: count for leaf, (_, count) in zip(leaves, measures, strict=True)}
    names = (*sides.shared, *sides.keys["first"], *sides.keys["second"])
    listed = ", ".join([*names, *(f"{sql} as {name}" for name, sql in columns.items())])
    return Relation(f"select {listed}\nfrom (\n{sides.counted(pairs)}\n)", tuple(columns), names)


class _Sides:
    """Orders by what they hold of either side, each read from the fact under the asker's row rules.

    `members` of a side are its groups by `number`, with how many orders hold them (`held`).
    """

    def __init__(self, compilation: Compilation, leaf: Leaf) -> None:
        self._compilation, self._metric = compilation, leaf.metric
        self._days = _days(leaf)
        self._names = {"first": leaf.metric.spec["first"], "second": leaf.metric.spec["second"]}
        own = tuple(self._names.values())
        others = tuple(key for key in compilation.keys if key.dimension.name not in own)
        filters = tuple(one for one in compilation.filters if one[0].dimension.name not in own)
        self._plain = replace(compilation, keys=others, filters=filters, groups=None, restricting=())
        self.shared = list(dict.fromkeys(key.alias for key in others))
        self.keys, self._record = dict[str, list[str]](), dict[str, str]()
        for side, name in self._names.items():
            keys = [key for key in compilation.keys if key.dimension.name == name]
            self.keys[side] = list(dict.fromkeys(key.alias for key in keys))
            self._record[side] = next(key.alias for key in keys if key.is_record)
        self._orders = compilation.materialize(
            f"select *, row_number() over () - 1 as number from ({self._lines('')})"
        )
        self._held = {side: compilation.materialize(self._lines(side)) for side in self._names}
        self.members = {side: self._numbered(side) for side in self._names}

    def pairs(self) -> pa.Table:
        """`first` and `second` by the numbers of their members, and how many orders hold them `together`."""
        return self._following() if self._days else self._in_one_order()

    def _in_one_order(self) -> pa.Table:
        import pyarrow as pa

        from warehouse.science.association import counts_together

        orders = self._compilation.fetch(f"select count(*) from {self._orders}").fetchone()
        first, second, together = counts_together(
            self._entries("first"), self._entries("second"), orders[0] if orders else 0
        )
        records = [self._columns(side)["record"] for side in self._names]
        apart = records[0][first] != records[1][second]
        return pa.table({"first": first[apart], "second": second[apart], "together": together[apart]})

    def _following(self) -> pa.Table:
        """The second within some days of the first, in the same order or a later one of the customer."""
        matched = _same("a", "b", ["holder_id", *self.shared])
        return self._compilation.fetch_arrow(
            f"select f.number as first, s.number as second, count(distinct a.basket_id) as together\n"
            f"from {self._held['first']} as a join {self._held['second']} as b on {matched} "
            f"and a.{self._record['first']} <> b.{self._record['second']} and b.day between a.day and a.day + {self._days}\n"
            f"join {self.members['first']} as f on {_same('a', 'f', self._own('first'))}\n"
            f"join {self.members['second']} as s on {_same('b', 's', self._own('second'))}\ngroup by all"
        )

    def tested(self, pairs: pa.Table, *, only: bool) -> pa.Table:
        """The pairs with their `q_value`, all of them or `only` those that pass the test."""
        import pyarrow as pa

        from warehouse.science.association import q_values

        first, second = self._columns("first"), self._columns("second")
        one, other = pairs["first"].to_numpy(), pairs["second"].to_numpy()
        found = q_values(
            pairs["together"].to_numpy(), first["held"][one], second["held"][other], first["orders"][one]
        )
        pairs = pairs.append_column("q_value", pa.array(found, from_pandas=True))
        return pairs.filter(pa.array(found <= _PROVEN)) if only else pairs

    def counted(self, pairs: pa.Table) -> str:
        """SELECT of the pairs under their keys with all that measures are made of."""
        keys = [*_of("f", self._own("first")), *_of("s", self.keys["second"])]
        return (
            f"select {', '.join(keys)}, p.*, f.held as with_first, s.held as with_second, f.orders\n"
            f"from {self._compilation.register(pairs)} as p\n"
            f"join {self.members['first']} as f on f.number = p.first\n"
            f"join {self.members['second']} as s on s.number = p.second"
        )

    def _own(self, side: str) -> list[str]:
        return [*self.shared, *self.keys[side]]

    def _numbered(self, side: str) -> str:
        """The members of a side, each with the `orders` that it is compared with."""
        names = ", ".join(self._own(side))
        every = f"select {', '.join([*self.shared, 'count(*) as orders'])} from {self._orders}"
        return self._compilation.materialize(
            f"select m.*, n.orders, row_number() over () - 1 as number\n"
            f"from (select {names}, count(*) as held from {self._held[side]} group by all) as m\n"
            f"join ({every}{' group by all' if self.shared else ''}) as n on {_same('m', 'n', self.shared)}"
        )

    def _entries(self, side: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """Which order, by number, holds which member."""
        found = self._compilation.fetch(
            f"select o.number as basket, m.number as member from {self._held[side]} as l\n"
            f"join {self._orders} as o on {_same('l', 'o', ['basket_id', *self.shared])}\n"
            f"join {self.members[side]} as m on {_same('l', 'm', self._own(side))}"
        ).fetchnumpy()
        return found["basket"], found["member"]

    def _columns(self, side: str) -> dict[str, NDArray[Any]]:
        """Of each member, by number, its record, in how many orders it is and with how many it is compared."""
        return dict(
            self._compilation.fetch(
                f"select {self._record[side]} as record, held, orders from {self.members[side]} order by number"
            ).fetchnumpy()
        )

    def _lines(self, side: str) -> str:
        """SELECT of orders with the keys of a side, whose filters hold; of neither side, of all orders."""
        compilation, plain = self._compilation, self._plain
        as_first = compilation.catalog.dimension(self._names["first"])

        def turned(key: Key) -> Key:
            """A key of the second side read from the column of the first: both are of a line."""
            return replace(key, dimension=as_first)

        name = self._names.get(side)
        keys = tuple(turned(key) for key in compilation.keys if key.dimension.name == name)
        filters = tuple((turned(key), one) for key, one in compilation.filters if key.dimension.name == name)
        sided = replace(plain, keys=(*plain.keys, *keys), filters=(*plain.filters, *filters))
        fact = Fact(sided, self._metric.sources[0].table, self._metric)
        spec = self._metric.spec
        fact.restrict(spec["where"], *self._range(side, spec["time"]))
        basket = f"f.{spec['basket']}_id as basket_id"
        follow = [f"f.{spec['each']}_id as holder_id", f"f.{spec['time']} as day"] if self._days else []
        return f"select distinct {', '.join([*fact.key_list(), basket, *follow])}\n{fact.text}"

    def _range(self, side: str, time: str) -> list[str]:
        compilation = self._compilation
        cut = compilation.span.cut
        if self._days and side == "second":
            return [f"f.{time} < {compilation.bind(cut)}"]
        observed = cut - timedelta(days=self._days)
        whole = [f"f.{time} < {compilation.bind(observed)}"] if self._days else []
        return [*in_range(compilation, time), *whole]


def _of(table: str, names: list[str]) -> list[str]:
    return [f"{table}.{name}" for name in names]


def _same(one: str, other: str, names: list[str]) -> str:
    return " and ".join(f"{one}.{name} is not distinct from {other}.{name}" for name in names) or "true"
