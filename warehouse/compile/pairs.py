"""What is bought with what: measures of ordered pairs of items over orders (metrics, C17, C18).

Counts are SQL, the test against chance is in `science.association`. An item counts once per order.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from warehouse.compile.aggregate import in_range
from warehouse.compile.combine import with_clause
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact
from warehouse.compile.key import Key
from warehouse.compile.plan import Leaf
from warehouse.question import AskRefused

_MEASURES = {  # of the orders with both, with the first, with the second, and all; and what it is out of
    "attach_rate": ("together / with_first", "with_first"),
    "lift": ("orders * together / (with_first * with_second)", "together"),
    "support": ("together / orders", "orders"),
    "leverage": ("together / orders - with_first * with_second / (orders * orders)", "orders"),
    "q_value": ("null", "together"),  # what science fills in
}
_COUNTS = ("together", "with_first", "with_second", "orders")
_PROVEN = 0.05


def compile_pairs(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` of each pair of `first` and `second` that some order holds, under the asked dimensions.

    Filters on `first` and `second` choose pairs and leave the orders that these are compared with; all other
    filters choose orders. With `days` the second may follow within so many days, in another order of the
    customer; orders that have not been observed so long are left out.
    """
    significant = leaf.parameters["only"] == "significant"
    if significant and leaf.parameters.get("days"):
        raise AskRefused(
            zh="显著性检验只针对同一订单，请去掉 days 或 only=significant。",
            en="Only what is in one order is tested against chance; leave out days or only=significant.",
        )
    sides = _Sides(compilation, leaf)
    names = [*sides.shared, *sides.keys["first"], *sides.keys["second"]]
    counted = (
        f"select {', '.join([*_of('p', names), *_COUNTS])}\n"
        f"from together as p\n"
        f"join first_of as a on {_same('p', 'a', [*sides.shared, *sides.keys['first']])}\n"
        f"join second_of as b on {_same('p', 'b', [*sides.shared, *sides.keys['second']])}\n"
        f"join all_of as n on {_same('p', 'n', sides.shared)}"
    )
    measure = leaf.metric.spec["measure"]
    value, count = _MEASURES[measure]
    listed = [*names, f"cast({value} as double) as {leaf.column}", f"{count} as {leaf.count}"]
    sql = f"{with_clause(compilation.tables | sides.subqueries())}\n{counted}"
    if measure == "q_value" or significant:
        return _tested(compilation, leaf, f"select {', '.join([*listed, *_COUNTS])}\nfrom (\n{sql}\n)", names)
    return Relation(f"select {', '.join(listed)}\nfrom (\n{sql}\n)", (leaf.column, leaf.count), tuple(names))


class _Sides:
    """Orders by what they hold of either side, each read from the fact under the asker's row rules."""

    def __init__(self, compilation: Compilation, leaf: Leaf) -> None:
        self._compilation, self._metric = compilation, leaf.metric
        self._days = int(leaf.parameters.get("days", 0))
        self._names = {"first": leaf.metric.spec["first"], "second": leaf.metric.spec["second"]}
        own = tuple(self._names.values())
        others = tuple(key for key in compilation.keys if key.dimension.name not in own)
        filters = tuple(one for one in compilation.filters if one[0].dimension.name not in own)
        self._plain = replace(compilation, keys=others, filters=filters, groups=None, restricting=())
        self.shared = list(dict.fromkeys(key.alias for key in others))
        self.keys = {
            side: list(dict.fromkeys(key.alias for key in compilation.keys if key.dimension.name == name))
            for side, name in self._names.items()
        }

    def subqueries(self) -> dict[str, str]:
        """Orders by side, and the counts that measures are made of."""
        first, second = self.keys["first"], self.keys["second"]
        pair = [*_of("a", [*self.shared, *first]), *_of("b", second)]
        matched = ["holder_id" if self._days else "basket_id", *self.shared]
        meets = [_same("a", "b", matched), f"a.{first[0]} <> b.{second[0]}"]
        if self._days:
            meets.append(f"b.day >= a.day and b.day <= a.day + {self._days}")
        return {
            "first_lines": self._lines("first"),
            "second_lines": self._lines("second"),
            "together": f"select {', '.join(pair)}, count(distinct a.basket_id) as together\n"
            f"from first_lines as a join second_lines as b on {' and '.join(meets)}\ngroup by all",
            "first_of": _counted([*self.shared, *first], "with_first", "first_lines"),
            "second_of": _counted([*self.shared, *second], "with_second", "second_lines"),
            "all_of": _counted(self.shared, "orders", f"(\n{self._lines('')}\n)"),
        }

    def _lines(self, side: str) -> str:
        """Orders with the keys of a side, whose filters hold; of neither side, all orders."""
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


def _counted(keys: list[str], name: str, source: str) -> str:
    listed = ", ".join([*keys, f"count(distinct basket_id) as {name}"])
    return f"select {listed}\nfrom {source}" + ("\ngroup by all" if keys else "")


def _of(table: str, names: list[str]) -> list[str]:
    return [f"{table}.{name}" for name in names]


def _same(one: str, other: str, names: list[str]) -> str:
    return " and ".join(f"{one}.{name} is not distinct from {other}.{name}" for name in names) or "true"


def _tested(compilation: Compilation, leaf: Leaf, sql: str, names: list[str]) -> Relation:
    """The measure, or the q-value itself, of all pairs or of those alone that pass the test."""
    import pyarrow as pa

    from warehouse.science.association import q_values

    found = compilation.fetch_arrow(sql)
    tested = q_values(*(found[name].to_numpy().astype(float) for name in _COUNTS))
    shown = [leaf.column, leaf.count]
    if leaf.metric.spec["measure"] == "q_value":
        place = found.column_names.index(leaf.column)
        found = found.set_column(place, leaf.column, pa.array(tested, from_pandas=True))
    found = found.select([*names, *shown])
    if leaf.parameters["only"] == "significant":
        found = found.filter(pa.array(tested <= _PROVEN))
    return Relation(
        f"select {', '.join([*names, *shown])} from {compilation.register(found)}", tuple(shown), tuple(names)
    )
