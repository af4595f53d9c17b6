"""Recency, frequency and money scored 1 to 5 among all selected customers, and the segment that follows.

Equal customers get equal scores; the segments stand in `metrics/rules/rfm_segments.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import lru_cache
from itertools import product

from warehouse.catalog import FOLDER
from warehouse.compile.context import Compilation, Relation
from warehouse.compile.nested import per_holder
from warehouse.compile.plan import Leaf

SEGMENTS_FILE = "rules/rfm_segments.toml"
_FIGURES = {"recency": "recency_days", "frequency": "frequency", "monetary": "monetary"}


@lru_cache(maxsize=1)
def segments() -> dict[str, tuple[tuple[int, ...], ...]]:
    """Per segment the scores of R, F and M that it takes; ValueError unless each of 125 cells has one segment."""
    declared = tomllib.loads((FOLDER / SEGMENTS_FILE).read_text(encoding="utf-8"))
    rules = {
        name: tuple(tuple(int(score) for score in scores) for scores in (says["r"], says["f"], says["m"]))
        for name, says in declared.items()
    }
    for cell in product(range(1, 6), repeat=3):
        takers = [
            name
            for name, scores in rules.items()
            if all(s in some for s, some in zip(cell, scores, strict=True))
        ]
        if len(takers) != 1:
            raise ValueError(
                f"RFM cell {cell} belongs to {takers or 'no segment'}; it must have exactly one."
            )
    return rules


def scored(compilation: Compilation) -> tuple[str, tuple[str, ...]]:
    """SELECT of keys, holder_id, r, f, m for customers with a purchase in the range; and the key columns."""
    inner, keys = per_holder(compilation, "customer", _FIGURES)
    names = "".join(f"{name}, " for name in (*keys, *compilation.period_column))
    over = f"partition by {', '.join(compilation.period_column)} " if compilation.period_column else ""

    def score(order: str) -> str:
        return f"cast(least(5, 1 + floor(5 * percent_rank() over ({over}order by {order}))) as integer)"

    sql = (
        f"select {names}holder_id, {score('recency desc')} as r, {score('frequency')} as f,\n"
        f"       case when monetary <= 0 then 1 else {score('monetary')} end as m\n"
        f"from (\n{inner}\n) where recency is not null"
    )
    return sql, keys


def segment_case() -> str:
    """SQL that names the segment of r, f and m."""
    cases = " ".join(
        "when "
        + " and ".join(f"{c} in ({', '.join(map(str, some))})" for c, some in zip("rfm", scores, strict=True))
        + f" then '{name}'"
        for name, scores in segments().items()
    )
    return f"case {cases} end"


def compile_rfm(compilation: Compilation, leaf: Leaf) -> Relation:
    """`measure` is score (three digits) or segment."""
    inner, keys = scored(compilation)
    names = "".join(f"{name}, " for name in (*keys, *compilation.period_column))
    value = "100 * r + 10 * f + m" if leaf.metric.spec["measure"] == "score" else segment_case()
    return Relation(f"select {names}{value} as {leaf.column} from (\n{inner}\n)", (leaf.column,), keys)


def segment_of_customer(compilation: Compilation, name: str) -> None:
    """Define `name` as (customer_id, segment) among all customers that the asker may see."""
    plain = replace(
        compilation, keys=(), filters=(), groups=None, restricting=(),
        span=replace(compilation.span, grain=None, periods=None, start=None, end=compilation.span.cut),
    )  # fmt: skip
    inner, _ = scored(plain)
    compilation.define(
        name, f"select holder_id as customer_id, {segment_case()} as {name} from (\n{inner}\n)"
    )
