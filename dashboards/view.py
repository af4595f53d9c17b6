"""What a reader has chosen on a page: period, filters and comparison, all of it in the address.

The same address gives the same view to whoever may see it; nothing is kept elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from dashboards.label import Title
from warehouse.question import AskRefused, parse_as_of

PRESETS = {
    "month": Title("本月", "This month"),
    "quarter": Title("本季度", "This quarter"),
    "12m": Title("近12个月", "Last 12 months"),
    "year": Title("今年", "This year"),
    "last-month": Title("上月", "Last month"),
    "last-year": Title("去年", "Last year"),
    "36m": Title("近3年", "Last 3 years"),
}
DEFAULT_PRESET = "12m"
COMPARISONS = {
    "previous": Title("与上期比", "vs previous period"),
    "year": Title("与去年同期比", "vs last year"),
    "target": Title("与目标比", "vs target"),
}
AGAINST = {  # beside a change, where there is little room
    "previous": Title("环比", "vs prior period"), "year": Title("同比", "vs last year"), "target": Title("较目标", "vs target"),
}  # fmt: skip
COMPARED = {  # what stands behind a figure, by name
    "previous": Title("上期", "Period before"), "year": Title("去年同期", "Year before"), "target": Title("目标", "Target"),
}  # fmt: skip
DAYS_PER_GRAIN = ((62, "day"), (190, "week"), (1200, "month"), (4000, "quarter"))


class ViewRefused(Exception):
    """The address does not say a view; the text is the sentence for the reader."""


@dataclass(frozen=True)
class View:
    """A period [start, end), filters as `dimension=value` texts, a comparison, and an as-of day or instant if one was set."""

    start: date
    end: date
    preset: str | None = DEFAULT_PRESET
    where: tuple[str, ...] = ()
    compare: str = "year"
    as_of: date | datetime | None = None

    @property
    def grain(self) -> str:
        """The grain in which the period has some dozens of points at most."""
        days = (self.end - self.start).days
        return next((grain for most, grain in DAYS_PER_GRAIN if days <= most), "year")

    @property
    def last_day(self) -> date:
        """The last day of the period, included."""
        return self.end - timedelta(days=1)

    def values(self, dimension: str) -> tuple[str, ...]:
        """The values chosen for a dimension."""
        return tuple(text.partition("=")[2] for text in self.where if text.partition("=")[0] == dimension)

    def query(self) -> str:
        """The view as the query of an address; a preset stays one, so that a link moves with the calendar."""
        said: list[tuple[str, str]] = []
        if self.preset:
            if self.preset != DEFAULT_PRESET:
                said.append(("period", self.preset))
        else:
            said += [("from", self.start.isoformat()), ("to", self.end.isoformat())]
        if self.compare != "year":
            said.append(("compare", self.compare))
        if self.as_of:
            said.append(("as-of", self.as_of.isoformat()))
        said += [("where", text) for text in self.where]
        return urlencode(said)

    def narrowed(self, *texts: str) -> View:
        """The view with more filters."""
        return replace(self, where=(*self.where, *(text for text in texts if text not in self.where)))


def read_view(query: str, today: date) -> View:
    """The view that an address says; ViewRefused with a sentence where it cannot be read."""
    said = parse_qsl(query.lstrip("?"), keep_blank_values=True)
    named = dict(said)
    where = tuple(dict.fromkeys(value for name, value in said if name == "where" and "=" in value))
    preset = named.get("period") if named.get("period") in PRESETS else None
    compare = named["compare"] if named.get("compare") in COMPARISONS else "year"
    start, end = (_day(named.get(name)) for name in ("from", "to"))
    as_of = _as_of(named.get("as-of"))
    base = _last_known(as_of) if as_of else today
    if start is None and end is None:
        preset = preset or DEFAULT_PRESET
        start, end = _preset_span(preset, base)
    else:
        preset = None
        end = end or base + timedelta(days=1)
        start = start or _months_before(end, 12)
    if as_of:
        end = min(end, base + timedelta(days=1))
    if start >= end:
        raise ViewRefused(f"{start} ≥ {end}")
    return View(start, end, preset, where, compare, as_of)


def _preset_span(preset: str, today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    tomorrow = today + timedelta(days=1)
    spans = {
        "month": (first, tomorrow),
        "quarter": (first.replace(month=3 * ((first.month - 1) // 3) + 1), tomorrow),
        "year": (first.replace(month=1), tomorrow),
        "12m": (_months_before(first, 11), tomorrow),
        "36m": (_months_before(first, 35), tomorrow),
        "last-month": (_months_before(first, 1), first),
        "last-year": (first.replace(year=first.year - 1, month=1), first.replace(month=1)),
    }
    return spans[preset]


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return day.replace(year=index // 12, month=index % 12 + 1, day=min(day.day, 28))


def _as_of(text: str | None) -> date | datetime | None:
    try:
        return parse_as_of(text)
    except AskRefused:
        raise ViewRefused(text or "") from None


def _last_known(as_of: date | datetime) -> date:
    """The last day of which something is known: the one before a day, the one that an instant lies in."""
    return as_of.date() if isinstance(as_of, datetime) else as_of - timedelta(days=1)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ViewRefused(text) from None
