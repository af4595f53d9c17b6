"""Percentiles as statistics of a figure: p90 of what is over, km_p90 with what still runs counted, any but 0 and 100.

How one is computed is in `compile`; which metrics have them, in their declarations: who has one has all of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

_PERCENTILE = re.compile(r"(?P<kind>(?:km_)?p)(?P<percent>\d{1,2}(?:\.\d{1,4})?)")


def share_of(statistic: str) -> float | None:
    """The share that the statistic is the quantile of, 0.9 for p90 and km_p90; None where it is no percentile."""
    found = _PERCENTILE.fullmatch(statistic)
    return float(Decimal(found["percent"]) / 100) or None if found else None


def kind_of(statistic: str) -> str | None:
    """'p' or 'km_p'; None where it is no percentile."""
    found = _PERCENTILE.fullmatch(statistic)
    return found["kind"] if found and share_of(statistic) else None


def kinds_of(statistics: Iterable[str]) -> tuple[str, ...]:
    """The kinds of percentiles among these statistics, each once."""
    return tuple(dict.fromkeys(kind for kind in map(kind_of, statistics) if kind))
