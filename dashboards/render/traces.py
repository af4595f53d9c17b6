"""The traces of plotly charts, one function per form; what a mark says and where it leads goes along with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboards.frame import ChartFrame, Mark, Series
from dashboards.label import Title
from dashboards.numbers import full, short
from dashboards.render.axes import SERIES, labelled
from dashboards.word.text import cut_to_width

MARKED_POINTS, LONG_NAME = 24, 22
BAND = Title("95% 区间", "95% limits")
UNFINISHED = Title("（未完）", " (unfinished)")
Trace = dict[str, Any]


def traces_of(frame: ChartFrame, language: str, currency: str) -> list[Trace]:
    """The traces of a chart by its form."""
    forms = {
        "pie": _pie,
        "bar": _bars,
        "pareto": _pareto,
        "histogram": _histogram,
        "step": _steps,
        "column": _columns,
    }
    return forms.get(frame.form, _lines)(frame, language, currency)


def _columns(frame: ChartFrame, language: str, currency: str) -> list[Trace]:
    """Columns; the running period is drawn lighter."""
    found = []
    for at, series in enumerate(frame.series):
        common = _common(frame, at, series, language, currency)
        if series.role == "earlier":
            found.append(common | _earlier_ticks("line-ew"))
            continue
        opacity = [0.45 if place == frame.unfinished else 1 for place in range(len(series.values))]
        found.append(
            common | {"type": "bar", "marker": {"color": SERIES[at % len(SERIES)], "opacity": opacity}}
        )
    return found


def _lines(frame: ChartFrame, language: str, currency: str) -> list[Trace]:
    """Lines or areas; what is unfinished or expected is dashed, limits are a band, the earlier course stays behind."""
    found: list[Trace] = []
    for at, series in enumerate(_joined(frame.series)):
        colour = colour_of(frame, at)
        common = _common(frame, at, series, language, currency) | {"type": "scatter", "connectgaps": False}
        line = {"color": colour, "width": 1.5 if series.role == "earlier" else 2.25}
        if series.role != "value":
            line["dash"] = "dot" if series.role == "earlier" else "dash"
        marked = series.role == "value" and len(series.values) <= MARKED_POINTS
        found += _band(series, common["x"], colour, shape="linear", named=BAND(language))
        common |= {
            "mode": "lines+markers" if marked else "lines",
            "line": line,
            "marker": {"color": colour, "size": 5},
        }
        if frame.form == "area":
            common["fill"] = "tonexty" if at and frame.stacked else "tozeroy"
            common |= (
                {"stackgroup": "all"}
                if frame.stacked
                else {"fillcolor": colour.replace("--series", "--band")}
            )
        elif frame.unfinished and series.role == "value":
            found.append(_tail(common, frame.unfinished))
            common["y"] = [
                value if place < frame.unfinished else None for place, value in enumerate(common["y"])
            ]
        found.append(common)
    return found


def _joined(all_series: tuple[Series, ...]) -> tuple[Series, ...]:
    """What is expected begins where what is known ends, so that the line does not break."""
    if len(all_series) != 2 or all_series[1].role != "expected":
        return all_series
    known, expected = all_series
    ends = [place for place, value in enumerate(known.values) if value is not None]
    last = ends[-1] if ends else None

    def begun(values: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        if values is None or last is None:
            return values
        return tuple(known.values[last] if place == last else value for place, value in enumerate(values))

    joined = replace(
        expected,
        values=begun(expected.values) or (),
        lower=begun(expected.lower),
        upper=begun(expected.upper),
    )
    return known, joined


def _tail(common: Trace, last: int) -> Trace:
    """The way to the running period, dotted, with a hollow end."""
    ends = [value if place >= last - 1 else None for place, value in enumerate(common["y"])]
    colour = common["line"]["color"]
    sizes = [0 if place < last else 6 for place in range(len(ends))]
    return {
        **common, "y": ends, "showlegend": False, "mode": "lines+markers", "line": {**common["line"], "dash": "dot"},
        "marker": {"color": "--surface", "size": sizes, "line": {"color": colour, "width": 1.5}},
    }  # fmt: skip


def colour_of(frame: ChartFrame, at: int) -> str:
    """The colour of a series; what is expected of a figure has the figure's own, what was earlier stays quiet."""
    role = frame.series[at].role
    if role == "earlier":
        return "--text-quiet"
    return SERIES[(at - 1 if role == "expected" and at else at) % len(SERIES)]


def _bars(frame: ChartFrame, language: str, currency: str) -> list[Trace]:
    names = _distinct([cut_to_width(one, LONG_NAME) for one in frame.categories])
    crossed = any(one.role == "earlier" for one in frame.series)
    found = []
    for at, series in enumerate(frame.series):
        common = _common(frame, at, series, language, currency)
        common |= {"y": names, "x": common["y"], "orientation": "h"}
        if series.role == "earlier":
            found.append(common | _earlier_ticks("line-ns"))
            continue
        common |= {"type": "bar", "marker": {"color": SERIES[at % len(SERIES)]}}
        if labelled(frame) and crossed:
            found.append(_values_beyond(frame, names, language, currency))
        elif labelled(frame):
            common |= _values_beside(series, language, currency)
        found.append(common)
    return found


