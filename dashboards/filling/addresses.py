"""Where marks lead: to the rows behind a figure, and to the same page narrowed to a group or a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from dashboards.frame import Mark
from dashboards.view import View


def rows_address(metric: str, view: View, *conditions: str) -> str:
    """Where the rows behind a figure are shown, narrowed by the mark that was chosen."""
    narrowed = view.narrowed(*(one for one in conditions if one))
    query = [("metric", metric), ("from", narrowed.start.isoformat()), ("to", narrowed.end.isoformat())]
    if narrowed.as_of:
        query.append(("as-of", narrowed.as_of.isoformat()))
    query += [("where", text) for text in narrowed.where]
    return f"/d/rows?{urlencode(query, quote_via=quote)}"


def group_mark(
    metric: str, view: View, dimension: str, value: str, name: str, *, other: bool = False
) -> Mark:
    """The mark of one group; the rest of many leads nowhere, for no filter says it."""
    if other:
        return Mark()
    condition = f"{dimension}={value}"
    return Mark(rows_address(metric, view, condition), urlencode({"where": condition}, quote_via=quote), name)


def period_mark(metric: str, view: View, period: Any, grain: str, name: str, condition: str = "") -> Mark:
    """The mark of one period, of one group where a condition says it."""
    within = in_period(view, period, grain)
    only = [("from", within.start.isoformat()), ("to", within.end.isoformat())]
    if condition:
        only.append(("where", condition))
    return Mark(rows_address(metric, within, condition), urlencode(only, quote_via=quote), name)


def in_period(view: View, period: Any, grain: str) -> View:
    """The part of the view in the period of that first day."""
    start = period if isinstance(period, date) else date.fromisoformat(period)
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain)
    if months:
        index = start.year * 12 + start.month - 1 + months
        end = date(index // 12, index % 12 + 1, 1)
    else:
        end = date.fromordinal(start.toordinal() + (7 if grain == "week" else 1))
    return replace(view, start=max(start, view.start), end=min(end, view.end), preset=None)
