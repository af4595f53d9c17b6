"""Retention of cohorts: customers of a month's first orders who bought again in the k-th month after.

Whole calendar months; months that are not over are null.
"""

from __future__ import annotations

from dataclasses import replace

from warehouse.compile.context import Compilation, Relation
from warehouse.compile.fact import Fact, choose_source
from warehouse.compile.plan import Leaf

_OWN = ("cohort", "age")


def compile_retention(compilation: Compilation, leaf: Leaf) -> Relation:
    """Sum of those who came back over sum of cohort sizes, cell by cell with both of cohort and age.

    The range, filters and further keys choose cohorts by the day of the first order; what their customers did counts
    to the as-of day, whatever has become of them since.
    """
    span = compilation.span
    own = [key.alias for key in compilation.keys if key.dimension.name in _OWN]
    others = tuple(key for key in compilation.keys if key.dimension.name not in _OWN)
    dividing = replace(compilation, keys=others)
    fact = Fact(dividing, choose_source(dividing, leaf.metric).table, leaf.metric)
    every = Fact(replace(dividing, keys=(), filters=(), groups=None), fact.table.name, leaf.metric)
    names = list(fact.keys)
    cut = compilation.bind(span.cut)
    fact.restrict("f.ordered_on = f.first_on", f"f.first_on < {compilation.bind(span.end)}")
    fact.restrict(f"f.first_on >= {compilation.bind(span.start)}" if span.start else "")
    every.restrict(f"f.ordered_on < {cut}")
    keys = "".join(f"{name}, " for name in names)
    firsts = f"select {', '.join([*fact.key_list(), 'f.customer_id', 'f.first_on'])}\n{fact.text}"
    rows = (
        f"select {''.join(f's.{name}, ' for name in names)}s.customer_id, "
        "cast(date_trunc('month', s.first_on) as date) as cohort, "
        "date_diff('month', date_trunc('month', s.first_on), date_trunc('month', d.ordered_on)) as age\n"
        f"from (\n{firsts}\n) as s\njoin (\nselect f.customer_id, f.ordered_on\n{every.text}\n) as d "
        "on d.customer_id = s.customer_id"
    )
    same = " and ".join(["a.cohort = s.cohort", *(f"a.{n} is not distinct from s.{n}" for n in names)])
    cells = (
        f"select {''.join(f's.{n}, ' for n in names)}s.cohort, t.age, s.size, "
        f"case when s.cohort + to_months(cast(t.age + 1 as integer)) <= {cut} then coalesce(a.active, 0) end as active\n"
        f"from (select {keys}cohort, count(distinct customer_id) as size from bought where age = 0 group by all) as s\n"
        f"cross join (select unnest(range(0, 1 + date_diff('month', (select min(cohort) from bought), "
        f"{cut} - 1))) as age) as t\n"
        f"left join (select {keys}cohort, age, count(distinct customer_id) as active from bought group by all) as a\n"
        f"  on a.age = t.age and {same}\n"
        f"where s.cohort + to_months(cast(t.age as integer)) < {cut}"
    )
    shown = [*names, *("strftime(cohort, '%Y-%m') as cohort" if one == "cohort" else one for one in own)]
    size = "sum(case when active is not null then size end)"
    outputs = [
        *shown, f"cast(sum(active) as double) / {size} as {leaf.column}", f"coalesce({size}, 0) as {leaf.count}",
    ]  # fmt: skip
    return Relation(
        f"with bought as (\n{rows}\n), cells as (\n{cells}\n)\nselect {', '.join(outputs)} from cells"
        + ("\ngroup by all" if shown else ""),
        (leaf.column, leaf.count),
        (*names, *own),
    )
