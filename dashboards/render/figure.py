"""Charts as plain plotly figures; colours are names of the stylesheet's tokens, painted in the browser.

The one place where a chart is configured: nothing is uploaded, no logo, the reader's language.
"""

from __future__ import annotations

from typing import Any

from dashboards.frame import ChartFrame, HeatFrame, Series
from dashboards.numbers import HUNDREDFOLD, full

SERIES = tuple(f"--series-{number}" for number in range(1, 9))
UNFINISHED = {"zh": "（未完）", "en": " (unfinished)"}
PERIOD_FORMS = ("line", "column", "area")
HEIGHT, LABELLED_BARS, SHORT_NAME = 300, 12, 9


def chart_config(language: str, name: str) -> Any:
    """The configuration that every chart has; plotly's upload button stays off."""
    return {
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "displaylogo": False,
        "responsive": True,
        "locale": "zh-CN" if language == "zh" else "en",
        "displayModeBar": "hover",
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
        "toImageButtonOptions": {"filename": name, "scale": 2},
    }


def figure(frame: ChartFrame, language: str, currency: str) -> dict[str, Any]:
    """The plotly figure of a chart frame."""
    build = {"pie": _pie, "bar": _bars, "pareto": _pareto, "step": _step}.get(frame.form, _over_periods)
    traces = build(frame, language, currency)
    return {"data": traces, "layout": _layout(frame, language, len(traces))}


def heat(frame: HeatFrame, language: str) -> dict[str, Any]:
    """The plotly figure of values by row and column."""
    shown = [
        [full(value, frame.unit, language) if value is not None else "" for value in row]
        for row in frame.values
    ]
    trace = {
        "type": "heatmap",
        "x": list(frame.column_names),
        "y": list(frame.row_names),
        "z": [[_number(value) for value in row] for row in frame.values],
        "text": shown,
        "hovertemplate": "%{y} · %{x}: %{text}<extra></extra>",
        "colorscale": [[0, "--primary-soft"], [1, "--series-1"]],
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
        "hoverongaps": False,
    }
    layout = _base()
    layout["yaxis"] |= {"autorange": "reversed", "type": "category", "showgrid": False}
    layout["xaxis"] |= {"type": "category", "showgrid": False, "side": "top"}
    return {"data": [trace], "layout": layout}


def _over_periods(frame: ChartFrame, language: str, currency: str) -> list[dict[str, Any]]:
    """Lines, columns or areas over the frame's categories; the running period is drawn lighter or dotted."""
    traces = []
    for at, series in enumerate(frame.series):
        colour = SERIES[at % len(SERIES)]
        trace: dict[str, Any] = {
            "name": series.name,
            "x": _categories(frame, language),
            "y": [_number(value) for value in series.values],
            "customdata": _custom(frame, at, series, language, currency),
            "hovertemplate": "%{customdata[0]}<extra>%{fullData.name}</extra>",
        }
        if frame.form == "column":
            solid = len(series.values) - (1 if frame.unfinished else 0)
            trace |= {
                "type": "bar",
                "marker": {"color": colour, "opacity": [1] * solid + [0.45] * (len(series.values) - solid)},
            }
        else:
            trace |= {
                "type": "scatter",
                "mode": "lines+markers" if len(series.values) <= LABELLED_BARS * 2 else "lines",
                "line": {"color": colour, "width": 2.25},
                "marker": {"color": colour, "size": 5},
                "connectgaps": False,
            }
            if frame.form == "area":
                trace |= {"fill": "tonexty" if at and frame.stacked else "tozeroy", "opacity": 0.9}
                if frame.stacked:
                    trace["stackgroup"] = "all"
        traces.append(trace)
    return traces


def _bars(frame: ChartFrame, language: str, currency: str) -> list[dict[str, Any]]:
    single = len(frame.series) == 1
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": series.name,
            "y": _distinct([_cut(str(one)) for one in frame.categories]),
            "x": [_number(value) for value in series.values],
            "customdata": _custom(frame, at, series, language, currency),
            "text": [_short(value, series, language, currency) for value in series.values]
            if single
            else None,
            "textposition": "auto",
            "textangle": 0,
            "constraintext": "none",
            "cliponaxis": False,
            "hovertemplate": "%{y}: %{customdata[0]}<extra></extra>",
            "marker": {"color": SERIES[at % len(SERIES)]},
        }
        for at, series in enumerate(frame.series)
    ]


def _pie(frame: ChartFrame, language: str, currency: str) -> list[dict[str, Any]]:
    series = frame.series[0]
    return [
        {
            "type": "pie",
            "hole": 0.58,
            "sort": False,
            "labels": [str(one) for one in frame.categories],
            "values": [_number(value) for value in series.values],
            "customdata": _custom(frame, 0, series, language, currency),
            "hovertemplate": "%{label}: %{customdata[0]} (%{percent})<extra></extra>",
            "marker": {
                "colors": list(SERIES[: len(frame.categories)]),
                "line": {"color": "--surface", "width": 2},
            },
            "textinfo": "label+percent",
        }
    ]


