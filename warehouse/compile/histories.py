"""Customers' purchase histories, and the models of repeat buying fitted to them.

What is made of a fit, per customer or per group, is in `lifetime`; the models themselves are in `science`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from warehouse.catalog import Metric
from warehouse.compile.context import Compilation
from warehouse.compile.fact import Fact

if TYPE_CHECKING:
    from warehouse.science.maximum_likelihood import Fit, FitRefused, Floats

DAYS_PER_WEEK = 7.0
_KEPT_FITS = 16
_fits: OrderedDict[tuple[str, bytes], Fit | FitRefused] = OrderedDict()
_fitting = Lock()  # the tiles of a page ask at once: the first fits, the others wait for it


@dataclass(frozen=True)
class Histories:
    """Per customer: repeat purchase days, weeks from the first to the last and to the end, mean repeat value.

    The history ends the day before the as-of day; orders of one day are one purchase.
    """

    customer: Any
    frequency: Floats
    recency: Floats
    age: Floats
    mean_value: Floats
    first_on: str | None
    last_on: str


def read_histories(compilation: Compilation, metric: Metric) -> Histories:
    """The whole histories of the customers whose latest purchase passes the filters, as far as scope shows them."""
    plain = replace(compilation, keys=(), restricting=(), groups=None)
    fact = Fact(replace(plain, filters=()), metric.sources[0].table, metric)
    end = compilation.bind(compilation.span.end)
    fact.restrict(f"f.ordered_on < {end}")
    if plain.filters:
        latest = Fact(plain, fact.table.name, metric)
        latest.restrict(f"f.ordered_on < {end}", f"(f.next_on is null or f.next_on >= {end})")
        fact.restrict(f"f.customer_id in (select f.customer_id {latest.text})")
    found = compilation.fetch(
        f"""select f.customer_id, cast(count(*) - 1 as double) as frequency,
        date_diff('day', min(f.ordered_on), max(f.ordered_on)) / {DAYS_PER_WEEK} as recency,
        date_diff('day', min(f.ordered_on), {end} - 1) / {DAYS_PER_WEEK} as age,
        coalesce(cast(sum(case when f.ordered_on > f.first_on then f.amount end) as double)
                 / nullif(count(*) - 1, 0), 0) as mean_value,
        min(f.ordered_on) as first_on
        {fact.text} group by f.customer_id order by f.customer_id"""
    ).fetchnumpy()
    first = found["first_on"].min() if len(found["first_on"]) else None
    return Histories(
        found["customer_id"], found["frequency"], found["recency"], found["age"], found["mean_value"],
        None if first is None else str(first)[:10], str(compilation.span.end),
    )  # fmt: skip


def fitted(model: str, histories: Histories) -> Fit:
    """The model fitted to the histories, remembered for the same ones, as is the FitRefused that says why it cannot be."""
    import hashlib
    from importlib import import_module

    from warehouse.science.maximum_likelihood import FitRefused

    columns = (
        (histories.frequency, histories.mean_value)
        if model == "gamma_gamma"
        else (histories.frequency, histories.recency, histories.age)
    )
    digest = hashlib.sha256()
    for column in columns:
        digest.update(column.tobytes())
    identity = (model, digest.digest())
    with _fitting:
        found = _fits.get(identity)
        if found is None:
            try:
                found = import_module(f"warehouse.science.{model}").fit(*columns)
            except FitRefused as refused:
                found = refused
            _fits[identity] = found
            while len(_fits) > _KEPT_FITS:
                _fits.popitem(last=False)
    if isinstance(found, FitRefused):
        raise FitRefused(**found.reason)
    return found


def forget_fits() -> None:
    """Fit anew whatever is asked next: for who measures what the first question costs."""
    _fits.clear()
