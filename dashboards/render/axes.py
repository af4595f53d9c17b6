"""What all charts on the screen share: margins, fonts, axes, and ticks in the language's own units."""

from __future__ import annotations

from typing import Any

from dashboards.frame import ChartFrame
from dashboards.numbers import HUNDREDFOLD, compact, round_step

SERIES = tuple(f"--series-{number}" for number in range(1, 9))
HEIGHT, THICKEST = 300, 40
FEW, MANY = (
    5,
    10_000,
)  # below the one a count has a tick at each, from the other on ticks are written in short
LONG_PERIOD = 8  # characters; of longer names fewer fit below an axis


def base() -> dict[str, Any]:
    """The layout that every chart begins with."""
    axis = {
        "gridcolor": "--border", "zerolinecolor": "--border", "linecolor": "--border", "automargin": True,
        "tickfont": {"color": "--text-quiet", "size": 12}, "fixedrange": True,
        "title": {"text": "", "font": {"color": "--text-quiet", "size": 12}, "standoff": 6},
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
        "legend": {
            "orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"color": "--text"}, "traceorder": "normal",
        },
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        "bargap": 0.28,
        "dragmode": False,
    }  # fmt: skip


def layout_of(frame: ChartFrame, language: str) -> dict[str, Any]:
    """The layout of a chart by its form, without its legend."""
    layout = base()
    layout["barmode"] = "stack" if frame.stacked else "group"
    {"bar": _lying, "pareto": _lying, "step": _by_age}.get(frame.form, _upright)(layout, frame, language)
    return layout


def _lying(layout: dict[str, Any], frame: ChartFrame, language: str) -> None:
    """Bars that run to the right, so that long names can be read; where they bear their values no scale is needed."""
    layout["yaxis"] |= {"autorange": "reversed", "type": "category", "showgrid": False}
    count = max(len(frame.categories), 1)
    layout["height"] = max(HEIGHT, 26 * count + 60)
    layout["bargap"] = max(layout["bargap"], 1 - THICKEST * count / layout["height"])
    layout["xaxis"] |= {"rangemode": "tozero", **_ticks(frame, language)}
    if labelled(frame):
        layout["xaxis"] |= {
            "showgrid": False,
            "showticklabels": False,
            "zeroline": False,
            "range": _roomy(frame),
        }


def labelled(frame: ChartFrame) -> bool:
    """Whether each bar bears its value."""
    return frame.form == "pareto" or sum(one.role == "value" for one in frame.series) == 1


def _roomy(frame: ChartFrame) -> list[float]:
    """A scale with room for the values beside the bars."""
    shown = [
        float(value)
        for one in frame.series
        for value in one.values
        if value is not None and one.unit == frame.unit
    ]
    low, high = min(shown, default=0.0), max(shown, default=0.0)
    room = 1.55 if frame.form == "pareto" else 1.3
    return [min(low * room, 0.0), max(high * room, 0.0) or 1.0]  # fmt: skip


def _by_age(layout: dict[str, Any], frame: ChartFrame, language: str) -> None:
    layout["xaxis"] |= {"showgrid": False, "rangemode": "tozero"}
    layout["xaxis"]["title"] = {**layout["xaxis"]["title"], "text": frame.across}
    layout["yaxis"] |= {"rangemode": "tozero", **_ticks(frame, language)}


def _upright(layout: dict[str, Any], frame: ChartFrame, language: str) -> None:
    longest = max((len(str(one)) for one in frame.categories), default=0)
    few = frame.form != "histogram" and longest > LONG_PERIOD and len(frame.categories) > LONG_PERIOD
    layout["xaxis"] |= {"type": "category", "showgrid": False, "nticks": 6 if few else 10}
    layout["xaxis"]["tickangle"] = 0 if few or longest <= LONG_PERIOD else "auto"
    layout["yaxis"] |= {"rangemode": "tozero", **_ticks(frame, language)}
    if frame.form == "histogram":
        layout["bargap"] = 0.06
        layout["xaxis"]["title"] = {**layout["xaxis"]["title"], "text": frame.across}
        layout["yaxis2"] = {
            "overlaying": "y", "side": "right", "range": [0, 1.04], "tickmode": "array", "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "tickformat": ".0%", "showgrid": False,
            "tickfont": {"color": "--text-quiet"}, "fixedrange": True, "automargin": True,
        }  # fmt: skip


def _ticks(frame: ChartFrame, language: str) -> dict[str, Any]:
    """Ticks in the language's own units: 万 and 亿, or K, M and B, where plotly would write k, M and G."""
    if frame.unit in HUNDREDFOLD:
        return {"tickformat": ".0%"}
    highest = _highest(frame)
    if highest >= MANY:
        return _named_ticks(highest, language)
    return {"tickformat": ",~g"} | ({"dtick": 1} if frame.unit == "count" and highest < FEW else {})


def _highest(frame: ChartFrame) -> float:
    """How far the scale reaches: to the largest value or limit, or the largest stack."""
    shown = [one for one in frame.series if one.unit == frame.unit]
    if frame.stacked:
        return max(
            (
                sum(float(value or 0) for value in stack)
                for stack in zip(*(one.values for one in shown), strict=True)
            ),
            default=0.0,
        )
    values = [
        abs(float(value)) for one in shown for value in (*one.values, *(one.upper or ())) if value is not None
    ]
    return max(values, default=0.0)


def _named_ticks(reach: float, language: str) -> dict[str, Any]:
    step = round_step(reach / 6)
    ticks = [step * number for number in range(int(reach / step) + 2)]
    return {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [compact(tick, language, tick=True) for tick in ticks],
    }