def _pareto(frame: ChartFrame, language: str, currency: str) -> list[dict[str, Any]]:
    amounts, shares = frame.series
    names = _distinct([_cut(str(one), SHORT_NAME) for one in frame.categories])
    return [
        {
            "type": "bar", "name": amounts.name, "x": names, "y": [_number(value) for value in amounts.values],
            "customdata": _custom(frame, 0, amounts, language, currency), "marker": {"color": SERIES[0]},
            "hovertext": [str(one) for one in frame.categories],
            "hovertemplate": "%{hovertext}: %{customdata[0]}<extra></extra>",
        },
        {
            "type": "scatter", "mode": "lines+markers", "name": shares.name, "x": names, "yaxis": "y2",
            "y": [_number(value) for value in shares.values], "line": {"color": SERIES[1], "width": 2},
            "marker": {"size": 5}, "hovertemplate": "%{x}: %{y:.1%}<extra>%{fullData.name}</extra>",
        },
    ]  # fmt: skip


def _step(frame: ChartFrame, language: str, currency: str) -> list[dict[str, Any]]:
    series = frame.series[0]
    x = [_number(one) for one in frame.categories]
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "line": {"shape": "hv", "color": SERIES[0], "width": 2.25},
    }
    traces: list[dict[str, Any]] = []
    if series.lower and series.upper:
        edge = {**line, "line": {"shape": "hv", "width": 0}, "showlegend": False, "hoverinfo": "skip"}
        traces.append({**edge, "y": [_number(value) for value in series.lower]})
        band = {
            "y": [_number(value) for value in series.upper],
            "fill": "tonexty",
            "fillcolor": "--band",
            "showlegend": True,
        }
        traces.append({**edge, **band, "name": "95 %"})
    shown = {"y": [_number(value) for value in series.values], "name": series.name}
    return [*traces, {**line, **shown, "hovertemplate": "%{x}: %{y:.3f}<extra></extra>"}]


def _layout(frame: ChartFrame, language: str, traces: int) -> dict[str, Any]:
    layout = _base()
    layout["showlegend"] = traces > 1 and frame.form != "pie"
    if frame.form == "bar":
        layout["yaxis"] |= {
            "autorange": "reversed",
            "type": "category",
            "showgrid": False,
            "automargin": True,
        }
        layout["xaxis"] |= {"showgrid": True, "rangemode": "tozero", **_axis(frame, language)}
        layout["height"] = max(HEIGHT, 26 * len(frame.categories) + 60)
    elif frame.form == "step":
        layout["xaxis"] |= {"showgrid": False, "rangemode": "tozero"}
        layout["yaxis"] |= {"rangemode": "tozero", **_axis(frame, language)}
    else:
        layout["xaxis"] |= {
            "type": "category",
            "showgrid": False,
            "nticks": 10,
            "tickangle": 0 if frame.form in PERIOD_FORMS else -35,
        }
        layout["yaxis"] |= {"rangemode": "tozero", **_axis(frame, language)}
    if frame.form == "pareto":
        layout["yaxis2"] = {
            "overlaying": "y", "side": "right", "range": [0, 1.02], "tickformat": ".0%", "showgrid": False,
            "tickfont": {"color": "--text-quiet"}, "fixedrange": True, "tickmode": "auto", "automargin": True,
        }  # fmt: skip
    layout["barmode"] = "stack" if frame.stacked else "group"
    return layout


def _base() -> dict[str, Any]:
    axis = {
        "gridcolor": "--border", "zerolinecolor": "--border", "linecolor": "--border", "automargin": True,
        "tickfont": {"color": "--text-quiet", "size": 12}, "fixedrange": True, "title": {"text": ""},
    }  # fmt: skip
    return {
        "height": HEIGHT,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "--font", "size": 12.5, "color": "--text"},
        "colorway": list(SERIES),
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": "--surface",
            "bordercolor": "--border",
            "font": {"color": "--text", "family": "--font"},
        },
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"color": "--text"}},
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        "bargap": 0.28,
        "dragmode": False,
    }


def _axis(frame: ChartFrame, language: str) -> dict[str, Any]:
    """Ticks in the language's own units: 万 and 亿, which plotly does not know, or K and M."""
    if frame.unit in HUNDREDFOLD:
        return {"tickformat": ".0%"}
    if language == "en":
        return {"tickformat": "~s"}
    values = [abs(float(value)) for series in frame.series for value in series.values if value is not None]
    return _chinese_ticks(max(values, default=0.0), frame.stacked, len(frame.series))


def _chinese_ticks(largest: float, stacked: bool, series: int) -> dict[str, Any]:
    from dashboards.numbers import compact

    if largest < 10_000:
        return {"tickformat": "~g"}
    reach = largest * (series if stacked else 1)
    step = 10.0 ** len(str(int(reach / 4))) / 10
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if reach / (step * factor) <= 6)
    ticks = [step * number for number in range(int(reach / step) + 2)]
    return {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [compact(tick, "zh", tick=True) for tick in ticks],
    }


def _custom(frame: ChartFrame, at: int, series: Series, language: str, currency: str) -> list[list[str]]:
    """Per mark: what the pointer shows, and where the rows behind it are."""
    drills = [row[at] if at < len(row) else "" for row in frame.drills] or [""] * len(series.values)
    return [
        [full(value, series.unit, language, currency), drill]
        for value, drill in zip(series.values, drills, strict=True)
    ]


def _categories(frame: ChartFrame, language: str) -> list[str]:
    names = [str(one) for one in frame.categories]
    if frame.unfinished and names:
        names[-1] += UNFINISHED[language]
    return names


def _short(value: Any, series: Series, language: str, currency: str) -> str:
    from dashboards.numbers import short

    return short(value, series.unit, language, currency)


def _number(value: Any) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)


def _cut(name: str, most: int = 22) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _distinct(names: list[str]) -> list[str]:
    """Names that were cut to the same text are told apart, or they would share one bar."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name + "\u200b" * (seen[name] - 1))
    return told