def _values_beyond(frame: ChartFrame, names: list[str], language: str, currency: str) -> Trace:
    """The bars' values to the right of the bar and of the mark that crosses it."""
    bar = next(one for one in frame.series if one.role == "value")
    ends = [
        max(number(one) or 0.0 for one in of_bar)
        for of_bar in zip(*(one.values for one in frame.series), strict=True)
    ]
    text = [f"\u00a0{short(value, bar.unit, language, currency, bare=True)}" for value in bar.values]
    return {
        "type": "scatter", "mode": "text", "x": ends, "y": names, "text": text, "textposition": "middle right",
        "textfont": {"color": "--text"}, "cliponaxis": False, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def _values_beside(series: Series, language: str, currency: str) -> Trace:
    return {
        "text": [short(value, series.unit, language, currency, bare=True) for value in series.values],
        "textposition": "outside", "textangle": 0, "constraintext": "none", "cliponaxis": False,
        "textfont": {"color": "--text"},
    }  # fmt: skip


def _earlier_ticks(symbol: str) -> Trace:
    """Where a bar was before: a short line across it."""
    marker = {"symbol": symbol, "size": 15, "line": {"color": "--text-strong", "width": 2}}
    return {"type": "scatter", "mode": "markers", "marker": marker}


def _pareto(frame: ChartFrame, language: str, currency: str) -> list[Trace]:
    """Bars with their values and running shares beside them; a line on a second axis would run through the numbers."""
    amounts, shares = frame.series
    bars = _common(frame, 0, amounts, language, currency) | _values_beside(amounts, language, currency)
    names = _distinct([cut_to_width(one, LONG_NAME) for one in frame.categories])
    bars |= {"type": "bar", "orientation": "h", "y": names, "x": bars["y"], "marker": {"color": SERIES[0]}}
    pairs = zip(bars["text"], shares.values, strict=True)
    bars["text"] = [text if share is None else f"{text} · {share:.0%}" for text, share in pairs]
    return [bars]


def _histogram(frame: ChartFrame, language: str, currency: str) -> list[Trace]:
    counts, shares = frame.series
    columns = _common(frame, 0, counts, language, currency) | {"type": "bar", "marker": {"color": SERIES[0]}}
    line = _common(frame, 1, shares, language, currency) | {
        "type": "scatter", "mode": "lines+markers", "yaxis": "y2", "line": {"color": SERIES[1], "width": 2}, "marker": {"size": 5},
    }  # fmt: skip
    return [columns, line]


def _steps(frame: ChartFrame, language: str, currency: str) -> list[Trace]:
    found: list[Trace] = []
    for at, series in enumerate(frame.series):
        x, colour = [number(one) for one in series.x or ()], SERIES[at % len(SERIES)]
        named = BAND(language) if len(frame.series) == 1 else ""
        found += _band(series, x, colour, shape="hv", named=named)
        shown = [full(value, series.unit, language, currency) for value in series.values]
        found.append(
            {
                "type": "scatter", "mode": "lines", "name": series.name, "x": x, "y": [number(one) for one in series.values],
                "line": {"shape": "hv", "color": colour, "width": 2.25}, "customdata": [[one] for one in shown],
                "hovertemplate": "%{x}: %{customdata[0]}<extra>%{fullData.name}</extra>",
            }
        )  # fmt: skip
    return found


def _band(series: Series, x: list[Any], colour: str, *, shape: str, named: str) -> list[Trace]:
    """The limits as a lighter band of the line's colour; named in the legend where there is but one."""
    if series.lower is None or series.upper is None:
        return []
    edge = {
        "type": "scatter", "mode": "lines", "x": x, "showlegend": False, "hoverinfo": "skip",
        "line": {"shape": shape, "width": 0, "color": colour}, "connectgaps": False,
    }  # fmt: skip
    lower = edge | {"y": [number(one) for one in series.lower]}
    band = {
        "fill": "tonexty",
        "fillcolor": colour.replace("--series", "--band"),
        "showlegend": bool(named),
        "name": named,
    }
    return [lower, edge | {"y": [number(one) for one in series.upper]} | band]


def _pie(frame: ChartFrame, language: str, currency: str) -> list[Trace]:
    series = frame.series[0]
    return [
        {
            "type": "pie", "hole": 0.58, "sort": False, "labels": [str(one) for one in frame.categories],
            "values": [number(value) for value in series.values],
            "customdata": _custom(frame, 0, series, language, currency),
            "hovertemplate": "%{label}: %{customdata[0]} (%{percent})<extra></extra>", "textinfo": "label+percent",
            "marker": {"colors": list(SERIES[: len(frame.categories)]), "line": {"color": "--surface", "width": 2}},
        }
    ]  # fmt: skip


def _common(frame: ChartFrame, at: int, series: Series, language: str, currency: str) -> Trace:
    return {
        "name": series.name,
        "x": _categories(frame, language),
        "y": [number(value) for value in series.values],
        "customdata": _custom(frame, at, series, language, currency),
        "hovertemplate": "%{customdata[4]}: %{customdata[0]}<extra>%{fullData.name}</extra>",
    }


def _custom(frame: ChartFrame, at: int, series: Series, language: str, currency: str) -> list[list[str]]:
    """Per mark: what the pointer shows, the rows behind it, what narrows the page to it, its name, its category."""
    marks = [row[at] if at < len(row) else Mark() for row in frame.marks] or [Mark()] * len(series.values)
    return [
        [full(value, series.unit, language, currency), mark.rows, mark.only, mark.name, name]
        for value, mark, name in zip(series.values, marks, _categories(frame, language), strict=True)
    ]


def _categories(frame: ChartFrame, language: str) -> list[str]:
    names = [str(one) for one in frame.categories]
    if frame.unfinished is not None and names:
        names[frame.unfinished] += UNFINISHED(language)
    return names


def number(value: Any) -> float | None:
    """A value as plotly draws it; None is a gap."""
    return None if value is None or isinstance(value, str) else float(value)


def _distinct(names: list[str]) -> list[str]:
    """Names that were cut to the same text are told apart, or they would share one bar."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name + "\u200b" * (seen[name] - 1))
    return told
