"""Charts as plain plotly figures; colours are names of the stylesheet's tokens, painted in the browser.

The one place where a chart is configured: nothing is uploaded, no logo, the reader's language.
"""

from __future__ import annotations

from typing import Any

from dashboards.frame import ChartFrame, HeatFrame, Mark
from dashboards.numbers import full
from dashboards.render.axes import HEIGHT, base, layout_of
from dashboards.render.tabular import cell_lines
from dashboards.render.traces import colour_of, number, traces_of
from dashboards.word.text import width

NAMED_AT_THE_END, LONGEST_AT_THE_END = 6, 16
PLOT_PIXELS, LABEL_PIXELS = 230, 15
CELL_PIXELS, CELLS_WITH_VALUES = 24, 14


def chart_config(language: str, name: str) -> Any:
    """The configuration that every chart has; plotly's upload button stays off."""
    return {
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "displaylogo": False,
        "displayModeBar": False,
        "responsive": True,
        "locale": "zh-CN" if language == "zh" else "en",
        "toImageButtonOptions": {"filename": name, "scale": 2},
    }


def figure(frame: ChartFrame, language: str, currency: str) -> dict[str, Any]:
    """The plotly figure of a chart frame; lines are named at their ends where there is room, else in a legend."""
    layout = layout_of(frame, language)
    ends = _names_at_the_ends(frame)
    layout["annotations"] = ends
    if ends:
        layout["margin"]["r"] = max(width(end["text"]) for end in ends) * 7 + 18
    layout["showlegend"] = (
        not ends
        and len(frame.series) + bool(frame.form == "step") > 1
        and frame.form not in ("pie", "pareto")
    )
    return {"data": traces_of(frame, language, currency), "layout": layout}


def _names_at_the_ends(frame: ChartFrame) -> list[dict[str, Any]]:
    """The lines' names beside their last values, moved apart where they would overlap."""
    names = [one.name for one in frame.series]
    if (
        frame.form != "line"
        or not 2 <= len(names) <= NAMED_AT_THE_END
        or max(map(width, names)) > LONGEST_AT_THE_END
    ):
        return []
    known = [[number(value) for value in one.values] for one in frame.series]
    ends = [next((value for value in reversed(values) if value is not None), None) for values in known]
    highest = max((value for values in known for value in values if value is not None), default=0.0)
    apart = highest / PLOT_PIXELS * LABEL_PIXELS
    placed: list[tuple[int, float]] = []
    for at in sorted((at for at, end in enumerate(ends) if end is not None), key=lambda at: ends[at] or 0.0):
        end = ends[at] or 0.0
        placed.append((at, max(end, placed[-1][1] + apart) if placed else end))
    return [
        {
            "text": names[at], "x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": y, "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 12, "color": colour_of(frame, at)},
        }
        for at, y in placed
    ]  # fmt: skip


def heat(frame: HeatFrame, language: str, currency: str) -> dict[str, Any]:
    """The plotly figure of values by row and column, written into the cells where there is room."""
    shown = [
        [
            "<br>".join(cell_lines(frame, down, across, language, currency))
            for across in range(len(frame.column_names))
        ]
        for down in range(len(frame.row_names))
    ]
    marks = frame.marks or tuple((Mark(),) * len(frame.column_names) for _ in frame.row_names)
    exact = [[full(value, frame.unit, language, currency) for value in row] for row in frame.values]
    trace = {
        "type": "heatmap", "x": list(frame.column_names), "y": list(frame.row_names),
        "z": [[number(value) for value in row] for row in frame.values],
        "text": shown, "texttemplate": "%{text}" if len(frame.column_names) <= CELLS_WITH_VALUES else "",
        "textfont": {"size": 11.5, "color": "--text-strong"},
        "customdata": [
            [[text, mark.rows, mark.only, mark.name] for text, mark in zip(texts, of_row, strict=True)]
            for texts, of_row in zip(exact, marks, strict=True)
        ],
        "hovertemplate": "%{y} · %{x}: %{customdata[0]}<extra></extra>",
        "colorscale": [[0, "--heat-low"], [1, "--heat-high"]],
        "xgap": 2, "ygap": 2, "showscale": False, "hoverongaps": False,
    }  # fmt: skip
    layout = base()
    lines = 1 + max((len(cell) for row in frame.below for cell in row), default=0)
    layout["height"] = max(HEIGHT, (CELL_PIXELS * lines + 12) * len(frame.row_names) + 70)
    layout["yaxis"] |= {"autorange": "reversed", "type": "category", "showgrid": False}
    layout["xaxis"] |= {"type": "category", "showgrid": False, "side": "top"}
    layout["xaxis"]["title"] = {**layout["xaxis"]["title"], "text": frame.across}
    return {"data": [trace], "layout": layout}
